// The part "loss": a slider, and the curves that follow from its value.
import { element, onRelease, setAttribute, setText } from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { numberFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { slider } from "../../engine/slider.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { Density } from "./density.js";
import { PixelLoss } from "./pixel_loss.js";

/**
 * @import { NumberFormat } from "../../engine/number_format.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);
const STEPS = 500; // of the slider

/**
 * @typedef {Object} LossData
 * @property {"density"|"pixel"} shows
 * @property {number} value  of the slider
 * @property {number} low  its least value
 * @property {number} high
 * @property {Object<string, string>} text
 * @property {string} language  "en" or "tr"
 * @property {number} error  squared error of an image; for "density"
 * @property {number} pixels  of an image; for "density"
 */

/**
 * @typedef {Object} Curves  what a slider moves
 * @property {HTMLElement[]} charts
 * @property {string} slider  the name of the slider among the texts
 * @property {boolean} logarithmic  whether the slider is
 * @property {(data: LossData, format: NumberFormat) => void} follow  shows new data
 * @property {(value: number) => string} draw  shows a value; returns what there is to say about it
 */

export default mountPart(
  STYLES,
  ({ shows }) => new Loss(shows === "density" ? new Density() : new PixelLoss()),
  "moved",
);

class Loss {
  /** @type {?number}  what Python gave or was given last */
  known = null;
  value = 0;
  /** @type {(value: number) => number} the place of a value on the slider, from 0 to 1 */
  place = Number;
  /** @type {(place: number) => number} */
  valueAt = Number;
  label = element("span");
  input = slider({ min: "0", max: String(STEPS), step: "1", class: "way" });
  said = element("output");
  frame = new OncePerFrame(() => this.draw());
  /** @type {(message: { value: number, at: number }) => void} given by `mountPart` */
  send = () => {};

  /** @param {Curves} curves */
  constructor(curves) {
    this.curves = curves;
    this.root = element(
      "div",
      { class: "loss" },
      element("label", { class: "scrub" }, this.label, this.input),
      this.said,
      element("div", { class: "charts" }, ...curves.charts),
    );
    this.input.oninput = () => {
      this.value = this.valueAt(Number(this.input.value) / STEPS);
      this.frame.ask();
    };
    onRelease(this.input, () => this.release());
  }

  /** @param {LossData} data */
  follow(data) {
    const { value, low, high, text, language } = data;
    const [way, back] = this.curves.logarithmic ? [Math.log, Math.exp] : [Number, Number];
    this.place = (at) => (way(at) - way(low)) / (way(high) - way(low));
    this.valueAt = (place) => back(way(low) + place * (way(high) - way(low)));
    setText(this.label, text[this.curves.slider]);
    setAttribute(this.input, "aria-label", text[this.curves.slider]);
    setAttribute(this.input, "data-testid", `loss-${this.curves.slider}`);
    if (value !== this.known) {
      this.known = this.value = value;
      this.input.value = String(Math.round(this.place(value) * STEPS));
    }
    this.curves.follow(data, numberFormat(language));
    this.frame.now();
  }

  draw() {
    this.input.style.setProperty("--done", String(this.place(this.value)));
    const said = this.curves.draw(this.value);
    setText(this.said, said);
    setAttribute(this.input, "aria-valuetext", said);
  }

  release() {
    if (this.value === this.known) return;
    this.known = this.value = Math.round(this.value * 1000) / 1000;
    this.send({ value: this.value, at: Date.now() });
  }

  leave() {
    this.frame.leave();
  }
}
