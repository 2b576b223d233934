// The part "digits": a row of 28x28 pictures, each with a label above and a caption below.
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

/**
 * @typedef {Object} Digits
 * @property {string} pixels  base64 of the bytes of all pictures, 784 each, concatenated
 * @property {Picture[]} pictures
 * @property {number} size  width and height of one picture in CSS pixels
 * @property {?number} columns  pictures per row; null for as many as fit
 */

/**
 * @typedef {Object} Picture  the texts of a picture
 * @property {string} label  above it
 * @property {string} caption  below it
 * @property {string} alt
 * @property {string} testid
 * @property {string} run
 */

export default mountPart(STYLES, () => new DigitRow());

class DigitRow {
  root = element("div", { class: "digits" });
  /** @type {ReturnType<typeof digitFigure>[]} */
  figures = [];

  /** @param {?Digits} data */
  follow(data) {
    const pictures = Array.isArray(data?.pictures) ? data.pictures : [];
    const pixels = fromBase64(data?.pixels);
    this.root.style.setProperty("--size", `${Number(data?.size) || 112}px`);
    const columns = Number(data?.columns) || 0;
    this.root.classList.toggle("fixed", columns > 0);
    this.root.style.setProperty("--columns", String(columns));

    // Figures are repainted, not built again, so that new pictures replace the old without flicker.
    for (const { figure } of this.figures.splice(pictures.length)) figure.remove();
    while (this.figures.length < pictures.length) {
      const added = digitFigure();
      this.figures.push(added);
      this.root.append(added.figure);
    }
    pictures.forEach((picture, i) => {
      const { label, canvas, caption } = this.figures[i];
      const start = i * DIGIT_PIXELS;
      /** @param {keyof Picture} name */
      const text = (name) => String(picture?.[name] ?? "");
      setText(label, text("label"));
      setText(caption, text("caption"));
      setAttribute(canvas, "data-testid", text("testid"));
      setAttribute(canvas, "data-run", text("run"));
      setAttribute(canvas, "aria-label", text("alt") || text("label") || text("caption"));
      paintDigit(canvas, pixels.subarray(start, start + DIGIT_PIXELS));
    });
  }
}

function digitFigure() {
  const label = element("div", { class: "label" });
  const canvas = digitCanvas();
  const caption = element("figcaption", {});
  return { figure: element("figure", {}, label, canvas, caption), label, canvas, caption };
}
