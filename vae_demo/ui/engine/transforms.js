// A digit pulled by handles, pixel by pixel, as vae_demo/digits/transforms.py computes it.
import { DIGIT_SIDE } from "./dom.js";

const MIDDLE = (DIGIT_SIDE - 1) / 2; // of the frame, pixels
const NARROWEST = 2; // pixels, of a width or a height that is asked for
const STEEPEST = 60; // degrees, of a slant that is asked for

/**
 * @typedef {Object} Amounts  in the units of `HANDLES`
 * @property {number} thickness
 * @property {number} slant
 * @property {number} width
 * @property {number} height
 * @property {number} rotation
 * @property {number} right
 * @property {number} down
 * @property {number} zoom
 * @property {number} brightness
 */

/** @typedef {{ slant: number, width: number, height: number }} Own  what the ruler finds */

/** @typedef {[number, number, number, number]} Matrix  row by row */

/**
 * The digit, pulled by all handles.
 * @param {ArrayLike<number>} pixels  (784) in 0 to 255
 * @param {Amounts} amounts
 * @param {Own} own
 * @returns {Float32Array}  (784) in [0, 1]
 */
export function transformed(pixels, amounts, own) {
  const x = Float32Array.from(pixels, (v) => v / 255);
  const result = warped(thicker(x, amounts.thickness), inverseAffine(amounts, own));
  const factor = 1 + amounts.brightness / 100;
  return result.map((v) => Math.min(Math.max(factor * v, 0), 1));
}

/**
 * Strokes that are some pixels thicker, by grey dilation with a cross, or thinner, by erosion.
 * @param {Float32Array} x  (784)
 * @param {number} pixels
 */
export function thicker(x, pixels) {
  const share = Math.min(Math.abs(pixels) / 2, 1);
  const most = pixels > 0 ? Math.max : Math.min;
  return x.map((v, i) => {
    const other = most(v, at(x, i, 0, -1), at(x, i, 0, 1), at(x, i, -1, 0), at(x, i, 1, 0));
    return v + share * (other - v);
  });
}

/**
 * @param {Float32Array} x
 * @param {number} i
 * @param {number} right
 * @param {number} down
 */
function at(x, i, right, down) {
  return ink(x, (i % DIGIT_SIDE) + right, Math.floor(i / DIGIT_SIDE) + down);
}

/**
 * The ink of a pixel; 0 outside the frame.
 * @param {Float32Array} x
 * @param {number} column
 * @param {number} row
 */
function ink(x, column, row) {
  const inside = column >= 0 && row >= 0 && column < DIGIT_SIDE && row < DIGIT_SIDE;
  return inside ? x[row * DIGIT_SIDE + column] : 0;
}

/**
 * Where each pixel of the result is in the digit, relative to the middle of the frame.
 * @param {Amounts} amounts
 * @param {Own} own
 * @returns {{ matrix: Matrix, moved: [number, number] }}  x = matrix · (y - moved)
 */
function inverseAffine(amounts, own) {
  const slant = Math.min(Math.max(own.slant + amounts.slant, -STEEPEST), STEEPEST);
  const [before, after] = [own.slant, slant].map((degrees) => Math.tan((degrees * Math.PI) / 180));
  const wide = stretch(own.width, amounts.width);
  const high = stretch(own.height, amounts.height);
  const zoom = 1 + amounts.zoom / 100;
  const angle = (amounts.rotation * Math.PI) / 180;
  const [cos, sin] = [zoom * Math.cos(angle), zoom * Math.sin(angle)];
  /** @type {Matrix[]} */
  const steps = [
    [1, -after, 0, 1],
    [wide, 0, 0, high],
    [1, before, 0, 1],
  ];
  const [a, b, c, d] = steps.reduce(product, [cos, -sin, sin, cos]);
  const area = a * d - b * c;
  return {
    matrix: [d / area, -b / area, -c / area, a / area],
    moved: [amounts.right, amounts.down],
  };
}

/** @param {number} own @param {number} more */
function stretch(own, more) {
  return Math.max(own + more, NARROWEST) / Math.max(own, NARROWEST);
}

/**
 * @param {Matrix} left
 * @param {Matrix} right
 * @returns {Matrix}
 */
function product([a, b, c, d], [e, f, g, h]) {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}

/**
 * A picture, read by bilinear interpolation; black outside.
 * @param {Float32Array} x  (784)
 * @param {{ matrix: Matrix, moved: [number, number] }} inverse
 */
function warped(x, { matrix: [a, b, c, d], moved }) {
  return x.map((_, i) => {
    const right = (i % DIGIT_SIDE) - MIDDLE - moved[0];
    const down = Math.floor(i / DIGIT_SIDE) - MIDDLE - moved[1];
    const column = a * right + b * down + MIDDLE;
    const row = c * right + d * down + MIDDLE;
    const [left, top] = [Math.floor(column), Math.floor(row)];
    const [across, below] = [column - left, row - top];
    const upper = ink(x, left, top) * (1 - across) + ink(x, left + 1, top) * across;
    const lower = ink(x, left, top + 1) * (1 - across) + ink(x, left + 1, top + 1) * across;
    return upper * (1 - below) + lower * below;
  });
}
