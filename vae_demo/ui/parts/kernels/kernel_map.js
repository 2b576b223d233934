// All kernels on one canvas, in rows, with a ring around one of them.
import { contextOf, DIGIT_PIXELS, DIGIT_SIDE, element } from "../../engine/dom.js";
import { spotOf } from "../../engine/pointer.js";

/** @import { Kernels } from "./kernels.js" */

const COLUMNS = 25;
const ROWS = 20;
const GREY = 128; // of a weight that is 0

/** The pictures of kernels, each scaled by its largest weight. */
export class KernelMap {
  /** @type {?Kernels} */
  drawn = null;

  constructor() {
    const size = { width: String(COLUMNS * DIGIT_SIDE), height: String(ROWS * DIGIT_SIDE) };
    this.canvas = element("canvas", {
      ...size,
      role: "img",
      tabindex: "0",
      "data-testid": "kernel-map",
    });
    this.ring = element("div", { class: "ring" });
    this.root = element("div", { class: "map" }, this.canvas, this.ring);
  }

  /** @param {Kernels} kernels */
  draw(kernels) {
    if (kernels === this.drawn) return;
    this.drawn = kernels;
    const { width, height } = this.canvas;
    const picture = new ImageData(width, height);
    const pixels = new Uint32Array(picture.data.buffer);
    for (let unit = 0, at = 0; unit < COLUMNS * ROWS; unit++) {
      const grey = greyOf(kernels.levels.subarray(at, (at += DIGIT_PIXELS)));
      const corner =
        Math.floor(unit / COLUMNS) * DIGIT_SIDE * width + (unit % COLUMNS) * DIGIT_SIDE;
      for (let i = 0; i < DIGIT_PIXELS; i++) {
        const place = corner + Math.floor(i / DIGIT_SIDE) * width + (i % DIGIT_SIDE);
        pixels[place] = (0xff << 24) | (grey[i] * 0x010101);
      }
    }
    contextOf(this.canvas).putImageData(picture, 0, 0);
  }

  /** @param {number} unit */
  choose(unit) {
    this.ring.style.left = `${(100 * (unit % COLUMNS)) / COLUMNS}%`;
    this.ring.style.top = `${(100 * Math.floor(unit / COLUMNS)) / ROWS}%`;
  }

  /**
   * The unit under a pointer.
   * @param {MouseEvent} event
   */
  unitAt(event) {
    const { x, y } = spotOf(this.canvas, /** @type {PointerEvent} */ (event));
    const cell = (/** @type {number} */ at, /** @type {number} */ count) =>
      Math.min(Math.max(Math.floor(at / DIGIT_SIDE), 0), count - 1);
    return cell(y, ROWS) * COLUMNS + cell(x, COLUMNS);
  }

  /**
   * The unit at some steps to the right of another one and above it.
   * @param {number} unit
   * @param {[number, number]} step
   */
  moved(unit, [right, up]) {
    const column = Math.min(Math.max((unit % COLUMNS) + right, 0), COLUMNS - 1);
    const row = Math.min(Math.max(Math.floor(unit / COLUMNS) - up, 0), ROWS - 1);
    return row * COLUMNS + column;
  }
}

/**
 * Signed values as grey, scaled by the largest.
 * @param {ArrayLike<number>} values
 * @returns {Uint8ClampedArray}
 */
export function greyOf(values) {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return Uint8ClampedArray.from(values, (v) => GREY + (127 * v) / (largest || 1));
}
