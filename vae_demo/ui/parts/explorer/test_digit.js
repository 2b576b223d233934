// The test digits that the explorer's map shows as dots: their pixels, and one of them beside it.

import { DIGIT_SIDE, digitCanvas, element, paintDigit, setAttribute } from "../../engine/dom.js";
import { paintInk } from "../../engine/ink.js";
import { filled } from "./controls.js";

const INK = DIGIT_SIDE * DIGIT_SIDE;

/** A test digit and how the run draws it again. */
export class TestDigit {
  constructor() {
    this.original = digitCanvas({ "data-testid": "explore-original" });
    this.again = digitCanvas({ "data-testid": "explore-reconstruction" });
    this.caption = element("div");
    this.root = element("div", { class: "pair" }, this.original, this.again, this.caption);
  }

  /**
   * Puts the words on it; its room stays where there is no digit.
   * @param {Object<string, string>} text
   * @param {?{ position: number, digit: number }} which
   */
  name(text, which) {
    this.root.classList.toggle("none", !which);
    this.caption.textContent = which ? filled(text.original, which) : "";
    setAttribute(this.original, "aria-label", this.caption.textContent);
    setAttribute(this.again, "aria-label", text.again);
  }

  /**
   * Shows both pictures.
   * @param {ArrayLike<number>} x  (784) in [0, 1]
   * @param {ArrayLike<number>} again  (784) in [0, 1]
   */
  show(x, again) {
    paintInk(this.original, x);
    paintInk(this.again, again);
  }

  /**
   * Shows both pictures.
   * @param {Uint8Array} pixels  (2, 784); none is black
   */
  showPixels(pixels) {
    paintDigit(this.original, pixels.subarray(0, INK));
    paintDigit(this.again, pixels.subarray(INK));
  }
}

/** The digits in the order in which the buttons start from them. */
export class NextDigits {
  /**
   * @param {ArrayLike<number>} labels  (n) digits
   * @param {number[]} typical  which of them is a typical 0, 1, ... 9
   */
  constructor(labels, typical) {
    this.labels = Array.from(labels);
    this.last = [...typical]; // of each kind, the one that was started from last
    this.fresh = new Set(typical.keys()); // kinds that have not been started from
  }

  /**
   * Another digit of a kind each time, a typical one first.
   * @param {number} kind
   * @param {number} now  the digit that is shown, or -1
   * @returns {number}
   */
  next(kind, now) {
    if (this.labels[now] === kind) this.note(now);
    else if (this.fresh.has(kind)) return this.last[kind];
    const all = [...this.labels.keys()].filter((i) => this.labels[i] === kind);
    return all[(all.indexOf(this.last[kind]) + 1) % all.length];
  }

  /**
   * A digit was started from.
   * @param {number} dot
   */
  note(dot) {
    this.last[this.labels[dot]] = dot;
    this.fresh.delete(this.labels[dot]);
  }
}
