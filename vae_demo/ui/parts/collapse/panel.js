import { DIGIT_PIXELS, digitCanvas, element, paintDigit } from "../../engine/dom.js";
import { Bars } from "./drawings.js";

/** @import { History } from "./history.js" */

const DIGITS = 10; // of each strip of pictures

/** @typedef {"ill"|"cured"} Side */

/** One of the two trainings. */
export class Panel {
  /** @type {?History} */
  history = null;
  name = element("div", { class: "title" });
  settings = element("div", { class: "about" });
  bars = new Bars();
  active = element("output");
  numbers = element("div", { class: "about numbers" });
  originals = Array.from({ length: DIGITS }, () => digitCanvas());
  digits = Array.from({ length: DIGITS }, () => digitCanvas());

  /** @param {Side} side */
  constructor(side) {
    this.active.dataset.testid = `${side}-active`;
    this.root = element(
      "div",
      { class: `panel ${side}` },
      this.name,
      this.settings,
      this.bars.root,
      this.active,
      this.numbers,
      element("div", { class: "strip" }, ...this.originals, ...this.digits),
    );
  }

  /**
   * The latents that say something.
   * @param {number} place
   * @param {number} silent
   */
  count(place, silent) {
    return (this.history?.ratesAt(place) ?? []).filter((rate) => rate >= silent).length;
  }

  /** @param {number} place */
  paint(place) {
    const { history } = this;
    if (!history) return;
    const start = Math.round(place) * DIGITS;
    this.digits.forEach((canvas, i) => {
      const from = (start + i) * DIGIT_PIXELS;
      paintDigit(canvas, history.strip.subarray(from, from + DIGIT_PIXELS));
    });
  }
}
