// A run's code space as Python packs it, with the test digits that lie in it.
import { CodeSpace } from "../../engine/code_space.js";
import { readTensors } from "../../engine/network.js";

const CODES = ["low", "high", "centre", "scale", "origin", "axes"]; // the arrays of a CodeSpace

/**
 * Reads the file of `space_file` in Python.
 * @param {ArrayBuffer} file
 * @returns {{ space: CodeSpace, points: Float32Array, labels: Uint8Array, positions: Uint16Array,
 *   described: Object }}  points (n, 2): places of the test digits on the map
 */
export function readSpace(file) {
  const { metadata, tensor } = readTensors(file);
  const described = JSON.parse(metadata.described);
  const values = (name) => tensor(name).values;
  return {
    space: new CodeSpace({
      ...Object.fromEntries(CODES.map((name) => [name, values(name)])),
      middle: described.middle,
      reach: described.reach,
    }),
    points: values("points"),
    labels: values("labels"),
    positions: values("positions"),
    described,
  };
}
