// The part "anomaly": a drawing pad, the picture that is scored, its reconstruction, and where the
// two differ. When the visitor releases the pen, a message is sent to Python.
import {
  contextOf,
  DIGIT_SIDE,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { PAD_STYLE, Pad } from "../../engine/drawing_pad.js";
import { mountPart } from "../../engine/mount.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

// Colours of a difference, apart for colour-blind people, too: ink left out, and ink added.
const LEFT_OUT = [255, 150, 40];
const ADDED = [60, 160, 255];
const STRONGEST = 127; // of a difference as Python sends it

/**
 * @typedef {Object} AnomalyData
 * @property {Object<string, string> & { pad: Object<string, string> }} text  TEXTS and PAD_TEXTS of
 *   part.py
 * @property {string} pixels  base64 of (784) bytes, the picture
 * @property {string} rebuilt  the same, its reconstruction
 * @property {string} difference  base64 of (784) signed bytes: above 0, ink was left out
 * @property {string} note  what the picture is
 * @property {string} problem  why the drawing can't be scored; "" if it can
 * @property {boolean} pad  whether there is a pad
 * @property {?string} picture  URL of the initial picture on the pad
 * @property {number} serial  of the latest message that Python received
 */

/** @typedef {{ serial: number, png: ?string }} Message */

export default mountPart(
  STYLES,
  /** @param {AnomalyData} data */ (data) => new AnomalyPart(data),
  "message",
);

class AnomalyPart {
  put = false; // whether the initial picture is on the pad
  /** @type {(message: Message) => void} */
  send = () => {};

  /** @param {AnomalyData} data */
  constructor(data) {
    this.serial = data.serial; // of the latest message
    this.pad = new Pad({ onInk: () => {}, onRelease: () => this.release(), onRest: () => {} });
    this.seen = labelled({ "data-testid": "digit-28" });
    this.rebuilt = labelled({ "data-testid": "reconstruction" });
    this.difference = labelled({ "data-testid": "difference" });
    this.pen = element("div", { class: "pen" }, this.pad.sheet, this.pad.tools.root);
    this.pictures = element(
      "div",
      { class: "pictures" },
      this.seen.figure,
      this.rebuilt.figure,
      this.difference.figure,
    );
    this.bench = element("div", { class: "bench" }, this.pen, this.pictures);
    this.root = element("div", { class: "anomaly layer" }, this.bench);
    this.root.onkeydown = (event) => {
      if (!this.pen.hidden) this.pad.key(event);
    };
  }

  /** @param {AnomalyData} data */
  follow(data) {
    const { text } = data;
    this.pad.name(text.pad);
    this.pen.hidden = !data.pad;
    this.bench.classList.toggle("given", !data.pad);
    if (data.pad && !this.put) {
      this.put = true;
      this.pad.put(data.picture);
    }
    this.seen.show(text.seen, data.problem || data.note, fromBase64(data.pixels));
    this.seen.caption.classList.toggle("problem", Boolean(data.problem));
    this.rebuilt.show(text.rebuilt, text.by, fromBase64(data.rebuilt));
    this.difference.show(text.difference, "");
    this.difference.caption.replaceChildren(key(LEFT_OUT, text.left_out), key(ADDED, text.added));
    paintDifference(this.difference.canvas, new Int8Array(fromBase64(data.difference).buffer));
  }

  /** Sends the drawing to Python when the visitor releases the pen. */
  async release() {
    const serial = ++this.serial;
    const png = await this.pad.png();
    if (serial === this.serial) this.send({ serial, png }); // otherwise there is a newer one
  }
}

/**
 * A picture with a label above and a caption below.
 * @param {Object<string, string>} attributes  of the canvas
 */
function labelled(attributes) {
  const canvas = digitCanvas(attributes);
  const label = element("div", { class: "label" });
  const caption = element("figcaption", {});
  const figure = element("figure", {}, label, canvas, caption);
  /**
   * @param {string | undefined} name
   * @param {string | undefined} below
   * @param {Uint8Array} [pixels]
   */
  const show = (name = "", below = "", pixels = undefined) => {
    setText(label, name);
    setAttribute(canvas, "aria-label", name);
    if (below) setText(caption, below);
    if (pixels) paintDigit(canvas, pixels);
  };
  return { figure, canvas, caption, show };
}

/**
 * An entry of a legend.
 * @param {number[]} colour
 * @param {string} [name]
 */
function key(colour, name = "") {
  const spot = element("span", { class: "spot", style: `background: rgb(${colour.join()})` });
  return element("span", { class: "key" }, spot, name);
}

/**
 * Paints differences: black where there is none.
 * @param {HTMLCanvasElement} canvas
 * @param {Int8Array} signed  (784) in -127 to 127
 */
function paintDifference(canvas, signed) {
  const picture = new ImageData(DIGIT_SIDE, DIGIT_SIDE);
  signed.forEach((value, i) => {
    const colour = value > 0 ? LEFT_OUT : ADDED;
    const share = Math.abs(value) / STRONGEST;
    picture.data.set([...colour.map((part) => part * share), 255], 4 * i);
  });
  contextOf(canvas, { willReadFrequently: true }).putImageData(picture, 0, 0);
}
