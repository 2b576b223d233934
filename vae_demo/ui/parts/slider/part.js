// The part "slider": a slider with its value. A finger can scroll the page over it.
import { element, onRelease, setAttribute, setText } from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { fixedFormat } from "../../engine/number_format.js";
import { slider } from "../../engine/slider.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

/**
 * @typedef {Object} SliderData
 * @property {string} label
 * @property {string} about  a description, or nothing
 * @property {number} value
 * @property {number} low
 * @property {number} high
 * @property {number} decimals  of the value
 * @property {string[]} names  a text for each value from 0; empty: the value itself is shown
 * @property {boolean} disabled
 * @property {string} language  "en" or "tr"
 */

export default mountPart(STYLES, () => new Slider(), "moved");

class Slider {
  /** @type {?number}  what Python gave or was given last */
  known = null;
  /** @type {(value: number) => string} */
  format = String;
  input = slider({});
  output = element("span", { "aria-hidden": "true" });
  root = element("div", { class: "scrub" }, this.input, this.output);
  /** @type {(message: { value: number, at: number }) => void} given by `mountPart` */
  send = () => {};

  constructor() {
    this.input.oninput = () => this.show();
    onRelease(this.input, () => this.release());
  }

  /** @param {SliderData} data */
  follow(data) {
    const { label, about, value, low, high, decimals, names, disabled, language } = data;
    this.format = names.length ? (at) => names[at] : fixedFormat(language, decimals);
    setAttribute(this.input, "min", String(low));
    setAttribute(this.input, "max", String(high));
    setAttribute(this.input, "step", String(10 ** -decimals));
    setAttribute(this.input, "aria-label", label);
    setAttribute(this.input, "aria-description", about);
    this.input.disabled = disabled;
    if (value !== this.known) this.input.value = String(value); // what is being moved stays
    this.known = value;
    const shown = names.length ? names : [low, high].map(this.format);
    const widest = Math.max(...shown.map((each) => each.length));
    this.output.style.minWidth = `${widest}ch`;
    this.show();
  }

  show() {
    const { value, min, max } = this.input;
    const share = (Number(value) - Number(min)) / (Number(max) - Number(min));
    this.input.style.setProperty("--done", `calc(10px + ${share} * (100% - 20px))`);
    setText(this.output, this.format(Number(value)));
    setAttribute(this.input, "aria-valuetext", this.output.textContent);
  }

  release() {
    const value = Number(this.input.value);
    if (value === this.known) return;
    this.known = value;
    this.send({ value, at: Date.now() });
  }
}
