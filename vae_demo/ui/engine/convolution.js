// Convolutions of small pictures, independent of the page: typed arrays in, typed arrays out.
import { convolveTiles } from "./convolution_tiles.js";

/**
 * @typedef {Object} Convolution  A convolution, or a transposed one, as PyTorch computes them.
 * @property {"convolution"} kind
 * @property {Float32Array} weight  (outputs * inputs * kernel height * kernel width), row-major
 * @property {Float32Array} bias  (outputs)
 * @property {[number, number]} kernel  height and width
 * @property {[number, number, number]} shape  channels, height and width of x
 * @property {[number, number]} size  height and width of y
 * @property {number} stride
 * @property {number} padding  zeros around x
 * @property {boolean} transposed
 * @property {string} activation  a key of ACTIVATIONS in layers.js
 * @property {number[]} [reads]
 */

/**
 * @typedef {Object} Patches  what a convolution reads for each of its outputs
 * @property {Int32Array[]} rows  (height of y) pairs: row of the kernel, row of x
 * @property {Int32Array[]} columns  (width of y) pairs: column of the kernel, column of x
 * @property {Float32Array} weight  (inputs * kernel * outputs): one row per pixel of a patch
 * @property {Int32Array} places  the current patch: its nonzero pixels, as rows of the weight
 * @property {Float32Array} values  likewise
 */

const SMALL = 64; // pixels

/** @type {WeakMap<Convolution, Patches>} */
const patchesOf = new WeakMap();

/** @type {WeakMap<Convolution, Float32Array>} */
const framed = new WeakMap(); // x with one zero around it

/**
 * A convolution before its activation.
 * @param {Convolution} layer
 * @param {Float32Array} x  (channels * height * width)
 * @param {Float32Array} y  (outputs * height * width) receives the sums
 */
export function convolve(layer, x, y) {
  const { weight, bias, kernel, shape, size, stride, padding, transposed } = layer;
  const [channels, height, width] = shape;
  const weights = bias.length * channels * kernel[0] * kernel[1];
  if (x.length !== channels * height * width || weight.length !== weights) {
    const came = `x ${x.length}, weight ${weight.length}, bias ${bias.length}`;
    const wanted = `${shape.join("x")} -> ${[bias.length, ...size].join("x")}`;
    throw new Error(`a convolution ${wanted} does not fit its arrays: ${came}`);
  }
  if (!transposed && convolveTiles(layer, x, y)) return;
  const three = kernel[0] === 3 && kernel[1] === 3 && padding === 1 && stride === 1;
  // In a small picture the rows are too short for the window, and leaving out zeros is faster.
  if (three && !transposed && height * width > SMALL) convolveThree(layer, x, y);
  else convolvePatches(layer, x, y);
}

/**
 * Any convolution: for each position, the pixels that are not 0 are gathered once, and then
 * weighted for eight outputs at a time.
 * @param {Convolution} layer
 * @param {Float32Array} x
 * @param {Float32Array} y
 */
function convolvePatches(layer, x, y) {
  let patches = patchesOf.get(layer);
  if (!patches) patchesOf.set(layer, (patches = patchesFor(layer)));
  const { rows, columns, weight, places, values } = patches;
  const { bias, size } = layer;
  const outputs = bias.length;
  const plane = size[0] * size[1];
  for (let row = 0, at = 0; row < size[0]; row++) {
    for (let column = 0; column < size[1]; column++, at++) {
      const count = gather(layer, patches, rows[row], columns[column], x);
      let o = 0;
      for (; o + 8 <= outputs; o += 8) {
        let a = bias[o],
          b = bias[o + 1],
          c = bias[o + 2],
          d = bias[o + 3],
          e = bias[o + 4],
          f = bias[o + 5],
          g = bias[o + 6],
          h = bias[o + 7];
        for (let k = 0; k < count; k++) {
          const v = values[k];
          const i = places[k] * outputs + o;
          a += weight[i] * v;
          b += weight[i + 1] * v;
          c += weight[i + 2] * v;
          d += weight[i + 3] * v;
          e += weight[i + 4] * v;
          f += weight[i + 5] * v;
          g += weight[i + 6] * v;
          h += weight[i + 7] * v;
        }
        const first = o * plane + at;
        y[first] = a;
        y[first + plane] = b;
        y[first + 2 * plane] = c;
        y[first + 3 * plane] = d;
        y[first + 4 * plane] = e;
        y[first + 5 * plane] = f;
        y[first + 6 * plane] = g;
        y[first + 7 * plane] = h;
      }
      for (; o < outputs; o++) {
        let sum = bias[o];
        for (let k = 0; k < count; k++) sum += weight[places[k] * outputs + o] * values[k];
        y[o * plane + at] = sum;
      }
    }
  }
}

/**
 * Gathers the nonzero pixels that an output reads. Many are 0: the background, and what ReLU cuts.
 * @param {Convolution} layer
 * @param {Patches} patches  receives them
 * @param {Int32Array} rows  pairs: row of the kernel, row of x
 * @param {Int32Array} columns  pairs: column of the kernel, column of x
 * @param {Float32Array} x
 * @returns {number}  their number
 */
function gather({ kernel, shape }, { places, values }, rows, columns, x) {
  const [channels, height, width] = shape;
  const [tall, wide] = kernel;
  let count = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let r = 0; r < rows.length; r += 2) {
      const start = (channel * height + rows[r + 1]) * width;
      const place = (channel * tall + rows[r]) * wide;
      for (let c = 0; c < columns.length; c += 2) {
        const v = x[start + columns[c + 1]];
        if (v === 0) continue;
        places[count] = place + columns[c];
        values[count++] = v;
      }
    }
  }
  return count;
}

/**
 * What a convolution reads for each of its outputs.
 * @param {Convolution} layer
 * @returns {Patches}
 */
function patchesFor({ weight, bias, kernel, shape, size, stride, padding, transposed }) {
  /**
   * @param {number} from  side of x
   * @param {number} to  side of y
   * @param {number} side  of the kernel
   */
  const pairs = (from, to, side) =>
    Array.from({ length: to }, (_, out) => {
      const found = [];
      for (let k = 0; k < side; k++) {
        const at = transposed ? (out + padding - k) / stride : out * stride - padding + k;
        if (Number.isInteger(at) && at >= 0 && at < from) found.push(k, at);
      }
      return Int32Array.from(found);
    });
  const outputs = bias.length;
  const pixels = weight.length / outputs;
  const turned = new Float32Array(weight.length);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < pixels; i++) turned[i * outputs + o] = weight[o * pixels + i];
  return {
    rows: pairs(shape[1], size[0], kernel[0]),
    columns: pairs(shape[2], size[1], kernel[1]),
    weight: turned,
    places: new Int32Array(pixels),
    values: new Float32Array(pixels),
  };
}

/**
 * A 3×3 convolution with stride 1 and padding 1: a window slides along each row, so that each pixel
 * is read once for nine products.
 * @param {Convolution} layer
 * @param {Float32Array} x
 * @param {Float32Array} y
 */
function convolveThree(layer, x, y) {
  const { weight, bias, shape } = layer;
  const [channels, height, width] = shape;
  const wide = width + 2;
  const tall = height + 2;
  let frame = framed.get(layer);
  if (!frame) framed.set(layer, (frame = new Float32Array(channels * tall * wide)));
  for (let row = 0; row < channels * height; row++) {
    const channel = Math.floor(row / height);
    const to = (row + 2 * channel + 1) * wide + 1;
    for (let i = 0; i < width; i++) frame[to + i] = x[row * width + i];
  }
  const plane = height * width;
  for (let o = 0, w = 0; o < bias.length; o++) {
    y.fill(bias[o], o * plane, (o + 1) * plane);
    for (let channel = 0; channel < channels; channel++, w += 9) {
      const w0 = weight[w],
        w1 = weight[w + 1],
        w2 = weight[w + 2],
        w3 = weight[w + 3],
        w4 = weight[w + 4],
        w5 = weight[w + 5],
        w6 = weight[w + 6],
        w7 = weight[w + 7],
        w8 = weight[w + 8];
      for (let row = 0, at = o * plane; row < height; row++) {
        let above = (channel * tall + row) * wide;
        let here = above + wide;
        let below = here + wide;
        let a0 = frame[above++],
          a1 = frame[above++],
          b0 = frame[here++],
          b1 = frame[here++],
          c0 = frame[below++],
          c1 = frame[below++];
        for (let i = 0; i < width; i++) {
          const a2 = frame[above + i],
            b2 = frame[here + i],
            c2 = frame[below + i];
          y[at++] +=
            w0 * a0 +
            w1 * a1 +
            w2 * a2 +
            (w3 * b0 + w4 * b1 + w5 * b2) +
            (w6 * c0 + w7 * c1 + w8 * c2);
          a0 = a1;
          a1 = a2;
          b0 = b1;
          b1 = b2;
          c0 = c1;
          c1 = c2;
        }
      }
    }
  }
}
