// The maps and the directions in code space, of a file that vae_demo/latent/code_maps.py has written.
import { forward } from "../../engine/layers.js";
import { readTensors } from "../../engine/tensors.js";

/** @import { Layer } from "../../engine/layers.js" */

/**
 * @typedef {Object} CodeMaps
 * @property {Layer[][]} maps  one for each handle: code and share of the reach -> step of the code
 * @property {Float32Array[]} directions  one for each handle, for its whole reach
 */

/**
 * @param {ArrayBuffer} file
 * @param {string[]} names  of the handles
 * @returns {CodeMaps}
 */
export function readCodeMaps(file, names) {
  const { tensor } = readTensors(file);
  const { shape, values } = tensor("directions");
  const latent = shape[1];
  /** @type {(name: string, place: number) => Layer} */
  const layer = (name, place) => {
    const weight = tensor(`${name}.step.${place}.weight`);
    const [outputs, inputs] = weight.shape;
    return {
      kind: "dense",
      activation: place < 4 ? "relu" : "linear",
      weight: Float32Array.from(weight.values),
      bias: Float32Array.from(tensor(`${name}.step.${place}.bias`).values),
      inputs,
      outputs,
    };
  };
  return {
    maps: names.map((name) => [0, 2, 4].map((place) => layer(name, place))),
    directions: names.map((_, i) => Float32Array.from(values.slice(latent * i, latent * (i + 1)))),
  };
}

/**
 * The code, moved by one map after the other.
 * @param {CodeMaps} found
 * @param {Float32Array} z
 * @param {number[]} shares  of the reach of each handle
 */
export function moved({ maps }, z, shares) {
  let code = z;
  shares.forEach((share, i) => {
    if (!share) return;
    const step = forward(maps[i], Float32Array.from([...code, share]));
    code = code.map((v, k) => v + share * step[k]);
  });
  return code;
}

/**
 * The code, moved along the directions.
 * @param {CodeMaps} found
 * @param {Float32Array} z
 * @param {number[]} shares  of the reach of each handle
 */
export function along({ directions }, z, shares) {
  return z.map((v, k) => shares.reduce((sum, share, i) => sum + share * directions[i][k], v));
}
