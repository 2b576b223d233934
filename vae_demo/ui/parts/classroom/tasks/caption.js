// Draw what a caption says.
import { chipRow } from "../../../engine/chips.js";
import {
  digitCanvas,
  element,
  paintDigit,
  setAttribute,
  setText,
  toBase64,
} from "../../../engine/dom.js";
import { Pad } from "../../../engine/drawing_pad.js";
import { DrawnDigit, rehearse } from "../../../engine/drawn_digit.js";
import { OncePerFrame } from "../../../engine/once_per_frame.js";
import { STAGES } from "../../../engine/preprocessing.js";
import { Task } from "./task.js";

/** @import { Place } from "./task.js" */

/** The captions, a pad, and the drawing as the reader sees it. */
export class Caption extends Task {
  question = 0;
  frames = new OncePerFrame(() => this.show());

  /** @param {Place} place */
  constructor(place) {
    super(place);
    const ask = () => this.frames.ask();
    const onInk = () => {
      this.drawn.inked = true;
      ask();
    };
    this.pad = new Pad({ onInk, onRelease: ask, onRest: ask });
    this.drawn = new DrawnDigit(this.pad);
    this.pad.name(place.pad);
    this.small = digitCanvas({ "aria-label": this.text.seen, "data-testid": "digit-28" });
    this.chips = element("div");
    this.caption = element("div", { class: "caption", "data-testid": "class-caption" });
    this.tools.append(this.chips, this.small, this.line);
    this.root.append(
      element("div", { class: "paper" }, this.caption, this.pad.sheet, this.pad.tools.root),
      this.tools,
    );
    this.root.onkeydown = (event) => this.pad.key(event);
    rehearse();
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
    const before = this.answers?.[this.question];
    super.give(puzzle, answers, tries);
    const { captions } = puzzle;
    const names = captions.map((/** @type {any} */ _, /** @type {number} */ i) => `${i}`);
    const pick = (/** @type {string} */ name) => this.choose(Number(name));
    const { row, inputs, name } = chipRow({ type: "radio", group: "class-caption", names, pick });
    const marks = names.map((/** @type {string} */ i) => [
      i,
      `${Number(i) + 1}${answers[i] ? " ✓" : ""}`,
    ]);
    name(this.text.captions, Object.fromEntries(marks));
    this.inputs = inputs;
    this.chips.replaceChildren(row);
    const open = names.findIndex((/** @type {string} */ i) => !answers[i]);
    const done = answers[this.question] && !before && open >= 0;
    this.choose(done ? open : this.question);
    if (done) this.pad.wipe();
  }

  /** @param {number} question */
  choose(question) {
    this.question = question;
    if (this.inputs) this.inputs[`${question}`].checked = true;
    const { digit, words } = this.puzzle?.captions[question] ?? {};
    const named = words?.map((/** @type {string} */ word) => this.text[`word_${word}`]).join(", ");
    setText(this.caption, this.text.caption.replace("{words}", named).replace("{digit}", digit));
  }

  get state() {
    return this.drawn.isExample
      ? null
      : { question: this.question, pixels: toBase64(this.drawn.pixels) };
  }

  paint() {
    this.frames.ask();
  }

  show() {
    this.drawn.prepare(STAGES, "");
    paintDigit(this.small, this.drawn.pixels);
    setAttribute(this.small, "data-empty", this.drawn.isExample ? "true" : null);
    if (this.drawn.isExample) setText(this.line, this.text.draw);
    else this.say(this.drawn.pixels);
  }
}
