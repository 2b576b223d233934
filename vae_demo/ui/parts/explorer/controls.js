// What the explorer has besides the latents' sliders: where to start from, temperature, plane.
import { element, releases, setAttribute } from "../../engine/dom.js";

const KINDS_OF_DIGIT = 10;

/** Presets and two sliders. They show what they are told, and tell what the hand does. */
export class Controls {
  /**
   * @param {Object} told
   * @param {function(number): void} told.start  from a digit of a kind
   * @param {function(): void} told.random
   * @param {function(): void} told.zero
   * @param {function(number): void} told.temperature
   * @param {function(number): void} told.plane  how much of it is seen, 0 to 1
   * @param {function(): void} told.release  the hand is off a slider
   */
  constructor(told) {
    const button = (testid, onclick, attributes) => {
      const made = element("button", { type: "button", "data-testid": testid, ...attributes });
      made.onclick = onclick;
      return made;
    };
    this.kinds = Array.from({ length: KINDS_OF_DIGIT }, (_, digit) =>
      button("explore-digit", () => told.start(digit), { "data-digit": String(digit) }),
    );
    this.buttons = {
      random: button("explore-random", told.random, { class: "wide" }),
      zero: button("explore-zero", told.zero, { class: "wide" }),
    };
    this.start = element("span", { class: "label" });
    this.presets = element(
      "div",
      { class: "presets", role: "group" },
      this.start,
      element("div", { class: "kinds" }, ...this.kinds),
      ...Object.values(this.buttons),
    );
    this.rows = { temperature: sliderRow(told, "temperature"), plane: sliderRow(told, "plane") };
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

function sliderRow(told, name) {
  const input = element("input", {
    type: "range",
    min: "0",
    step: "0.01",
    "data-testid": `explore-${name}`,
  });
  input.oninput = () => told[name](Number(input.value));
  releases(input, told.release);
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
