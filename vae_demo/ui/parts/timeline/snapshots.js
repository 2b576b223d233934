// The snapshots of a training as Python packs them.
import { readTensors } from "../../engine/network.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { TensorValues } from "../../engine/network.js"
 */

/**
 * @typedef {Object} Plane  codes on a grid, to decode
 * @property {number} across  codes in a row
 * @property {number} up  codes in a column
 * @property {number} cell  from one to the next, in units of the code
 * @property {[number, number]} middle
 */

/**
 * @typedef {Object} Snapshots
 * @property {number[]} epochs  done at each snapshot, (t)
 * @property {Float32Array} points  (t, n, 2) in units of the code
 * @property {TensorValues} labels  (n) digits
 * @property {TensorValues} strip  (t, 10, 784) ten reconstructions of each snapshot
 * @property {TensorValues} losses  (t) nats per image; empty where no curve is drawn
 * @property {number[]} positions  (n) in the test set; empty where no point can be chosen
 * @property {[number, number]} middle  of the map
 * @property {[number, number]} reach  from there to the sides of the map
 * @property {string[]} colours  CSS colours of the ten digits
 * @property {?Plane} plane
 * @property {FileAddress[]} decoders  (t) empty where there is no plane
 */

/**
 * Reads the file of `timeline_file` in Python.
 * @param {ArrayBuffer} file
 * @returns {Snapshots}
 */
export function readSnapshots(file) {
  const { metadata, tensor } = readTensors(file);
  const { span, ...described } = JSON.parse(metadata.described);
  /** @param {string} name */
  const values = (name) => tensor(name).values;
  return {
    ...described,
    points: Float32Array.from(values("points"), (step) => (step * span) / 32767.5 - span),
    labels: values("labels"),
    strip: values("strip"),
    losses: values("losses"),
    positions: Array.from(values("positions")),
  };
}
