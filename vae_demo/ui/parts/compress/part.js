// The part "compress": a pad beside the digit that is read from it. Python writes the digit in every
// way when the visitor releases the pen.
import { DigitPaper } from "../../engine/digit_paper.js";
import { digitCanvas, element, paintDigit, setAttribute, setText } from "../../engine/dom.js";
import { PAD_STYLE } from "../../engine/drawing_pad.js";
import { mountPart } from "../../engine/mount.js";
import { pictureFigure, REPAIRS_STYLE } from "../../engine/repairs.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

/** @import { PaperData, PaperMessage } from "../../engine/digit_paper.js" */

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  REPAIRS_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

/**
 * @typedef {Object} CompressFields
 * @property {Object<string, string> & { pad: Object<string, string> }} text
 */

/** @typedef {PaperData & CompressFields} CompressData */

export default mountPart(
  STYLES,
  /** @param {CompressData} data */ (data) => new CompressPart(data),
  "message",
);

class CompressPart {
  truth = pictureFigure(digitCanvas({ "data-testid": "digit-28" }));
  /** @type {(message: PaperMessage) => void} */
  send = () => {};

  /** @param {CompressData} data */
  constructor(data) {
    this.data = data;
    this.paper = new DigitPaper(
      data,
      () => this.paint(),
      (message) => this.send(message),
    );
    const figure = element("div", { class: "three" }, this.truth.root);
    const bench = element("div", { class: "workbench" }, this.paper.root, figure);
    this.root = element("div", { class: "compress layer" }, bench);
    this.root.onkeydown = (event) => this.paper.key(event);
  }

  /** Stops the animation. */
  leave() {
    this.paper.leave();
  }

  /** @param {CompressData} data */
  follow(data) {
    this.data = data;
    setText(this.truth.label, data.text.truth);
    setAttribute(this.truth.picture, "aria-label", data.text.truth);
    this.paper.follow(data, data.text.pad);
  }

  paint() {
    paintDigit(this.truth.picture, this.paper.read());
    setText(this.truth.note, this.paper.standsIn ? this.data.text.example : "");
  }
}
