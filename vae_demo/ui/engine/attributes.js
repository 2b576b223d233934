// Attributes of a digit, as vae_demo/digits/attributes.py measures them.
import { enlarge, FINE, SIDE } from "./enlarged_digit.js";
import { thin, WIDE } from "./medial_axis.js";

/** @import { Enlarged } from "./enlarged_digit.js" */

/**
 * @typedef {Object} Attributes
 * @property {number} length  of the strokes, in pixels
 * @property {number} thickness  in pixels
 * @property {number} slant  in degrees, positive to the right
 * @property {number} width  in pixels
 * @property {number} height  in pixels
 * @property {number} ink  in pixels
 */

const OUTSIDE = 0.02; // share of the ink that may lie outside of the width, and of the height
/** From a cell to a neighbour, and how far it is. @type {[number, number][]} */
const STEPS = [
  [1, 1],
  [WIDE, 1],
  [WIDE + 1, Math.SQRT2],
  [WIDE - 1, Math.SQRT2],
];

const shape = new Uint8Array(WIDE * WIDE);
const rows = new Float64Array(SIDE + 1); // ink of each row, behind one without ink
const columns = new Float64Array(SIDE + 1); // ink between lines that lean as the digit does

/**
 * Measures a digit. All but its ink is NaN if it has only one value, or hardly any ink.
 * @param {ArrayLike<number>} pixels  (784) whole numbers from 0 to 255
 * @returns {Attributes}
 */
export function measure(pixels) {
  let ink = 0;
  for (let i = 0; i < pixels.length; i++) ink += pixels[i];
  const enlarged = enlarge(pixels);
  const [low, high] = range(enlarged);
  const none = { length: NaN, thickness: NaN, slant: NaN, width: NaN, height: NaN };
  const found =
    high > low
      ? { ...lengthAndThickness(enlarged, (low + high) / 2), ...slantAndSize(enlarged) }
      : none;
  return { ...found, ink: ink / 255 };
}

/** The darkest and the brightest value. @param {Enlarged} enlarged */
function range({ cells, box: { left, right, top, bottom } }) {
  const whole = (right - left) * (bottom - top) === SIDE * SIDE;
  let [low, high] = [whole ? 255 : 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let i = y * SIDE + left; i < y * SIDE + right; i++) {
      if (cells[i] < low) low = cells[i];
      if (cells[i] > high) high = cells[i];
    }
  }
  return [low, high];
}

/**
 * @param {Enlarged} enlarged
 * @param {number} middle  what is brighter is the stroke
 */
function lengthAndThickness({ cells, box: { left, right, top, bottom } }, middle) {
  shape.fill(0);
  for (let y = top; y < bottom; y++) {
    const [from, to] = [y * SIDE, (y + 1) * WIDE + 1];
    for (let x = left; x < right; x++) shape[to + x] = Number(cells[from + x] >= middle);
  }
  const squared = thin(shape);
  let [count, distance, length] = [0, 0, 0];
  for (let i = (top + 1) * WIDE; i < (bottom + 1) * WIDE; i++) {
    if (!shape[i]) continue;
    count++;
    distance += Math.sqrt(squared[i]);
    for (const [step, far] of STEPS) if (shape[i + step]) length += far;
  }
  return { length: length / FINE, thickness: (2 * distance) / count / FINE };
}

/** @param {Enlarged} enlarged */
function slantAndSize({ cells, box: { left, right, top, bottom } }) {
  rows.fill(0);
  columns.fill(0);
  let [mass, first, second] = [0, 0, 0]; // moments of the rows
  let [across, mixed] = [0, 0]; // of columns, and of columns and rows
  for (let y = top; y < bottom; y++) {
    let [row, moment] = [0, 0];
    for (let x = left; x < right; x++) {
      row += cells[y * SIDE + x];
      moment += x * cells[y * SIDE + x];
    }
    rows[y + 1] = row;
    mass += row;
    first += row * y;
    second += row * y * y;
    across += moment;
    mixed += moment * y;
  }
  const middle = first / mass;
  const variance = second / mass - middle * middle;
  const shear = (mixed / mass - (across / mass) * middle) / variance;
  for (let y = top; y < bottom; y++) {
    const shift = 1.5 - shear * (y - middle);
    for (let x = left; x < right; x++) {
      const upright = Math.floor(x + shift);
      columns[Math.min(Math.max(upright, 0), SIDE)] += cells[y * SIDE + x];
    }
  }
  return {
    slant: (Math.atan(-shear) * 180) / Math.PI,
    width: extent(columns, mass),
    height: extent(rows, mass),
  };
}

/**
 * How far the middle 98 % of the ink reach, in pixels.
 * @param {Float64Array} ink  (SIDE + 1) the last number does not count
 * @param {number} mass
 */
function extent(ink, mass) {
  return (reaches(ink, (1 - OUTSIDE / 2) * mass) - reaches(ink, (OUTSIDE / 2) * mass)) / FINE;
}

/**
 * Where the sum of the ink reaches a value.
 * @param {Float64Array} ink
 * @param {number} value
 */
function reaches(ink, value) {
  let [before, sum] = [0, ink[0]];
  let at = 0;
  do {
    before = sum;
    sum += ink[++at];
  } while (sum <= value && at < SIDE - 1);
  const share = sum > before ? (value - before) / (sum - before) : 1;
  return at - 1 + Math.min(Math.max(share, 0), 1);
}
