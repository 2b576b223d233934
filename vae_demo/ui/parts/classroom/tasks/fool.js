// Make the reader take a 4 for a 9 by touching few pixels.
import { chipRow } from "../../../engine/chips.js";
import { element, fromBase64, setAttribute, toBase64 } from "../../../engine/dom.js";
import { OncePerFrame } from "../../../engine/once_per_frame.js";
import { PixelBoard } from "../pixels.js";
import { Task, textButton } from "./task.js";

/** @import { Place } from "./task.js" */

const PENS = /** @type {("white"|"black"|"back")[]} */ (["white", "black", "back"]);
const VALUES = { white: 255, black: 0 };

/** A digit whose pixels are made white or black, or put back. */
export class Fool extends Task {
  /** @type {Uint8Array} */
  given = new Uint8Array();
  /** @type {Uint8Array} */
  pixels = new Uint8Array();
  /** @type {"white"|"black"|"back"} */
  pen = "white";
  frames = new OncePerFrame(() => this.show());

  /** @param {Place} place */
  constructor(place) {
    super(place);
    this.board = new PixelBoard((index) => {
      this.pixels[index] = this.pen === "back" ? this.given[index] : VALUES[this.pen];
      this.frames.ask();
    });
    this.pens = chipRow({
      type: "radio",
      group: "class-pen",
      names: PENS,
      pick: (pen) => (this.pen = pen),
    });
    this.pens.name(this.text.pens, this.text);
    this.pens.inputs.white.checked = true;
    const reset = textButton(this.text.reset, () => this.reset(), "class-reset");
    setAttribute(this.board.canvas, "aria-label", `${this.text.pixels}. ${this.text.keys}`);
    const keys = element("div", { class: "about" }, this.text.keys);
    this.tools.append(element("div", { class: "row" }, this.pens.row, reset), this.line, keys);
    this.root.append(this.board.root, this.tools);
  }

  leave() {
    this.frames.leave();
  }

  /**
   * @param {Object<string, any>} puzzle
   * @param {Object<string, ?number>} answers
   * @param {?number} tries
   */
  give(puzzle, answers, tries) {
    if (puzzle.picture !== this.puzzle?.picture) {
      this.given = fromBase64(puzzle.picture);
      this.pixels = this.given.slice();
    }
    super.give(puzzle, answers, tries);
  }

  get touched() {
    return this.pixels.filter((v, i) => v !== this.given[i]).length;
  }

  get state() {
    return this.touched ? { pixels: toBase64(this.pixels) } : null;
  }

  reset() {
    this.pixels = this.given.slice();
    this.frames.ask();
  }

  paint() {
    this.frames.ask();
  }

  show() {
    if (!this.pixels.length) return;
    this.board.paint(this.pixels);
    this.say(this.pixels, this.text.touched.replace("{count}", `${this.touched}`));
  }
}
