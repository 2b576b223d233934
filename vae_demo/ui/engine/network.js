// A trained model in the browser: reads its file, encodes and decodes digits.
import { forward, halfToFloat } from "./dense.js";

/** @import { Dense } from "./dense.js" */

/**
 * @typedef {Object} Network  A dense encoder and decoder, from ink in [0, 1] to ink in [0, 1].
 * @property {number} latent
 * @property {Dense[]} encoder  784 -> latent, or -> mean and log-variance, concatenated
 * @property {Dense[]} decoder  latent -> 784
 * @property {?[number, number]} logvarRange  null if the encoder outputs the code itself
 */

/**
 * @typedef {Object} Tensors  the content of a safetensors file
 * @property {Object<string, string>} metadata
 * @property {(name: string) => boolean} has  whether the file has a tensor of this name
 * @property {(name: string) => Tensor} tensor
 */

/** @typedef {{ shape: number[], values: TensorValues }} Tensor */

/** @typedef {Int8Array|Uint8Array|Uint16Array|Float32Array} TensorValues  row by row */

/**
 * Type of a tensor -> function that reads its numbers.
 * @type {Object<string, (bytes: ArrayBuffer) => TensorValues>}
 */
const READERS = {
  I8: (bytes) => new Int8Array(bytes),
  U8: (bytes) => new Uint8Array(bytes),
  U16: (bytes) => new Uint16Array(bytes),
  F16: (bytes) => halfToFloat(new Uint16Array(bytes)),
  F32: (bytes) => new Float32Array(bytes),
};

/**
 * Reads a safetensors file. Its numbers are little-endian, like those of all browsers.
 * @param {ArrayBuffer} file
 * @returns {Tensors}
 */
export function readTensors(file) {
  const start = 8 + new DataView(file).getUint32(0, true); // of its 8 bytes the upper 4 are always 0
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, start - 8)));
  /** @param {string} name */
  const tensor = (name) => {
    const {
      dtype,
      shape,
      data_offsets: [from, to],
    } = header[name];
    return { shape, values: READERS[dtype](file.slice(start + from, start + to)) };
  };
  return { metadata: header.__metadata__ ?? {}, has: (name) => name in header, tensor };
}

/**
 * Reads the file of a network, written by vae_demo/models/network_file.py: safetensors with weights
 * in half precision, or as integers with one step size per layer.
 * @param {ArrayBuffer} file
 * @returns {Network}
 */
export function readNetwork(file) {
  const { metadata, has, tensor } = readTensors(file);
  const { latent, logvar_range: logvarRange, encoder, decoder } = JSON.parse(metadata.network);
  /** @type {(name: string, activation: string) => Dense} */
  const layer = (name, activation) => {
    const quantized = has(`${name}.high`);
    const { shape, values } = tensor(quantized ? `${name}.high` : `${name}.weight`);
    const [outputs, inputs] = shape;
    const weight = Float32Array.from(values);
    if (quantized) {
      const low = tensor(`${name}.low`).values;
      const step = tensor(`${name}.step`).values[0];
      for (let i = 0; i < weight.length; i++) weight[i] = (256 * weight[i] + low[i]) * step;
    }
    const bias = Float32Array.from(tensor(`${name}.bias`).values);
    return { weight, bias, inputs, outputs, activation };
  };
  /** @type {(side: string, activations: string[]) => Dense[]} */
  const layers = (side, activations) => activations.map((one, i) => layer(`${side}.${i}`, one));
  return {
    latent,
    logvarRange,
    encoder: layers("encoder", encoder),
    decoder: layers("decoder", decoder),
  };
}

/**
 * The posterior of a digit; its code, without a variance, if the model has no posterior.
 * @param {Network} network
 * @param {Float32Array} x  (784) in [0, 1]
 * @returns {{ mean: Float32Array, logvar: ?Float32Array }}  (latent) each, new arrays
 */
export function encode(network, x) {
  const { latent, logvarRange } = network;
  const output = forward(network.encoder, x);
  if (!logvarRange) return { mean: output.slice(), logvar: null };
  const [low, high] = logvarRange;
  const logvar = output.slice(latent).map((v) => Math.min(Math.max(v, low), high));
  return { mean: output.slice(0, latent), logvar };
}

/**
 * The picture of a code. The next call overwrites it, so copy it to keep it.
 * @param {Network} network
 * @param {Float32Array} z  (latent)
 * @returns {Float32Array}  (784) in [0, 1]
 */
export function decode(network, z) {
  return forward(network.decoder, z);
}
