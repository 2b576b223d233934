// A test digit beside the map, and how the run draws it again.

import { DIGIT_PIXELS, digitCanvas, element, paintDigit, setAttribute } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { paintInk } from "../../engine/ink.js";
import { decode } from "../../engine/network.js";

/**
 * @import { Network } from "../../engine/network.js"
 * @import { TestDigits } from "./test_digits.js"
 */

/** The test digit under the pointer, else the one that was chosen. */
export class TestDigit {
  chosen = -1; // -1 for none
  touched = -1; // the test digit under the pointer, likewise

  /** @param {TestDigits} digits */
  constructor(digits) {
    this.digits = digits;
    this.original = digitCanvas({ "data-testid": "explore-original" });
    this.reconstruction = digitCanvas({ "data-testid": "explore-reconstruction" });
    this.caption = element("div");
    this.root = element("div", { class: "pair" }, this.original, this.reconstruction, this.caption);
  }

  /** @param {number} dot  or -1 */
  choose(dot) {
    this.chosen = dot;
    this.touched = -1;
  }

  /**
   * Sets the test digit under the pointer.
   * @param {number} dot  or -1
   * @returns {boolean}  whether it has changed
   */
  touch(dot) {
    if (dot === this.touched || !this.digits.ready()) return false;
    this.touched = dot;
    return true;
  }

  /** The one under the pointer stays. */
  settle() {
    if (this.touched >= 0) this.chosen = this.touched;
  }

  /** The dot whose digit is shown: the one under the pointer, else the chosen one; -1 for none. */
  get dot() {
    return this.touched >= 0 ? this.touched : this.chosen;
  }

  /** The position of the chosen one in the test set. */
  get position() {
    return this.chosen < 0 ? null : this.digits.positions[this.chosen];
  }

  /**
   * Sets the texts; without a digit, the space stays empty.
   * @param {Object<string, string>} text
   */
  name(text) {
    const { dot } = this;
    this.root.classList.toggle("none", dot < 0);
    this.root.classList.toggle("words", !this.digits.ofMnist);
    this.caption.textContent = dot < 0 ? "" : filled(text.original, this.digits.words(dot));
    setAttribute(this.original, "aria-label", this.caption.textContent);
    setAttribute(this.reconstruction, "aria-label", text.reconstruction);
  }

  /**
   * Shows both pictures, once the run's networks are loaded.
   * @param {?Network} decoder
   * @returns {?Float32Array}  (latent) the log-variance of its posterior, where it has one
   */
  show(decoder) {
    const posterior = this.dot < 0 ? null : this.digits.posterior(this.dot);
    if (!posterior || !decoder) return null;
    paintInk(this.original, this.digits.ink(this.dot));
    paintInk(this.reconstruction, decode(decoder, posterior.mean));
    return posterior.logvar;
  }

  /**
   * Shows both pictures.
   * @param {Uint8Array} pixels  (2, 784); none is black
   */
  showPixels(pixels) {
    paintDigit(this.original, pixels.subarray(0, DIGIT_PIXELS));
    paintDigit(this.reconstruction, pixels.subarray(DIGIT_PIXELS));
  }
}
