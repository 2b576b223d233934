// Guess which of two pictures a model has made.
import { digitCanvas, element, fromBase64, paintDigit, setText } from "../../../engine/dom.js";
import { Task } from "./task.js";

/** @import { Place } from "./task.js" */

const SIDES = /** @type {("left"|"right")[]} */ (["left", "right"]);

/** Two pictures, each a button. */
export class Guess extends Task {
  ownButton = true;
  /** @type {?{ question: number, side: string }} */
  chosen = null;

  /** @param {Place} place */
  constructor(place) {
    super(place);
    this.pictures = SIDES.map((side) => digitCanvas({ "aria-label": this.text[`side_${side}`] }));
    this.buttons = SIDES.map((side, i) => {
      const attributes = { type: "button", class: "guess", "data-testid": `guess-${side}` };
      const label = element("span", {}, this.text[`side_${side}`]);
      const button = element("button", attributes, this.pictures[i], label);
      button.onclick = () => {
        this.chosen = { question: this.puzzle?.question, side };
        place.send();
      };
      return button;
    });
    this.tools.append(this.line);
    this.root.append(element("div", { class: "pair" }, ...this.buttons), this.tools);
  }

  async load() {} // the reader would give hints

  get state() {
    return this.chosen;
  }

  paint() {
    const { puzzle } = this;
    if (!puzzle) return;
    const over = puzzle.question >= puzzle.questions;
    SIDES.forEach((side, i) => {
      this.buttons[i].hidden = over;
      if (!over) paintDigit(this.pictures[i], fromBase64(puzzle[side]));
    });
    const right = Object.values(this.answers ?? {}).filter(Boolean).length;
    const text = over ? this.text.over : this.text.question;
    setText(
      this.line,
      text
        .replace("{number}", `${puzzle.question + 1}`)
        .replace("{of}", `${puzzle.questions}`)
        .replace("{right}", `${right}`),
    );
  }
}
