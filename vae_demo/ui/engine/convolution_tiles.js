// Convolutions by WebAssembly, several times as fast: x is laid out so that what an output pixel reads
// of a row stands together, and two pixels are computed at once.
import { OUTPUTS, PIXELS, tileWith } from "./convolution_tile.js";

/**
 * @import { Convolution } from "./convolution.js"
 * @import { Tile } from "./convolution_tile.js"
 */

/**
 * @typedef {Object} Layout  the memory of a layer
 * @property {Tile} tile
 * @property {Float32Array} weight  (outputs / 16, kernel height, kernel width, inputs, 16)
 * @property {Float32Array} bias  (outputs)
 * @property {Float32Array} framed  (height, width, inputs) x with zeros around it
 * @property {number} width  of framed
 * @property {number} rows  of x that are in it
 * @property {number} columns  likewise
 * @property {Float32Array} sums  (height of y, across, outputs)
 * @property {number} across  the width of y, made even
 */

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** @type {WeakMap<Convolution, ?Layout>} */
const layouts = new WeakMap(); // null where there is no WebAssembly

/**
 * A convolution before its activation.
 * @param {Convolution} layer  not a transposed one
 * @param {Float32Array} x  (inputs * height * width)
 * @param {Float32Array} y  (outputs * height * width) receives the sums
 * @returns {boolean}  whether it was computed: not where there is no WebAssembly, and not if the number of
 *   outputs is no multiple of 16
 */
export function convolveTiles(layer, x, y) {
  if (layer.bias.length % OUTPUTS) return false;
  let layout = layouts.get(layer);
  if (layout === undefined) layouts.set(layer, (layout = layoutOf(layer)));
  if (!layout) return false;
  frame(layer, layout, x);
  computeSums(layer, layout);
  const { sums, across } = layout;
  const { bias, size } = layer;
  const [height, width] = size;
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to++) {
      const from = (row * across + column) * bias.length;
      for (let o = 0; o < bias.length; o++) y[o * height * width + to] = sums[from + o];
    }
  }
  return true;
}

/**
 * Lays out a picture.
 * @param {Convolution} layer
 * @param {Layout} layout
 * @param {Float32Array} x  (inputs * height * width)
 */
function frame({ shape, padding }, { framed, width, rows, columns }, x) {
  const [inputs, tall, wide] = shape;
  for (let channel = 0; channel < inputs; channel++) {
    for (let row = 0; row < rows; row++) {
      const from = (channel * tall + row) * wide;
      let to = ((row + padding) * width + padding) * inputs + channel;
      for (let column = 0; column < columns; column++, to += inputs) framed[to] = x[from + column];
    }
  }
}

/**
 * Computes all tiles.
 * @param {Convolution} layer
 * @param {Layout} layout
 */
function computeSums({ bias, kernel, shape, size, stride }, layout) {
  const { tile, weight, framed, width, sums, across } = layout;
  const inputs = shape[0];
  const outputs = bias.length;
  const [rows, reads] = [kernel[0], kernel[1] * inputs]; // an output reads so many numbers in each row
  const [run, next, beside] = [reads, stride * inputs, outputs].map((count) => BYTES * count);
  for (let first = 0; first < outputs; first += OUTPUTS) {
    const weights = weight.byteOffset + BYTES * first * rows * reads;
    const biases = layout.bias.byteOffset + BYTES * first;
    for (let row = 0; row < size[0]; row++) {
      for (let column = 0; column < across; column += PIXELS) {
        const from = framed.byteOffset + BYTES * stride * (row * width + column) * inputs;
        const to = sums.byteOffset + BYTES * ((row * across + column) * outputs + first);
        tile(from, weights, biases, to, rows, run, BYTES * width * inputs, next, beside);
      }
    }
  }
}

/**
 * The memory of a layer with its weights; null where there is no WebAssembly.
 * @param {Convolution} layer
 * @returns {?Layout}
 */
function layoutOf({ weight, bias, kernel, shape, size, stride, padding }) {
  const [inputs, tall, wide] = shape;
  const across = PIXELS * Math.ceil(size[1] / PIXELS);
  const height = (size[0] - 1) * stride + kernel[0];
  const width = (across - 1) * stride + kernel[1];
  const counts = [
    weight.length,
    bias.length,
    height * width * inputs,
    size[0] * across * bias.length,
  ];
  const made = tileWith(counts.reduce((sum, count) => sum + count, 0));
  if (!made) return null;
  let end = 0;
  const parts = counts.map((count) => made.numbers.subarray(end, (end += count)));
  const [weights, biases, framed, sums] = parts;
  biases.set(bias);
  const places = kernel[0] * kernel[1];
  for (let o = 0, from = 0; o < bias.length; o++) {
    const group = o - (o % OUTPUTS);
    for (let channel = 0; channel < inputs; channel++) {
      for (let place = 0; place < places; place++, from++) {
        const read = place * inputs + channel;
        weights[group * places * inputs + read * OUTPUTS + (o % OUTPUTS)] = weight[from];
      }
    }
  }
  return {
    tile: made.tile,
    weight: weights,
    bias: biases,
    framed,
    width,
    rows: Math.min(tall, height - padding),
    columns: Math.min(wide, width - padding),
    sums,
    across,
  };
}
