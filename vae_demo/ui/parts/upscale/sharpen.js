// What vae_demo/repair/upscale.py does to a digit, in the browser: make it small, and sharpen it by
// a network.
import { DIGIT_PIXELS, DIGIT_SIDE } from "../../engine/dom.js";
import { forward } from "../../engine/layers.js";

/** @import { Layer } from "../../engine/layers.js" */

const ROUNDS = 30; // of the bisection

/**
 * The area average of a digit.
 * @param {ArrayLike<number>} pixels  (784) in 0 to 255
 * @param {number} side  7 or 14
 * @returns {Uint8Array}  (side * side)
 */
export function shrink(pixels, side) {
  return Uint8Array.from(means(pixels, squares(side), side), (mean) => {
    const below = Math.floor(mean);
    return mean - below === 0.5 ? below + (below % 2) : Math.round(mean); // as NumPy rounds
  });
}

/**
 * Each pixel as a square of equal pixels.
 * @param {Uint8Array} small  (side * side)
 * @returns {Uint8Array}  (784)
 */
export function repeat(small) {
  return Uint8Array.from(squares(Math.sqrt(small.length)), (square) => small[square]);
}

/**
 * The sharp digit that a network finds, corrected so that its area average is the small digit.
 * @param {Layer[]} network
 * @param {Uint8Array} small  (side * side)
 * @returns {Uint8Array}  (784)
 */
export function sharpen(network, small) {
  const found = forward(
    network,
    Float32Array.from(repeat(small), (v) => v / 255),
  );
  return Uint8Array.from(consistent(found, small), (v) => Math.round(255 * v));
}

/**
 * The picture nearest to `found` whose area average is `small`: a number is added to each square,
 * found by bisection, and the sum is clipped.
 * @param {Float32Array} found  (784) in [0, 1]
 * @param {Uint8Array} small  (side * side)
 * @returns {Float64Array}  (784) in [0, 1]
 */
function consistent(found, small) {
  const side = Math.sqrt(small.length);
  const square = squares(side);
  const low = new Float64Array(small.length).fill(-1);
  const high = new Float64Array(small.length).fill(1);
  const moved = new Float64Array(DIGIT_PIXELS);
  /** @param {Float64Array} by  (side * side) */
  const move = (by) => {
    for (let i = 0; i < DIGIT_PIXELS; i++) {
      moved[i] = Math.min(Math.max(found[i] + by[square[i]], 0), 1);
    }
    return moved;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const middle = low.map((v, i) => (v + high[i]) / 2);
    means(move(middle), square, side).forEach((mean, i) => {
      (mean < small[i] / 255 ? low : high)[i] = middle[i];
    });
  }
  return move(high);
}

/**
 * The square that each pixel lies in.
 * @param {number} side  squares in a row
 * @returns {Int32Array}  (784)
 */
function squares(side) {
  const width = DIGIT_SIDE / side;
  return Int32Array.from({ length: DIGIT_PIXELS }, (_, i) => {
    const row = Math.floor(i / DIGIT_SIDE / width);
    return row * side + Math.floor((i % DIGIT_SIDE) / width);
  });
}

/**
 * The mean of each square.
 * @param {ArrayLike<number>} pixels  (784)
 * @param {Int32Array} square  (784) which one each pixel lies in
 * @param {number} side  squares in a row
 * @returns {Float64Array}  (side * side)
 */
function means(pixels, square, side) {
  const sums = new Float64Array(side * side);
  for (let i = 0; i < DIGIT_PIXELS; i++) sums[square[i]] += pixels[i];
  return sums.map((sum) => (sum * side * side) / DIGIT_PIXELS);
}
