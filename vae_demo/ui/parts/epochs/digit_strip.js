// Ten test digits, one of each class, as each snapshot of the training reconstructs them.
import { DIGIT_PIXELS, digitCanvas, element, paintDigit } from "../../engine/dom.js";

/** @import { Snapshots } from "../../engine/snapshots.js" */

const DIGITS = 10;

/** A row of ten pictures. */
export class DigitStrip {
  constructor() {
    this.digits = Array.from({ length: DIGITS }, (_, digit) =>
      digitCanvas({ "aria-label": String(digit), "data-testid": "epoch-digit" }),
    );
    this.root = element("div", { class: "strip" }, ...this.digits);
  }

  /** @param {string[]} colours  of the ten digits */
  colour(colours) {
    this.digits.forEach((digit, i) => digit.style.setProperty("--digit", colours[i]));
  }

  /**
   * Shows the digits of a snapshot.
   * @param {Snapshots} run
   * @param {number} snapshot
   */
  show(run, snapshot) {
    this.digits.forEach((digit, i) => {
      const start = (snapshot * DIGITS + i) * DIGIT_PIXELS;
      paintDigit(digit, run.strip.subarray(start, start + DIGIT_PIXELS));
    });
  }
}
