// The part "inpaint": a digit, a hole in it, which the visitor can paint, a race of two methods that
// work in steps, computed in the browser, and what every method makes of the digit, from Python.
import { Brush } from "../../engine/brush.js";
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { readMask, writeMask } from "../../engine/links.js";
import { mountPart } from "../../engine/mount.js";
import { numberFormat } from "../../engine/number_format.js";
import { pictureFigure, REPAIRS_STYLE, Repairs, showLines } from "../../engine/repairs.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { Race } from "./race.js";

/**
 * @import { Card, Group } from "../../engine/repairs.js"
 * @import { RaceData } from "./race.js"
 */

const STYLES = await Promise.all([
  PARTS_STYLE,
  styleSheet(new URL("../../engine/noise_controls.css", import.meta.url)),
  REPAIRS_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);
const HOLE = 96; // the grey of unknown pixels

/**
 * @typedef {Object} InpaintData
 * @property {string} language  for the format of numbers
 * @property {Object<string, string>} text  TEXTS of part.py
 * @property {number} serial  of the latest message that Python received; 0 before the first
 * @property {string} truth  base64 of (784) bytes
 * @property {boolean} painting  whether the visitor paints the hole
 * @property {string} mask  the text of the mask
 * @property {?Results} results  null without a hole
 * @property {RaceData} race
 */

/** @typedef {{ hole: Card, groups: Group[], levels: Object<string, number> }} Results */

/** @typedef {{ serial: number, mask: string }} Message  the painted mask */

export default mountPart(
  STYLES,
  /** @param {InpaintData} data */ (data) => new InpaintPart(data),
  "message",
);

class InpaintPart {
  truth = pictureFigure(digitCanvas({ "data-testid": "digit-28" }));
  best = pictureFigure(digitCanvas({ "data-testid": "best" }));
  repairs = new Repairs();
  race = new Race();
  painting = false; // whether there is a change that Python has not received
  /** @type {(message: Message) => void} */
  send = () => {};

  /** @param {InpaintData} data */
  constructor(data) {
    this.data = data;
    this.serial = data.serial; // of the latest message
    this.brush = new Brush(
      () => this.changed(),
      () => this.release(),
    );
    this.hole = pictureFigure(this.brush.board);
    this.hint = element("div", { class: "about" });
    this.wipe = element("button", { type: "button", class: "text", "data-testid": "hole-wipe" });
    this.wipe.onclick = () => this.brush.wipe();
    this.paint = element("div", { class: "row" }, this.wipe, this.hint);
    const pictures = [this.truth.root, this.hole.root, this.best.root];
    this.root = element(
      "div",
      { class: "inpaint layer" },
      element("div", { class: "three" }, ...pictures),
      this.paint,
      this.race.root,
      this.repairs.root,
    );
  }

  leave() {
    this.race.leave();
  }

  /** @param {InpaintData} data */
  follow(data) {
    this.data = data;
    const { text, painting, mask, results, serial } = data;
    setText(this.truth.label, text.truth);
    setText(this.hole.label, text.hole);
    setText(this.hint, text.hint);
    setText(this.wipe, text.wipe);
    setAttribute(this.truth.picture, "aria-label", text.truth);
    setAttribute(this.brush.canvas, "aria-label", `${text.hole}. ${painting ? text.hint : ""}`);
    this.paint.hidden = !painting;
    this.brush.setOpen(painting);
    if (this.painting || (painting && serial !== this.serial)) return; // Python answers soon
    this.brush.mask.set(readMask(mask) ?? []);
    const truth = fromBase64(data.truth);
    paintDigit(this.truth.picture, truth);
    this.show();
    this.race.root.hidden = this.repairs.root.hidden = this.best.root.hidden = !results;
    if (!results) return this.race.rest();
    showLines(this.hole.lines, results.hole);
    const [card] = results.groups[0].cards;
    setText(this.best.label, card.title);
    setAttribute(this.best.picture, "aria-label", card.title);
    paintDigit(this.best.picture, fromBase64(card.pixels));
    showLines(this.best.lines, card);
    this.best.root.classList.remove("stale");
    this.repairs.follow(results.groups, truth, text.difference);
    this.race.follow(data.race, {
      truth,
      mask: this.brush.mask.slice(),
      levels: results.levels,
      text,
      format: numberFormat(data.language),
    });
  }

  /** Shows the digit with its hole. */
  show() {
    const { mask } = this.brush;
    this.brush.paint(fromBase64(this.data.truth).map((v, i) => (mask[i] ? HOLE : v)));
  }

  // ---- what the visitor does

  changed() {
    this.painting = true;
    this.show();
    this.best.root.classList.add("stale");
    this.repairs.fade(() => true);
  }

  /** Sends the painted hole to Python. */
  release() {
    if (!this.painting) return;
    this.painting = false;
    this.send({ serial: ++this.serial, mask: writeMask(this.brush.mask) });
  }
}
