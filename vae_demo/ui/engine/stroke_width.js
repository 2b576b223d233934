// The width of the strokes of a drawing: measured, and changed where it is too small or too large.
import { fittedSize, padInk, resampleInk, stretchInk } from "./ink_array.js";

const FINE_CELLS = 4; // cells per pixel of the digit on the grid where strokes are measured
const SHARP_EDGE = 0.1, // share of the strongest ink; only the pixels between are soft
  SOFT_SHARE = 0.22; // of the inked pixels; a pen's ink has fewer soft ones, MNIST's more
const ROUNDING = 1e-9; // what rounding may take from full ink

/** @import { Ink } from "./ink_array.js" */

/**
 * Whether ink has the sharp edges of a pen; those of MNIST's digits are soft, also enlarged.
 * @param {Ink} ink
 * @param {number} frame  the side of a picture of MNIST in pixels
 * @returns {boolean}
 */
export function isPen({ values, height, width }, frame) {
  let strongest = 0;
  for (const v of values) if (v > strongest) strongest = v;
  let inked = 0,
    soft = 0;
  for (const v of values) {
    if (v <= SHARP_EDGE * strongest) continue;
    inked++;
    if (v < (1 - SHARP_EDGE) * strongest) soft++;
  }
  return Math.max(height, width) > frame && soft < SOFT_SHARE * inked;
}

/**
 * Thickens strokes that would be thinner than `least` after resizing, on a grid with FINE_CELLS
 * cells per pixel of the digit.
 * @param {Ink} ink
 * @param {number} side  the long side of the resized digit in pixels
 * @param {number} least  width in pixels of the digit
 * @returns {Ink}
 */
export function thickenInk(ink, side, least) {
  const fine = stretchInk(resampleInk(ink, ...fittedSize(ink, FINE_CELLS * side)));
  const radius = (FINE_CELLS * least - strokeWidth(fine)) / 2;
  return radius > 0 ? spreadInk(fine, Math.max(radius, 0.5)) : ink;
}

/**
 * Makes strokes thinner that would be wider than `largest` after resizing. The digit loses the same on
 * each side, and has that width when it is enlarged again. Ink is left as it is if none would be full.
 * @param {Ink} ink
 * @param {number} side  the long side of the resized digit in pixels
 * @param {number} largest  width in pixels of the digit
 * @returns {Ink}  the same object if nothing was changed
 */
export function thinInk(ink, side, largest) {
  const fine = stretchInk(resampleInk(ink, ...fittedSize(ink, FINE_CELLS * side)));
  const excess = strokeWidth(fine) - FINE_CELLS * largest;
  if (excess <= 0) return ink;
  const radius = Math.max((excess * side) / (2 * (side - largest)), 0.5);
  const { values, height, width } = fine;
  const missing = spreadInk({ values: values.map((v) => 1 - v), height, width }, radius, 1); // outside nothing is inked
  const reach = Math.ceil(radius);
  const thin = new Float64Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    const row = (y + reach) * missing.width + reach;
    for (let x = 0; x < width; x++, i++) thin[i] = 1 - missing.values[row + x];
  }
  return thin.some((v) => v > 1 - ROUNDING) ? { values: thin, height, width } : ink;
}

/**
 * The mean width of the strokes: for a long bar, twice the area divided by the length of the
 * outline, which is the sum of the gradient.
 * @param {Ink} ink
 * @returns {number}  in pixels
 */
function strokeWidth(ink) {
  const { values, height, width } = padInk(ink, 1);
  let outline = 0;
  for (let y = 1; y < height; y++) {
    for (let x = 1, i = y * width + 1; x < width; x++, i++) {
      const a = values[i - width - 1],
        b = values[i - width],
        c = values[i - 1],
        d = values[i];
      const across = b + d - a - c,
        down = c + d - a - b;
      outline += Math.sqrt(across * across + down * down);
    }
  }
  let area = 0;
  for (const v of ink.values) area += v;
  return (2 * area) / (outline / 2);
}

/**
 * Extends each cell to a disc.
 * @param {Ink} ink
 * @param {number} radius  in pixels
 * @param {number} [around]  the ink outside
 * @returns {Ink}
 */
function spreadInk(ink, radius, around = 0) {
  const reach = Math.ceil(radius);
  const wide = padInk(ink, 2 * reach, around);
  const height = ink.height + 2 * reach,
    width = ink.width + 2 * reach;
  const thick = new Float64Array(height * width);
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const share = Math.min(radius + 0.5 - Math.hypot(dx, dy), 1);
      if (share <= 0) continue;
      for (let y = 0, i = 0; y < height; y++) {
        let j = (y + reach + dy) * wide.width + reach + dx;
        for (let x = 0; x < width; x++, i++, j++) {
          const spread = share * wide.values[j];
          if (spread > thick[i]) thick[i] = spread;
        }
      }
    }
  }
  return { values: thick, height, width };
}
