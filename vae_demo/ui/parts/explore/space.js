// Reads a run's code space, packed by Python, with the codes of test digits.
import { CodeSpace } from "../../engine/code_space.js";
import { readTensors } from "../../engine/tensors.js";

/**
 * @typedef {Object} Description  the description of a run's code space
 * @property {number} latent
 * @property {boolean} generative
 * @property {{ dimension: number, active: boolean, amount: number }[]} sliders  the latents with a
 *   slider; `amount` is the rate in nats if the model is generative, otherwise the spread
 * @property {number} asleep  how many latents are not active, of all
 * @property {number} explained  share of the variance that the map shows
 * @property {[number, number]} middle  of the map
 * @property {number} reach  half the side of the map
 * @property {(?number)[]} typical  for each kind, the index of a typical test digit; null if there
 *   is none
 * @property {string[]} kinds  their names, "0" to "9" for digits; empty if pictures have none
 * @property {boolean} ofMnist  whether the pictures are the digits of MNIST
 * @property {string[]} colours  of the kinds
 * @property {number} maxTemperature
 */

/**
 * @typedef {Object} SpaceFile
 * @property {CodeSpace} space
 * @property {ArrayLike<number>} points  (n, 2) places of the test digits on the map
 * @property {ArrayLike<number>} labels  (n) their kinds
 * @property {number[]} positions  (n) their numbers
 * @property {ArrayLike<number>} active  the active latents
 * @property {ArrayLike<number>} gaps  (101) percentiles of each test digit's distance to the
 *   nearest other one
 * @property {Description} described
 */

/**
 * Reads the file of `space_file` in Python.
 * @param {ArrayBuffer} file
 * @returns {SpaceFile}
 */
export function readSpace(file) {
  const { metadata, tensor } = readTensors(file);
  /** @type {Description} */
  const described = JSON.parse(metadata.described);
  const { middle, reach } = described;
  /** @param {string} name */
  const code = (name) => Float32Array.from(tensor(name).values); // (latent)
  return {
    space: new CodeSpace({
      low: code("low"),
      high: code("high"),
      centre: code("centre"),
      scale: code("scale"),
      origin: code("origin"),
      axes: code("axes"),
      middle,
      reach,
    }),
    points: tensor("points").values,
    labels: tensor("labels").values,
    positions: Array.from(tensor("positions").values),
    active: tensor("active").values,
    gaps: tensor("gaps").values,
    described,
  };
}
