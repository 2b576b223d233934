// The test digit that is followed through a training: as it is, and as the run draws it again.

import {
  DIGIT_SIDE,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { paintInk } from "../../engine/ink.js";
import { decode, encode } from "../../engine/network.js";

/** @import { Network } from "../../engine/network.js" */

const SIZE = DIGIT_SIDE * DIGIT_SIDE;

/** Two pictures side by side. */
export class FollowedDigit {
  point = -1; // the digit's place among the points
  /** @type {?Uint8Array} */
  sheet = null; // (n * 784) all digits' pixels, once they are loaded
  /** @type {?Network} */
  network = null; // the trained network, likewise

  constructor() {
    this.original = digitCanvas({ "data-testid": "chosen-digit" });
    this.again = digitCanvas({ "data-testid": "chosen-again" });
    this.names = [0, 1].map(() => element("div", { class: "label" }));
    this.root = element(
      "div",
      { class: "chosen" },
      element("figure", {}, this.names[0], this.original),
      element("figure", {}, this.names[1], this.again),
    );
  }

  /**
   * Shows Python's pictures until the files are loaded.
   * @param {string} pair  base64 of (2, 784) bytes
   */
  paint(pair) {
    const pixels = fromBase64(pair);
    paintDigit(this.original, pixels.subarray(0, SIZE));
    paintDigit(this.again, pixels.subarray(SIZE));
  }

  /**
   * Writes the names of both pictures.
   * @param {string} original
   * @param {string} again
   */
  name(original, again) {
    setText(this.names[0], original);
    setText(this.names[1], again);
    setAttribute(this.original, "aria-label", original);
    setAttribute(this.again, "aria-label", again);
  }

  /**
   * Another digit: as it is and, where nothing else is known, as the trained network draws it.
   * @param {number} point  its place among the points, or -1
   */
  choose(point) {
    this.point = point;
    if (!this.sheet || point < 0) return;
    const pixels = this.sheet.subarray(SIZE * point, SIZE * (point + 1));
    paintDigit(this.original, pixels);
    if (!this.network) return;
    const { mean } = encode(
      this.network,
      Float32Array.from(pixels, (v) => v / 255),
    );
    paintInk(this.again, decode(this.network, mean));
  }
}
