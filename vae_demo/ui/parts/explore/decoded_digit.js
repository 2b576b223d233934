// The large digit: the picture of the code, and what a classifier reads in it.

import { digitCanvas, fromBase64, paintDigit, setAttribute } from "../../engine/dom.js";
import { paintInk } from "../../engine/ink.js";
import { decode } from "../../engine/network.js";

/**
 * @import { Reading } from "../../engine/classifier.js"
 * @import { Network } from "../../engine/network.js"
 */

export class DecodedDigit {
  /** @type {?Reading} */
  reading = null; // of the picture, if it is read

  /** @param {(ink: Float32Array) => ?Reading} read */
  constructor(read) {
    this.read = read;
    this.canvas = digitCanvas({ "data-testid": "decoded" });
  }

  /**
   * Shows Python's picture, until a decoder is loaded.
   * @param {string} pixels  base64
   */
  wait(pixels) {
    paintDigit(this.canvas, fromBase64(pixels));
    this.reading = null;
  }

  /**
   * @param {?Network} decoder  nothing happens until it is loaded
   * @param {Float32Array} z
   */
  paint(decoder, z) {
    if (!decoder) return;
    const ink = decode(decoder, z);
    paintInk(this.canvas, ink);
    this.reading = this.read(ink);
  }

  /** @param {string} text */
  name(text) {
    setAttribute(this.canvas, "aria-label", text);
  }
}
