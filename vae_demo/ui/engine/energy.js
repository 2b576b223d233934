// The energy of a code given the known pixels of a digit, and its descent, as
// vae_demo/repair/energy.py has them: E(w) = -log p(known pixels | w) + ½‖w‖², in nats, for a
// decoder of dense layers whose codes have the prior N(0, I).

import { Adam } from "./adam.js";

/** @import { Dense } from "./dense.js" */

export const STEPS = 60;
const LR = 0.1; // of Adam, falling to a tenth of it

/** The energy of codes for one digit with a hole. */
export class Energy {
  /**
   * @param {Dense[]} layers  of the decoder: ReLU inside, sigmoid at the end
   * @param {ArrayLike<number>} x  (784) in [0, 1]; what is in the hole is ignored
   * @param {ArrayLike<number>} mask  (784) 1 for unknown pixels
   */
  constructor(layers, x, mask) {
    const inside = layers.slice(0, -1).every(({ activation }) => activation === "relu");
    if (!inside || layers.at(-1)?.activation !== "sigmoid") {
      const came = layers.map(({ activation }) => activation).join(", ");
      throw new Error(`a decoder with an energy has relu inside and sigmoid last, not ${came}`);
    }
    this.layers = layers;
    this.x = x;
    this.known = Array.from(x, (_, i) => i).filter((i) => !mask[i]);
    this.outputs = layers.map(({ outputs }) => new Float32Array(outputs));
    this.gradients = layers.map(({ inputs }) => new Float32Array(inputs));
  }

  /**
   * The energy of a code and its gradient. The next call overwrites the gradient.
   * @param {Float32Array} w  (latent)
   * @returns {{ energy: number, gradient: Float32Array }}
   */
  at(w) {
    const { layers, outputs, gradients, known, x } = this;
    const last = layers.length - 1;
    layers.forEach((layer, i) => {
      const input = i ? outputs[i - 1] : w;
      forwardRows(layer, input, outputs[i], i === last ? known : null);
    });
    const logits = outputs[last];
    let energy = 0;
    for (const i of known) {
      const v = logits[i];
      energy += Math.max(v, 0) - v * x[i] + Math.log1p(Math.exp(-Math.abs(v)));
      logits[i] = 1 / (1 + Math.exp(-v)) - x[i]; // from here on, the gradient of the logit
    }
    for (let i = last; i >= 0; i--) {
      backwardRows(layers[i], outputs[i], gradients[i], i === last ? known : null);
      if (!i) break;
      const active = outputs[i - 1];
      for (let j = 0; j < active.length; j++) active[j] = active[j] > 0 ? gradients[i][j] : 0;
    }
    const gradient = gradients[0];
    for (let i = 0; i < w.length; i++) {
      energy += w[i] ** 2 / 2;
      gradient[i] += w[i];
    }
    return { energy, gradient };
  }
}

/**
 * Weighted sums of a dense layer, with ReLU where it has it.
 * @param {Dense} layer
 * @param {Float32Array} input
 * @param {Float32Array} output  receives the sums
 * @param {?number[]} rows  the outputs to compute; null for all
 */
function forwardRows({ weight, bias, inputs, outputs, activation }, input, output, rows) {
  const relu = activation === "relu";
  /** @type {number[]} */
  const active = [];
  for (let i = 0; i < inputs; i++) if (input[i] !== 0) active.push(i);
  for (let k = 0; k < (rows?.length ?? outputs); k++) {
    const o = rows ? rows[k] : k;
    const row = o * inputs;
    let sum = 0;
    for (const i of active) sum += weight[row + i] * input[i];
    sum += bias[o];
    output[o] = relu && sum < 0 ? 0 : sum;
  }
}

/**
 * The gradient with respect to the inputs of a dense layer.
 * @param {Dense} layer
 * @param {Float32Array} above  the gradient with respect to its weighted sums
 * @param {Float32Array} below  receives the gradient with respect to its inputs
 * @param {?number[]} rows  the outputs that have a gradient; null for all
 */
function backwardRows({ weight, inputs, outputs }, above, below, rows) {
  below.fill(0);
  for (let k = 0; k < (rows?.length ?? outputs); k++) {
    const o = rows ? rows[k] : k;
    const slope = above[o];
    if (slope === 0) continue;
    const row = o * inputs;
    for (let i = 0; i < inputs; i++) below[i] += slope * weight[row + i];
  }
}

/**
 * Descends the energy from a code by Adam (Kingma & Ba 2015).
 * @param {Energy} energy
 * @param {Float32Array} start  (latent)
 * @param {number} [steps]
 * @returns {{ codes: Float32Array[], energies: number[] }}  before the first step and after each
 */
export function descend(energy, start, steps = STEPS) {
  const w = Float32Array.from(start);
  const adam = new Adam(w.length);
  /** @type {Float32Array[]} */
  const codes = [];
  /** @type {number[]} */
  const energies = [];
  for (let step = 0; step <= steps; step++) {
    const { energy: value, gradient } = energy.at(w);
    codes.push(w.slice());
    energies.push(value);
    if (step === steps) break;
    adam.lr = LR * (1 - (0.9 * step) / steps);
    adam.step(w, gradient);
  }
  return { codes, energies };
}
