// A run's decoder at every moment of its training, as the browser runs it.
import { ACTIVATIONS } from "./dense.js";
import { readTensors } from "./network.js";

/**
 * Reads the file of all decoders: safetensors with weights as int8 and a step's size for each row.
 * @param {ArrayBuffer} file
 * @returns {function(number, ArrayLike<number>): Float32Array}  decodes a code at a moment: (784)
 *   in [0, 1]; the next call overwrites it, so copy what you keep
 */
export function readDecoders(file) {
  const { metadata, tensor } = readTensors(file);
  const layers = JSON.parse(metadata.activations).map((activation, i) => {
    const {
      shape: [, outputs, inputs],
      values: steps,
    } = tensor(`${i}.weight`);
    return {
      outputs,
      inputs,
      steps,
      scales: tensor(`${i}.scale`).values,
      biases: tensor(`${i}.bias`).values,
      activate: ACTIVATIONS[activation],
      y: new Float32Array(outputs),
    };
  });
  return (moment, z) => layers.reduce((x, layer) => layerAt(layer, moment, x), z);
}

/** A dense layer with the weights of a moment. */
function layerAt({ outputs, inputs, steps, scales, biases, activate, y }, moment, x) {
  const whole = inputs - (inputs % 4);
  for (let o = 0; o < outputs; o++) {
    const row = (moment * outputs + o) * inputs;
    // Four sums instead of one: an addition need not wait for the one before it.
    let a = 0,
      b = 0,
      c = 0,
      d = 0;
    let i = 0;
    for (; i < whole; i += 4) {
      a += steps[row + i] * x[i];
      b += steps[row + i + 1] * x[i + 1];
      c += steps[row + i + 2] * x[i + 2];
      d += steps[row + i + 3] * x[i + 3];
    }
    for (; i < inputs; i++) a += steps[row + i] * x[i];
    const unit = moment * outputs + o;
    y[o] = activate(biases[unit] + scales[unit] * (a + b + (c + d)));
  }
  return y;
}
