// The snapshots of a training as Python packs them.
import { readTensors } from "../../engine/network.js";

/**
 * @typedef {Object} Snapshots
 * @property {number[]} epochs  done at each snapshot, (t)
 * @property {Float32Array} points  (t, n, 2) in units of the code
 * @property {Uint8Array} labels  (n) digits
 * @property {Uint8Array} strip  (t, 10, 784) ten reconstructions of each snapshot
 * @property {Float32Array} losses  (t) nats per image; empty where no curve is drawn
 * @property {number[]} positions  (n) in the test set; empty where no point can be chosen
 * @property {[number, number]} middle  of the map
 * @property {[number, number]} reach  from there to the sides of the map
 * @property {string[]} colours  CSS colours of the ten digits
 * @property {?{ across: number, up: number, cell: number, middle: [number, number] }} plane
 * @property {{ key: string, url: string }[]} decoders  (t) files; empty where there is no plane
 */

/**
 * Reads the file of `timeline_file` in Python.
 * @param {ArrayBuffer} file
 * @returns {Snapshots}
 */
export function readSnapshots(file) {
  const { metadata, tensor } = readTensors(file);
  const { span, ...described } = JSON.parse(metadata.described);
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
