// From a picture of the drawing pad to an MNIST digit: Python's `to_digit` in JavaScript, so that
// the digit follows the pen. Bytes in, bytes out. Python's docstrings describe the stages; a test
// compares both on every kind of drawing.
import { cutInk, fittedSize, resampleInk, stretchInk } from "./ink_array.js";
import { isPen, thickenInk, thinInk } from "./stroke_width.js";

/** The stages of the preprocessing, in order. */
export const STAGES = ["cut", "stroke", "fit", "contrast", "centre"];

const MIN_CONTRAST = 0.04; // share of the full range; fainter marks are not ink
const FRAME_SIDE = 28,
  BOX_SIDE = 20; // pixels; MNIST fits the digit to the box and places it in the frame
const STROKES = [1.5, 3], // least and largest width in pixels of the box
  PEN_STROKES = [1.5, 2.5]; // the same for a drawing with a pen

/** @import { Ink } from "./ink_array.js" */

/**
 * The digit in a picture of the drawing pad, white on black; null if there is no ink.
 *
 * Stages that are left out are replaced as in Python's `to_digit`. Throws if `isPaper` is true,
 * since only Python reads photographs. A grey level may differ by one from Python's, where the last
 * bit of a sum decides how a half is rounded.
 *
 * @param {Uint8Array|Uint8ClampedArray} picture  (height * width) grey, row by row: see `grey`
 * @param {number} width
 * @param {number} height
 * @param {Iterable<string>} [stages]  of STAGES
 * @returns {Uint8Array|null}  (784)
 */
export function toDigit(picture, width, height, stages = STAGES) {
  const wanted = new Set(stages);
  for (const stage of wanted) {
    if (STAGES.includes(stage)) continue;
    throw new Error(`unknown stage '${stage}'; there are: ${STAGES.join(", ")}`);
  }
  const drawn = inkOf(picture, width, height);
  if (!drawn) return null;
  let ink = drawn;
  if (wanted.has("cut")) ink = cutInk(ink);
  if (wanted.has("stroke")) {
    const [least, largest] = isPen(ink, FRAME_SIDE) ? PEN_STROKES : STROKES;
    ink = thickenInk(ink, BOX_SIDE, least);
    const thin = thinInk(ink, BOX_SIDE, largest);
    if (thin !== ink) ink = wanted.has("cut") ? cutInk(thin) : thin;
  }
  const fit = wanted.has("fit");
  for (let side = fit ? BOX_SIDE : FRAME_SIDE; ; side--) {
    // ends: one pixel always fits the frame
    const [height, width] = fit ? fittedSize(ink, side) : [side, side];
    let small = resampleInk(ink, height, width);
    if (wanted.has("contrast")) small = stretchInk(small);
    const digit = placeDigit(small, wanted.has("centre"));
    if (digit) return digit;
  }
}

/**
 * Whether Python treats the picture as a photograph of paper, because more than half of its border
 * differs from the median of the border. On the pad, this takes ink along about half of the border;
 * with more, the pad is a white sheet with black ink, for Python and for `toDigit`.
 * @param {Uint8Array|Uint8ClampedArray} picture  (height * width) grey
 * @param {number} width
 * @param {number} height
 * @returns {boolean}
 */
export function isPaper(picture, width, height) {
  return borderOf(picture, width, height).uneven;
}

/**
 * The luminance of opaque pixels, rounded to bytes; grey pixels keep their value.
 * @param {Uint8Array|Uint8ClampedArray} rgba  (4 * n), as ImageData holds them
 * @returns {Uint8Array}  (n)
 */
export function grey(rgba) {
  const light = new Uint8Array(rgba.length / 4);
  for (let i = 0, j = 0; i < light.length; i++, j += 4) {
    const r = rgba[j],
      g = rgba[j + 1],
      b = rgba[j + 2];
    light[i] = r === g && g === b ? r : (299 * r + 587 * g + 114 * b + 500) / 1000;
  }
  return light;
}

/**
 * The background: the grey values of the four sides, with corners counted twice.
 * @param {Uint8Array|Uint8ClampedArray} picture  (height * width) grey
 * @param {number} width
 * @param {number} height
 * @returns {{ground: number, uneven: boolean}}  their median, and whether most differ from it
 */
function borderOf(picture, width, height) {
  if (!picture.length || picture.length !== width * height) {
    throw new Error(`a picture of ${width} x ${height} px does not have ${picture.length} bytes`);
  }
  const counts = new Uint32Array(256);
  const bottom = (height - 1) * width;
  for (let x = 0; x < width; x++) {
    counts[picture[x]]++;
    counts[picture[bottom + x]]++;
  }
  for (let start = 0; start <= bottom; start += width) {
    counts[picture[start]]++;
    counts[picture[start + width - 1]]++;
  }
  const half = width + height; // the number of values is even, so two are in the middle
  /** @param {number} rank */
  const ranked = (rank, below = 0) => counts.findIndex((count) => (below += count) >= rank);
  const ground = (ranked(half) + ranked(half + 1)) / 2;
  return { ground, uneven: 2 * half - (counts[ground] ?? 0) > half };
}

/**
 * The ink: the difference from the background, lighter or darker, whichever is larger in sum.
 * @param {Uint8Array|Uint8ClampedArray} picture  (height * width) grey
 * @param {number} width
 * @param {number} height
 * @returns {Ink|null}
 */
function inkOf(picture, width, height) {
  const { ground, uneven } = borderOf(picture, width, height);
  if (uneven) throw new Error("the picture's border is of many shades: it is left to Python");
  const counts = new Uint32Array(256);
  for (let i = 0; i < picture.length; i++) if (picture[i] !== ground) counts[picture[i]]++;
  // In integers, so that rounding does not decide when light and dark are nearly equal.
  const excess = counts.reduce((sum, n, v) => sum + n * (v - ground) * Math.abs(v - ground), 0);
  const darker = excess < 0;
  /** @param {number} v */
  const rise = (v) => (darker ? ground / 255 - v / 255 : v / 255 - ground / 255);
  const strongest = darker ? counts.findIndex(Boolean) : counts.findLastIndex(Boolean);
  if (rise(strongest) < MIN_CONTRAST) return null;
  const full = Math.max(darker ? ground / 255 : 1 - ground / 255, MIN_CONTRAST);
  const shades = Float32Array.from(counts, (_, v) => Math.min(Math.max(rise(v), 0) / full, 1));
  const values = new Float32Array(picture.length);
  for (let i = 0; i < picture.length; i++) values[i] = shades[picture[i]];
  return { values, height, width };
}

/**
 * Places the digit in the frame.
 * @param {Ink} ink
 * @param {boolean} byMass  whether to centre its centre of mass; otherwise its box
 * @returns {?Uint8Array}  (784); null if it does not fit inside
 */
function placeDigit({ values, height, width }, byMass) {
  // First rounds away errors of the last digits, which would decide between two levels. Then adds 2
  // ** 52, above which all numbers are integers, so that halves are rounded to even, as in numpy.
  const bytes = Uint8Array.from(values, (v) => Math.round(255e6 * v) / 1e6 + 2 ** 52 - 2 ** 52);
  let top = Math.floor((FRAME_SIDE - height) / 2);
  let left = Math.floor((FRAME_SIDE - width) / 2);
  let mass = 0,
    down = 0,
    across = 0;
  bytes.forEach((byte, i) => {
    mass += byte;
    down += byte * Math.floor(i / width);
    across += byte * (i % width);
  });
  if (byMass && mass) {
    top = FRAME_SIDE / 2 - Math.floor((2 * down + mass) / (2 * mass));
    left = FRAME_SIDE / 2 - Math.floor((2 * across + mass) / (2 * mass));
  }
  if (Math.min(top, left, FRAME_SIDE - top - height, FRAME_SIDE - left - width) < 0) return null;
  const digit = new Uint8Array(FRAME_SIDE * FRAME_SIDE);
  for (let y = 0; y < height; y++) {
    const row = bytes.subarray(y * width, (y + 1) * width);
    digit.set(row, (top + y) * FRAME_SIDE + left);
  }
  return digit;
}
