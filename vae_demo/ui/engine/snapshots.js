// Reads the snapshots of a training, packed by Python.
import { readTensors } from "./tensors.js";

/**
 * @import { FileAddress } from "./files.js"
 * @import { TensorValues } from "./tensors.js"
 */

/**
 * @typedef {Object} Plane  a grid of codes to decode
 * @property {number} across  codes per row
 * @property {number} up  codes per column
 * @property {number} cell  distance between neighbours, in units of the code
 * @property {[number, number]} middle
 */

/**
 * @typedef {Object} Snapshots
 * @property {number[]} epochs  done at each snapshot, (t)
 * @property {Float32Array} points  (t, n, 2) in units of the code
 * @property {TensorValues} labels  (n) digits, or the kinds of other pictures
 * @property {TensorValues} strip  (t, 10, 784) ten reconstructions of each snapshot
 * @property {TensorValues} losses  (t) nats per image; empty for no curve
 * @property {number[]} positions  (n) numbers of the pictures; empty if points can't be chosen
 * @property {[number, number]} middle  of the map
 * @property {[number, number]} reach  from there to the edges of the map
 * @property {string[]} colours  CSS colours of the labels
 * @property {string[]} [kinds]  the names of the labels; without them, they are digits
 * @property {number[]} [shown]  (10) the labels of the strip's pictures; without them, 0 to 9
 * @property {?Plane} plane
 * @property {FileAddress[]} decoders  (t); empty for no plane
 */

/**
 * Reads the file of `snapshots_file` in Python.
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

/**
 * The position of an epoch in snapshots, clamped to the run.
 * @param {Snapshots} run
 * @param {number} epoch
 */
export function placeOf({ epochs }, epoch) {
  const next = epochs.findIndex((at) => at > epoch);
  if (next <= 0) return next < 0 ? epochs.length - 1 : 0;
  return next - 1 + (epoch - epochs[next - 1]) / (epochs[next] - epochs[next - 1]);
}

/**
 * The epoch of a position.
 * @param {Snapshots} run
 * @param {number} place  counted in snapshots
 */
export function epochOf({ epochs }, place) {
  const last = epochs.length - 1;
  const from = Math.min(Math.floor(place), last);
  const next = Math.min(from + 1, last);
  return epochs[from] + (place - from) * (epochs[next] - epochs[from]);
}
