// A list of layers as a function, independent of the page: typed arrays in, typed arrays out.
import { convolve } from "./convolution.js";
import { dense } from "./dense.js";

/**
 * @import { Convolution } from "./convolution.js"
 * @import { Dense } from "./dense.js"
 */

/**
 * @typedef {Dense|Convolution|Upsample|Join} Layer  `reads` are the positions of the layers whose
 *   outputs it reads: -1 is the input of the list; without it, the layer before
 */

/**
 * @typedef {Object} Upsample  Repeats each pixel 2×2 times.
 * @property {"upsample"} kind
 * @property {[number, number, number]} shape  channels, height and width of x
 * @property {string} activation  a key of ACTIVATIONS
 * @property {number[]} [reads]
 */

/**
 * @typedef {Object} Join  Adds what it reads, or concatenates its channels.
 * @property {"sum"|"concatenation"} kind
 * @property {string} activation  a key of ACTIVATIONS
 * @property {number[]} [reads]
 */

/**
 * The activation functions by name.
 * @type {Object<string, (v: number) => number>}
 */
export const ACTIVATIONS = {
  linear: (v) => v,
  relu: (v) => (v > 0 ? v : 0),
  tanh: Math.tanh,
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
  clip: (v) => Math.min(Math.max(v, 0), 1),
};

const LAYER_KINDS = ["dense", "convolution", "upsample", "sum", "concatenation"];

/**
 * One output buffer per layer, so that dragging a slider allocates no large arrays.
 * @type {WeakMap<Layer, Float32Array>}
 */
const buffers = new WeakMap();

/**
 * Runs x through the layers.
 *
 * The result is the buffer of the last layer. The next call overwrites it, so copy it to keep it.
 *
 * @param {Layer[]} layers
 * @param {Float32Array} x  (inputs), pictures as channels * height * width
 * @returns {Float32Array}  (outputs of the last layer)
 */
export function forward(layers, x) {
  /** @type {Float32Array[]} */
  const outputs = [];
  for (const layer of layers) {
    const reads = layer.reads ?? [outputs.length - 1];
    const inputs = reads.map((i) => (i < 0 ? x : outputs[i]));
    outputs.push(compute(layer, inputs));
  }
  return outputs[layers.length - 1] ?? x;
}

/**
 * The output of one layer.
 * @param {Layer} layer
 * @param {Float32Array[]} inputs
 * @returns {Float32Array}
 */
function compute(layer, inputs) {
  const activate = ACTIVATIONS[layer.activation];
  if (!activate) {
    const known = Object.keys(ACTIVATIONS).join(", ");
    throw new Error(`unknown activation '${layer.activation}'; there are: ${known}`);
  }
  let y = buffers.get(layer);
  // The input may be this layer's previous output, which must not be overwritten while it is read.
  if (!y || inputs.includes(y)) {
    buffers.set(layer, (y = new Float32Array(outputSize(layer, inputs))));
  }
  switch (layer.kind) {
    case "dense":
      dense(layer, inputs[0], y);
      break;
    case "convolution":
      convolve(layer, inputs[0], y);
      break;
    case "upsample":
      upsample(layer, inputs[0], y);
      break;
    case "sum":
      y.set(inputs[0]);
      for (const x of inputs.slice(1)) for (let i = 0; i < y.length; i++) y[i] += x[i];
      break;
    case "concatenation":
      inputs.reduce((start, x) => {
        y.set(x, start);
        return start + x.length;
      }, 0);
  }
  if (layer.activation !== "linear") for (let i = 0; i < y.length; i++) y[i] = activate(y[i]);
  return y;
}

/**
 * The number of outputs of a layer.
 * @param {Layer} layer
 * @param {Float32Array[]} inputs
 */
function outputSize(layer, inputs) {
  switch (layer.kind) {
    case "dense":
      return layer.outputs;
    case "convolution":
      return layer.bias.length * layer.size[0] * layer.size[1];
    case "upsample":
      return 4 * inputs[0].length;
    case "sum":
      return inputs[0].length;
    case "concatenation":
      return inputs.reduce((sum, x) => sum + x.length, 0);
    default: {
      const { kind } = /** @type {{ kind: string }} */ (layer);
      throw new Error(`unknown layer '${kind}'; there are: ${LAYER_KINDS.join(", ")}`);
    }
  }
}

/**
 * Repeats each pixel 2×2 times.
 * @param {Upsample} layer
 * @param {Float32Array} x  (channels * height * width)
 * @param {Float32Array} y  (channels * 2 * height * 2 * width)
 */
function upsample({ shape }, x, y) {
  const width = shape[2];
  for (let from = 0, to = 0; from < x.length; from += width, to += 4 * width) {
    for (let i = 0; i < width; i++) y[to + 2 * i] = y[to + 2 * i + 1] = x[from + i];
    y.copyWithin(to + 2 * width, to, to + 2 * width);
  }
}
