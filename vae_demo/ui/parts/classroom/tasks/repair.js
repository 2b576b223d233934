// Choose the few pixels of a digit from which a network repairs it.
import { chipRow } from "../../../engine/chips.js";
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  toBase64,
} from "../../../engine/dom.js";
import { fetchFile } from "../../../engine/files.js";
import { forward } from "../../../engine/layers.js";
import { readLayers } from "../../../engine/network.js";
import { OncePerFrame } from "../../../engine/once_per_frame.js";
import { psnr } from "../../../engine/repairs.js";
import { PixelBoard } from "../pixels.js";
import { Task, textButton } from "./task.js";

/** @import { Layer } from "../../../engine/layers.js" */
/** @import { Place } from "./task.js" */

const PENS = /** @type {("keep"|"drop")[]} */ (["keep", "drop"]);
const DIM = 0.35; // of pixels that are not kept

/** A digit whose known pixels are chosen, and what the network makes of them. */
export class Repair extends Task {
  /** @type {Uint8Array} */
  digit = new Uint8Array();
  known = new Uint8Array(DIGIT_PIXELS);
  keeps = true;
  /** @type {?Layer[]} */
  network = null;
  frames = new OncePerFrame(() => this.show());

  /** @param {Place} place */
  constructor(place) {
    super(place);
    this.board = new PixelBoard((index) => {
      this.known[index] = this.keeps ? 1 : 0;
      this.frames.ask();
    });
    this.marks = element("div", { class: "marks", "aria-hidden": "true" });
    this.board.root.append(this.marks);
    this.repaired = digitCanvas({ "data-testid": "repaired" });
    const pick = (/** @type {"keep"|"drop"} */ pen) => (this.keeps = pen === "keep");
    this.pens = chipRow({ type: "radio", group: "class-pen", names: PENS, pick });
    this.pens.name(this.text.pens, this.text);
    this.pens.inputs.keep.checked = true;
    const reset = textButton(this.text.reset, () => this.reset(), "class-reset");
    setAttribute(this.board.canvas, "aria-label", `${this.text.keep}. ${this.text.keys}`);
    setAttribute(this.repaired, "aria-label", this.text.repaired);
    const keys = element("div", { class: "about" }, this.text.keys);
    this.tools.append(element("div", { class: "row" }, this.pens.row, reset), this.line, keys);
    this.root.append(this.board.root, this.repaired, this.tools);
  }

  async load() {
    this.network = readLayers(await fetchFile(this.place.files.inpaint));
    await super.load();
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
      this.digit = fromBase64(puzzle.picture);
      this.known.fill(0);
    }
    super.give(puzzle, answers, tries);
  }

  get count() {
    return this.known.reduce((sum, v) => sum + v, 0);
  }

  get state() {
    return this.count ? { known: toBase64(this.known) } : null;
  }

  reset() {
    this.known.fill(0);
    this.frames.ask();
  }

  paint() {
    this.frames.ask();
  }

  show() {
    const { digit, known } = this;
    if (!digit.length) return;
    this.board.paint(digit.map((v, i) => (known[i] ? v : DIM * v)));
    this.mark();
    if (!this.network) return;
    const x = new Float32Array(2 * DIGIT_PIXELS);
    for (let i = 0; i < DIGIT_PIXELS; i++) {
      x[i] = known[i] ? digit[i] / 255 : 0;
      x[DIGIT_PIXELS + i] = 1 - known[i];
    }
    const found = Uint8Array.from(forward(this.network, x), (v) => Math.round(255 * v));
    const pixels = found.map((v, i) => (known[i] ? digit[i] : v));
    paintDigit(this.repaired, pixels);
    const alike = this.text.alike
      .replace("{count}", `${this.count}`)
      .replace("{psnr}", this.format(psnr(pixels, digit), 1));
    this.say(pixels, alike);
  }

  /** Rings around the known pixels, which may be as black as those around them. */
  mark() {
    const side = Math.sqrt(DIGIT_PIXELS);
    const marks = [...this.known.keys()].filter((i) => this.known[i]);
    while (this.marks.children.length < marks.length) this.marks.append(element("i"));
    while (this.marks.children.length > marks.length) this.marks.lastElementChild?.remove();
    marks.forEach((i, at) => {
      const { style } = /** @type {HTMLElement} */ (this.marks.children[at]);
      style.left = `${(100 * (i % side)) / side}%`;
      style.top = `${(100 * Math.floor(i / side)) / side}%`;
    });
  }
}
