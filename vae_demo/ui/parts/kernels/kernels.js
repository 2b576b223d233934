// The kernels of one side of a network, and what a unit does, independent of the page.
import { DIGIT_PIXELS } from "../../engine/dom.js";
import { readTensors } from "../../engine/tensors.js";

/**
 * @typedef {Object} Kernels
 * @property {Int8Array} levels  (units * 784); weight = level * scale of the unit
 * @property {Float32Array} scale  (units)
 * @property {Float32Array} bias  of the layer
 */

/**
 * Reads the file of `kernel_file` in Python.
 * @param {ArrayBuffer} file
 * @returns {Kernels}
 */
export function readKernels(file) {
  const { tensor } = readTensors(file);
  const floats = (/** @type {string} */ name) => Float32Array.from(tensor(name).values);
  const levels = /** @type {Int8Array} */ (tensor("levels").values);
  return { levels, scale: floats("scale"), bias: floats("bias") };
}

/**
 * The levels of a unit's kernel, (784).
 * @param {Kernels} kernels
 * @param {number} unit
 */
export function kernelOf({ levels }, unit) {
  return levels.subarray(unit * DIGIT_PIXELS, (unit + 1) * DIGIT_PIXELS);
}

/**
 * The digits whose ink the kernel weighs most, the first one most. Bias and scale of a unit do not
 * change the order.
 * @param {Int8Array} kernel  (784)
 * @param {Uint8Array} digits  (n * 784)
 * @param {number} count
 * @returns {number[]}  their places among the digits
 */
export function mostExciting(kernel, digits, count) {
  const sums = new Float64Array(digits.length / DIGIT_PIXELS);
  for (let digit = 0, at = 0; digit < sums.length; digit++) {
    let sum = 0;
    for (let pixel = 0; pixel < DIGIT_PIXELS; pixel++) sum += kernel[pixel] * digits[at++];
    sums[digit] = sum;
  }
  return [...sums.keys()].sort((a, b) => sums[b] - sums[a]).slice(0, count);
}

/**
 * A reconstruction with and without a unit, by an autoencoder of tanh layers on [-1, 1].
 * @param {Kernels} encoder
 * @param {Kernels} decoder
 * @param {Uint8Array} digit  (784)
 * @param {number} left  the unit that is left out
 * @returns {{ whole: Float32Array, without: Float32Array, part: Float32Array }}  ink in [0, 1] of
 *   both, and what the unit adds before the last tanh, (784) each
 */
export function rebuilt(encoder, decoder, digit, left) {
  const sums = Float32Array.from(decoder.bias);
  const part = new Float32Array(DIGIT_PIXELS);
  for (let unit = 0; unit < encoder.scale.length; unit++) {
    const looks = kernelOf(encoder, unit);
    let sum = 0;
    for (let pixel = 0; pixel < DIGIT_PIXELS; pixel++) {
      sum += looks[pixel] * ((2 * digit[pixel]) / 255 - 1);
    }
    const code = Math.tanh(sum * encoder.scale[unit] + encoder.bias[unit]);
    const draws = kernelOf(decoder, unit);
    const factor = code * decoder.scale[unit];
    for (let pixel = 0; pixel < DIGIT_PIXELS; pixel++) sums[pixel] += factor * draws[pixel];
    if (unit === left) draws.forEach((level, pixel) => (part[pixel] = factor * level));
  }
  const ink = (/** @type {number} */ value) => (Math.tanh(value) + 1) / 2;
  return { whole: sums.map(ink), without: sums.map((sum, i) => ink(sum - part[i])), part };
}
