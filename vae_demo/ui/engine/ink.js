// Paints pictures with ink in [0, 1], the output of a network, on a canvas.
import { contextOf, DIGIT_SIDE } from "./dom.js";

const inkPicture = new ImageData(DIGIT_SIDE, DIGIT_SIDE); // reused, so that nothing is allocated
inkPicture.data.fill(255);

/**
 * Paints a picture on a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values  (784) in [0, 1], row by row
 * @param {number} [x]  its left edge, in device pixels
 * @param {number} [y]
 */
export function paintInk(canvas, values, x = 0, y = 0) {
  const { data } = inkPicture;
  for (let i = 0, at = 0; i < values.length; i++, at += 4) {
    data[at] = data[at + 1] = data[at + 2] = Math.round(255 * values[i]);
  }
  contextOf(canvas, { willReadFrequently: true }).putImageData(inkPicture, x, y);
}
