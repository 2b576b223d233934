// What the explorer has besides the latents' sliders: where to start from, temperature, plane.
import { element, releases, setAttribute } from "../../engine/dom.js";

const KINDS_OF_DIGIT = 10;

/** Presets and two sliders. They show values, and call back when the visitor changes one. */
export class Controls {
  /**
   * @param {Object} on  callbacks
   * @param {function(number): void} on.start  from a digit of a kind
   * @param {function(): void} on.random
   * @param {function(): void} on.zero
   * @param {function(number): void} on.temperature
   * @param {function(number): void} on.plane  how much of it is seen, 0 to 1
   * @param {function(): void} on.release  the visitor releases a slider
   */
  constructor(on) {
    const button = (testid, onclick, attributes) => {
      const made = element("button", { type: "button", "data-testid": testid, ...attributes });
      made.onclick = onclick;
      return made;
    };
    this.kinds = Array.from({ length: KINDS_OF_DIGIT }, (_, digit) =>
      button("explore-digit", () => on.start(digit), { "data-digit": String(digit) }),
    );
    this.buttons = {
      random: button("explore-random", on.random, { class: "wide" }),
      zero: button("explore-zero", on.zero, { class: "wide" }),
    };
    this.start = element("span", { class: "label" });
    this.presets = element(
      "div",
      { class: "presets", role: "group" },
      this.start,
      element("div", { class: "kinds" }, ...this.kinds),
      ...Object.values(this.buttons),
    );
    this.rows = { temperature: sliderRow(on, "temperature"), plane: sliderRow(on, "plane") };
    this.rows.plane.input.max = "1";
  }

  /** Puts the translated texts on the controls. */
  name(text, hottest) {
    this.start.textContent = text.start;
    setAttribute(this.presets, "aria-label", text.start);
    this.kinds.forEach((kind, digit) => {
      kind.textContent = String(digit);
      setAttribute(kind, "aria-label", filled(text.digit, { digit }));
    });
    for (const [name, made] of Object.entries(this.buttons)) made.textContent = text[name];
    for (const [name, row] of Object.entries(this.rows)) {
      row.name.textContent = text[name];
      setAttribute(row.input, "aria-label", text[name]);
    }
    setAttribute(this.rows.temperature.input, "max", String(hottest));
  }

  /** Shows a slider's value and how it is written. */
  show(name, value, written) {
    const { root, input, output } = this.rows[name];
    if (Number(input.value) !== value) input.value = String(value);
    output.textContent = written;
    input.setAttribute("aria-valuetext", written);
    root.style.setProperty("--value", String(value / input.max));
  }
}

function sliderRow(on, name) {
  const input = element("input", {
    type: "range",
    min: "0",
    step: "0.01",
    "data-testid": `explore-${name}`,
  });
  input.oninput = () => on[name](Number(input.value));
  releases(input, on.release);
  const row = {
    input,
    name: element("span"),
    output: element("span", { class: "value", "aria-hidden": "true" }),
  };
  row.root = element("label", { class: "latent" }, row.name, row.output, input);
  return row;
}

/** A text with its {places} filled in. */
export function filled(text, words) {
  return String(text ?? "").replace(/\{(\w+)\}/g, (place, name) => words[name] ?? place);
}
