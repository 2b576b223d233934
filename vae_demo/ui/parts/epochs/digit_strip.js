// Ten test digits, or other pictures, as each snapshot of the training reconstructs them.
import { DIGIT_PIXELS, digitCanvas, element, paintDigit, setAttribute } from "../../engine/dom.js";

/** @import { Snapshots } from "../../engine/snapshots.js" */

const DIGITS = 10;

/** A row of ten pictures. */
export class DigitStrip {
  constructor() {
    this.digits = Array.from({ length: DIGITS }, () =>
      digitCanvas({ "data-testid": "epoch-digit" }),
    );
    this.root = element("div", { class: "strip" }, ...this.digits);
  }

  /**
   * Names the pictures, each in the colour of its label.
   * @param {Snapshots} run
   */
  name({ colours, kinds, shown }) {
    this.digits.forEach((digit, i) => {
      const label = shown?.[i] ?? i;
      digit.style.setProperty("--digit", colours[label]);
      setAttribute(digit, "aria-label", kinds ? (kinds[label] ?? String(i + 1)) : String(label));
    });
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
