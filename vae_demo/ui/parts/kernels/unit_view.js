// One unit: its kernel, the digits that excite it most, and its part in a reconstruction.
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { greyOf } from "./kernel_map.js";
import { kernelOf, mostExciting, rebuilt } from "./kernels.js";

/** @import { Kernels } from "./kernels.js" */

const EXCITING = 10;
const PICTURES = ["digit", "with", "without", "part"];

/**
 * @typedef {Object} Unit
 * @property {number} unit
 * @property {?Kernels} shown  the kernels on the map; null until they are loaded
 * @property {?Kernels} other  those of the other autoencoder, likewise
 * @property {string[]} names  of both autoencoders
 * @property {?Kernels} encoder
 * @property {?Kernels} decoder
 * @property {?Uint8Array} digits  (n * 784)
 * @property {boolean} trained  whether the encoder and decoder are those after the last epoch
 */

export class UnitView {
  /** @type {Object<string, any>} */
  text = {};
  /** @type {(value: number) => string} */
  format = String;

  constructor() {
    this.title = element("div", { class: "title", role: "status", "data-testid": "unit" });
    this.kernels = ["kernel", "other-kernel"].map((testid) => {
      const canvas = digitCanvas({ "data-testid": testid });
      const caption = element("figcaption");
      return { canvas, caption, figure: element("figure", {}, canvas, caption) };
    });
    this.excites = element("div", { class: "label" });
    this.ten = Array.from({ length: EXCITING }, () => digitCanvas({ "data-testid": "exciting" }));
    this.pictures = PICTURES.map((name) => {
      const canvas = digitCanvas({ "data-testid": `unit-${name}` });
      const caption = element("figcaption");
      return { name, canvas, caption, figure: element("figure", {}, canvas, caption) };
    });
    this.four = element("div", { class: "four" }, ...this.pictures.map(({ figure }) => figure));
    this.note = element("p", { class: "note" });
    this.root = element(
      "div",
      { class: "side" },
      this.title,
      element("div", { class: "chosen" }, ...this.kernels.map(({ figure }) => figure)),
      element("section", {}, this.excites, element("div", { class: "ten" }, ...this.ten)),
      this.four,
      this.note,
    );
  }

  /**
   * Sets the translated texts.
   * @param {Object<string, any>} text
   * @param {(value: number) => string} format
   */
  name(text, format) {
    this.text = text;
    this.format = format;
    setText(this.excites, text.excites);
    for (const canvas of this.ten) setAttribute(canvas, "aria-label", text.digit);
    for (const { name, canvas, caption } of this.pictures) {
      setText(caption, text[name]);
      setAttribute(canvas, "aria-label", text[name]);
    }
  }

  /** @param {Unit} of */
  draw({ unit, shown, other, names, encoder, decoder, digits, trained }) {
    const said = filled(this.text.unit, { unit: unit + 1 });
    setText(this.title, said);
    this.kernels.forEach(({ canvas, caption, figure }, i) => {
      setText(caption, names[i]);
      setAttribute(canvas, "aria-label", `${said}, ${names[i]}`);
      const kernels = [shown, other][i];
      figure.hidden = i > 0 && !kernels;
      if (kernels) paintDigit(canvas, greyOf(kernelOf(kernels, unit)));
    });
    if (!trained) setText(this.note, this.text.untrained);
    this.four.style.visibility = trained ? "" : "hidden";
    if (!encoder || !digits) return;
    const found = mostExciting(kernelOf(encoder, unit), digits, EXCITING);
    const pixels = found.map((at) => digits.subarray(at * DIGIT_PIXELS, (at + 1) * DIGIT_PIXELS));
    this.ten.forEach((canvas, i) => paintDigit(canvas, pixels[i]));
    if (!decoder) return;
    const { whole, without, part } = rebuilt(encoder, decoder, pixels[0], unit);
    const ink = (/** @type {Float32Array} */ values) => values.map((v) => 255 * v);
    const painted = [pixels[0], ink(whole), ink(without), greyOf(part)];
    this.pictures.forEach(({ canvas }, i) => paintDigit(canvas, painted[i]));
    const squares = whole.reduce((sum, value, i) => sum + (value - without[i]) ** 2, 0);
    const change = this.format(Math.sqrt(squares / DIGIT_PIXELS));
    setText(this.note, filled(this.text.changes, { change }));
  }
}
