// The part "upscale": a digit, what is left of it when it is small, and all that sharpen it.
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { pictureFigure, REPAIRS_STYLE, Repairs, showLines } from "../../engine/repairs.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

/** @import { Card, Group } from "../../engine/repairs.js" */

const STYLES = await Promise.all([
  PARTS_STYLE,
  REPAIRS_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

/**
 * @typedef {Object} UpscaleData
 * @property {Object<string, string>} text  TEXTS of part.py
 * @property {string} truth  base64 of (784) bytes
 * @property {{ small: Card, groups: Group[] }} results
 */

export default mountPart(STYLES, /** @param {UpscaleData} _ */ (_) => new UpscalePart());

class UpscalePart {
  truth = pictureFigure(digitCanvas({ "data-testid": "digit-28" }));
  small = pictureFigure(digitCanvas({ "data-testid": "small" }));
  best = pictureFigure(digitCanvas({ "data-testid": "best" }));
  repairs = new Repairs();
  root = element(
    "div",
    { class: "upscale" },
    element("div", { class: "three" }, this.truth.root, this.small.root, this.best.root),
    this.repairs.root,
  );

  /** @param {UpscaleData} data */
  follow({ text, truth, results }) {
    const pixels = fromBase64(truth);
    paintDigit(this.truth.picture, pixels);
    setText(this.truth.label, text.truth);
    setAttribute(this.truth.picture, "aria-label", text.truth);
    for (const [figure, card] of /** @type {const} */ ([
      [this.small, results.small],
      [this.best, results.groups[0].cards[0]],
    ])) {
      setText(figure.label, card.title);
      setAttribute(figure.picture, "aria-label", card.title);
      paintDigit(figure.picture, fromBase64(card.pixels));
      showLines(figure.lines, card);
    }
    this.repairs.follow(results.groups, pixels, text.difference);
  }
}
