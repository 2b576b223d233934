// The digits of the bubbles and the first weights, as data.py has written them.
import { fetchFile } from "../../engine/files.js";
import { readTensors } from "../../engine/tensors.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Quadrature } from "./posteriors.js"
 */

/**
 * @typedef {Object} Described  in the file
 * @property {string[]} colours  of the ten digits
 * @property {number} hidden
 * @property {[number, number]} logvar_range
 * @property {Quadrature} quadrature
 */

/** @param {FileAddress} address */
export async function loadBubbles(address) {
  const { tensor, metadata } = readTensors(await fetchFile(address));
  const described = /** @type {Described} */ (JSON.parse(metadata.described));
  const { shape, values } = tensor("pictures");
  const [count, side] = shape;
  const pictures = Array.from({ length: count }, (_, i) =>
    Float32Array.from(values.subarray(i * side * side, (i + 1) * side * side), (v) => v / 255),
  );
  const weights = (/** @type {string} */ name) => Float64Array.from(tensor(name).values);
  return {
    pictures,
    side, // of a picture, in pixels
    labels: tensor("labels").values,
    first: { encoder: weights("encoder"), decoder: weights("decoder") },
    hidden: described.hidden,
    logvarRange: described.logvar_range,
    quadrature: described.quadrature,
    colours: described.colours,
  };
}
