// The controls of Explore besides the sliders of the latents: start and temperature.
import { element, onRelease, setAttribute } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { slider } from "../../engine/slider.js";

/** @import { Description } from "./space.js" */

/** Buttons and a slider. They show values, and call back when the visitor changes one. */
export class Controls {
  /**
   * @param {Object} on  callbacks
   * @param {(kind: number) => void} on.start  start from a digit of a kind
   * @param {() => void} on.random
   * @param {() => void} on.zero
   * @param {(value: number) => void} on.temperature
   * @param {() => void} on.release  called when the visitor releases a slider
   */
  constructor(on) {
    /** @type {(testid: string, onclick: () => void, attributes: Object<string, string>) => HTMLElement} */
    const button = (testid, onclick, attributes) => {
      const made = element("button", { type: "button", "data-testid": testid, ...attributes });
      made.onclick = onclick;
      return made;
    };
    /** @param {number} kind */
    this.kind = (kind) =>
      button("explore-digit", () => on.start(kind), { "data-digit": String(kind) });
    this.kinds = element("div", { class: "kinds" });
    this.buttons = {
      random: button("explore-random", on.random, { class: "wide" }),
      zero: button("explore-zero", on.zero, { class: "wide" }),
    };
    this.start = element("span", { class: "label" });
    this.presets = element(
      "div",
      { class: "presets", role: "group" },
      this.start,
      this.kinds,
      ...Object.values(this.buttons),
    );
    this.temperature = sliderRow("temperature", on.temperature, on.release);
  }

  /**
   * Sets the translated texts of the controls, with a button for each kind of pictures.
   * @param {Object<string, string>} text
   * @param {Description} described
   */
  name(text, { kinds, typical, maxTemperature }) {
    this.start.textContent = text.start;
    setAttribute(this.presets, "aria-label", text.start);
    if (this.kinds.children.length !== typical.length) {
      this.kinds.replaceChildren(...typical.map((_, kind) => this.kind(kind)));
    }
    const digits = kinds.length === 10 && kinds.every((name) => name.length === 1);
    this.kinds.classList.toggle("words", !digits);
    Array.from(this.kinds.children).forEach((button, kind) => {
      const digit = kinds[kind] ?? "";
      button.textContent = digit || text.digit;
      setAttribute(button, "aria-label", filled(text.digit, { digit }));
      button.toggleAttribute("disabled", typical[kind] === null);
    });
    for (const [name, made] of Object.entries(this.buttons)) made.textContent = text[name];
    this.temperature.call(text.temperature);
    setAttribute(this.temperature.input, "max", String(maxTemperature));
  }
}

/**
 * A slider with its name and its value above it.
 * @param {string} name
 * @param {(value: number) => void} move  the visitor moves the slider
 * @param {() => void} release
 */
export function sliderRow(name, move, release) {
  const input = slider({ min: "0", step: "0.01", "data-testid": `explore-${name}` });
  input.oninput = () => move(Number(input.value));
  onRelease(input, release);
  const label = element("span");
  const output = element("span", { class: "value", "aria-hidden": "true" });
  const root = element("label", { class: "latent" }, label, output, input);
  return {
    root,
    input,
    /** @param {string} text  its translated name */
    call(text) {
      label.textContent = text;
      setAttribute(input, "aria-label", text);
    },
    /** @param {number} value @param {string} written  the value as text */
    show(value, written) {
      if (Number(input.value) !== value) input.value = String(value);
      output.textContent = written;
      input.setAttribute("aria-valuetext", written);
      root.style.setProperty("--value", String(value / Number(input.max)));
    },
  };
}
