// A digit with four times as many rows and columns, as `enlarged` in vae_demo/digits/attributes.py:
// cubic splines through its pixels, then a Gaussian.
import { DIGIT_PIXELS, DIGIT_SIDE } from "./dom.js";

/** Cells per pixel of the enlarged digit. */
export const FINE = 4;
/** Rows and columns of the enlarged digit. */
export const SIDE = FINE * DIGIT_SIDE;

const SIGMA = (2 * FINE) / 6; // of the Gaussian, in cells
const REACH = Math.round(4 * SIGMA); // cells, beyond which it is 0
const KERNEL = gaussian();
const TAPS = 4; // B-splines that are not 0 at a place
const WIDE = SIDE + 2 * REACH;

const { pixels: PIXEL, weights: WEIGHT } = taps();
const INVERSE = inverse();

const turned = new Float64Array(DIGIT_PIXELS); // coefficients along rows alone, transposed
const coefficients = new Float64Array(DIGIT_PIXELS); // of B-splines at the pixels
const half = new Float64Array(DIGIT_SIDE * SIDE); // enlarged along rows alone
const drawn = new Float32Array(WIDE * WIDE); // with a mirrored margin
const smooth = new Float32Array(WIDE * SIDE); // after the Gaussian along rows
const sums = new Float32Array(SIDE); // of a row of cells
const fine = new Uint8Array(SIDE * SIDE);

/**
 * @typedef {Object} Enlarged
 * @property {Uint8Array} cells  (SIDE²), which the next call overwrites
 * @property {Box} box  outside of which all cells are 0
 */

/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box  ends excluded */

/**
 * @param {ArrayLike<number>} pixels  (784) whole numbers from 0 to 255
 * @returns {Enlarged}
 */
export function enlarge(pixels) {
  filter(pixels, turned);
  filter(turned, coefficients);
  interpolate(pixels);
  mirror();
  fine.fill(0);
  const box = inked();
  const { left, right, top, bottom } = box;
  for (let y = top; bottom && y < bottom + 2 * REACH; y++) smoothRow(y, left, right);
  for (let y = top; y < bottom; y++) smoothColumns(y, left, right);
  return { cells: fine, box };
}

/**
 * Solves for the coefficients along rows, and transposes.
 * @param {ArrayLike<number>} rows  (784)
 * @param {Float64Array} columns  (784)
 */
function filter(rows, columns) {
  columns.fill(0);
  for (let y = 0, i = 0; y < DIGIT_SIDE; y++) {
    for (let x = 0; x < DIGIT_SIDE; x++, i++) {
      const value = rows[i];
      if (!value) continue;
      for (let k = 0; k < DIGIT_SIDE; k++)
        columns[k * DIGIT_SIDE + y] += value * INVERSE[x * DIGIT_SIDE + k];
    }
  }
}

/** Draws the splines, limited to the range of the pixels. @param {ArrayLike<number>} pixels */
function interpolate(pixels) {
  let [low, high] = [255, 0];
  for (let i = 0; i < DIGIT_PIXELS; i++) {
    low = Math.min(low, pixels[i]);
    high = Math.max(high, pixels[i]);
  }
  for (let y = 0, i = 0; y < DIGIT_SIDE; y++) {
    for (let cell = 0; cell < SIDE; cell++, i++) {
      let sum = 0;
      for (let k = TAPS * cell; k < TAPS * (cell + 1); k++)
        sum += WEIGHT[k] * coefficients[y * DIGIT_SIDE + PIXEL[k]];
      half[i] = sum;
    }
  }
  for (let cell = 0; cell < SIDE; cell++) {
    const [a, b, c, d] = WEIGHT.subarray(TAPS * cell, TAPS * (cell + 1));
    const [i, j, k, l] = PIXEL.subarray(TAPS * cell, TAPS * (cell + 1));
    const start = (cell + REACH) * WIDE + REACH;
    for (let x = 0; x < SIDE; x++) {
      const value =
        a * half[i * SIDE + x] +
        b * half[j * SIDE + x] +
        c * half[k * SIDE + x] +
        d * half[l * SIDE + x];
      drawn[start + x] = Math.min(Math.max(value, low), high);
    }
  }
}

/** The columns and rows outside of which no smoothed cell reaches 1. @returns {Box} */
function inked() {
  let [left, right, top, bottom] = [SIDE, -1, SIDE, -1];
  for (let y = 0; y < SIDE; y++) {
    const start = (y + REACH) * WIDE + REACH;
    for (let x = 0; x < SIDE; x++) {
      if (drawn[start + x] < 0.9) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  if (bottom < 0) return { left: 0, right: 0, top: 0, bottom: 0 };
  return {
    left: Math.max(left - REACH, 0),
    right: Math.min(right + REACH + 1, SIDE),
    top: Math.max(top - REACH, 0),
    bottom: Math.min(bottom + REACH + 1, SIDE),
  };
}

function mirror() {
  for (let y = REACH; y < REACH + SIDE; y++) {
    const [first, last] = [y * WIDE + REACH, y * WIDE + REACH + SIDE - 1];
    for (let k = 0; k < REACH; k++) {
      drawn[first - 1 - k] = drawn[first + k];
      drawn[last + 1 + k] = drawn[last - k];
    }
  }
  for (let k = 0; k < REACH; k++) {
    const [first, last] = [REACH, REACH + SIDE - 1];
    for (const [to, from] of [
      [first - 1 - k, first + k],
      [last + 1 + k, last - k],
    ])
      drawn.copyWithin(to * WIDE, from * WIDE, (from + 1) * WIDE);
  }
}

// The sums are rounded to single precision in the order of OpenCV's: where a digit is white, they
// are just below or just above a whole number, and what is behind the point is cut off.

/** @param {number} y  with the margin @param {number} left @param {number} right */
function smoothRow(y, left, right) {
  const [from, to, shift] = [y * SIDE + left, y * SIDE + right, y * (WIDE - SIDE)];
  smooth.fill(0, from, to);
  for (let k = 0; k <= 2 * REACH; k++) {
    const weight = KERNEL[k];
    for (let i = from; i < to; i++) smooth[i] += drawn[i + shift + k] * weight;
  }
}

/** @param {number} y @param {number} left @param {number} right */
function smoothColumns(y, left, right) {
  const [start, middle] = [y * SIDE, (y + REACH) * SIDE];
  for (let x = left; x < right; x++) sums[x] = smooth[middle + x] * KERNEL[REACH];
  for (let k = 1; k <= REACH; k++) {
    const [weight, above, below] = [KERNEL[REACH + k], middle - k * SIDE, middle + k * SIDE];
    for (let x = left; x < right; x++)
      sums[x] += Math.fround(smooth[above + x] + smooth[below + x]) * weight;
  }
  for (let x = left; x < right; x++) fine[start + x] = sums[x];
}

/** (2 REACH + 1) weights. */
function gaussian() {
  const all = Array.from({ length: 2 * REACH + 1 }, (_, k) =>
    Math.exp(-((k - REACH) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = all.reduce((some, each) => some + each);
  return Float32Array.from(all, (each) => each / sum);
}

/** The pixels whose B-splines reach a cell, (SIDE, TAPS), mirrored at the outer pixels. */
function taps() {
  const pixels = new Uint8Array(SIDE * TAPS);
  const weights = new Float64Array(SIDE * TAPS);
  for (let cell = 0; cell < SIDE; cell++) {
    const place = (cell + 0.5) / FINE - 0.5;
    for (let k = 0; k < TAPS; k++) {
      const knot = Math.floor(place) - 1 + k;
      pixels[cell * TAPS + k] = mirrored(knot);
      weights[cell * TAPS + k] = spline(place - knot);
    }
  }
  return { pixels, weights };
}

/** The coefficients of the splines through the pixels of a row: (28 pixels, 28 coefficients). */
function inverse() {
  const at = [...Array(DIGIT_SIDE).keys()];
  const [values, found] = [0, 1].map((one) => at.map((y) => at.map((x) => (x === y ? one : 0))));
  for (const y of at) for (const k of [-1, 0, 1]) values[mirrored(y + k)][y] += spline(k);
  for (const pivot of at) {
    const scale = values[pivot][pivot];
    for (const row of [values[pivot], found[pivot]]) row.forEach((v, x) => (row[x] = v / scale));
    for (const other of at) {
      const share = other === pivot ? 0 : values[other][pivot];
      for (const rows of share ? [values, found] : [])
        for (const x of at) rows[other][x] -= share * rows[pivot][x];
    }
  }
  return Float64Array.from(found.flat());
}

/** The cubic B-spline. @param {number} away */
function spline(away) {
  const t = Math.abs(away);
  return t < 1 ? 2 / 3 - t ** 2 + t ** 3 / 2 : Math.max(2 - t, 0) ** 3 / 6;
}

/** @param {number} pixel  perhaps outside of the digit */
function mirrored(pixel) {
  const last = DIGIT_SIDE - 1;
  return last - Math.abs(last - Math.abs(pixel));
}
