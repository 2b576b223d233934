// A trained model in the browser: reads its file, encodes and decodes digits.
import { forward } from "./layers.js";
import { readTensors } from "./tensors.js";

/**
 * @import { Layer } from "./layers.js"
 * @import { Tensors } from "./tensors.js"
 */

/**
 * @typedef {Object} Network  An encoder and a decoder, from ink in [0, 1] to ink in [0, 1].
 * @property {number} latent
 * @property {Layer[]} encoder  784 -> latent, or -> mean and log-variance, concatenated
 * @property {Layer[]} decoder  latent -> 784
 * @property {?[number, number]} logvarRange  null if the encoder outputs the code itself
 */

/**
 * Reads the file of a network, written by `network_file` in vae_demo/models/network_file.py.
 * @param {ArrayBuffer} file
 * @returns {Network}
 */
export function readNetwork(file) {
  const tensors = readTensors(file);
  const { latent, logvar_range, encoder, decoder } = JSON.parse(tensors.metadata.network);
  return {
    latent,
    logvarRange: logvar_range,
    encoder: layersOf(tensors, "encoder", encoder),
    decoder: layersOf(tensors, "decoder", decoder),
  };
}

/**
 * Reads the file of a list of layers, written by `layers_file` or `module_file` there.
 * @param {ArrayBuffer} file
 * @returns {Layer[]}  for `forward` in layers.js
 */
export function readLayers(file) {
  const tensors = readTensors(file);
  return layersOf(tensors, "layers", JSON.parse(tensors.metadata.layers));
}

/**
 * Layers with their weights.
 * @param {Tensors} tensors
 * @param {string} part  the beginning of the names of their tensors
 * @param {(string|Object<string, any>)[]} described  a dense layer as its activation, others with
 *   the fields of their classes in vae_demo/models/layers.py
 * @returns {Layer[]}
 */
function layersOf(tensors, part, described) {
  return described.map((one, i) => {
    const fields = typeof one === "string" ? { kind: "dense", activation: one } : one;
    const name = `${part}.${i}`;
    if (!tensors.has(`${name}.bias`)) return /** @type {Layer} */ (fields);
    const { weight, shape } = weightOf(tensors, name);
    const bias = Float32Array.from(tensors.tensor(`${name}.bias`).values);
    const [outputs, inputs, ...kernel] = shape;
    const sizes = kernel.length ? { kernel } : { inputs, outputs };
    return /** @type {Layer} */ ({ ...fields, weight, bias, ...sizes });
  });
}

/**
 * The weight of a layer, stored in half precision or as integers with a step size.
 * @param {Tensors} tensors
 * @param {string} name
 */
function weightOf({ has, tensor }, name) {
  const quantized = has(`${name}.high`);
  const { shape, values } = tensor(quantized ? `${name}.high` : `${name}.weight`);
  const weight = Float32Array.from(values);
  if (quantized) {
    const low = tensor(`${name}.low`).values;
    const step = tensor(`${name}.step`).values[0];
    for (let i = 0; i < weight.length; i++) weight[i] = (256 * weight[i] + low[i]) * step;
  }
  return { weight, shape };
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
