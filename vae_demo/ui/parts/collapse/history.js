// The history of one training: the rate of each latent, its losses and ten pictures by epoch.
import { readTensors } from "../../engine/tensors.js";

/** @import { TensorValues } from "../../engine/tensors.js" */

/** A training that was followed; places are counted in its moments, 1.5 is between two. */
export class History {
  /** @param {ArrayBuffer} file  of `history_file` in Python */
  constructor(file) {
    const { metadata, tensor } = readTensors(file);
    /** @type {number[]} */
    this.epochs = JSON.parse(metadata.described).epochs;
    const rates = tensor("rates");
    this.latents = rates.shape[1];
    this.rates = rates.values; // (t, latents) nats
    this.losses = tensor("losses").values; // (t, 2) distortion and rate
    this.strip = tensor("strip").values; // (t, 10, 784)
    const last = (this.epochs.length - 1) * this.latents;
    this.order = Array.from({ length: this.latents }, (_, i) => i).sort(
      (a, b) => this.rates[last + b] - this.rates[last + a],
    );
  }

  get last() {
    return this.epochs.length - 1;
  }

  /** @param {number} place */
  epochAt(place) {
    return between(this.epochs, 1, place)[0];
  }

  /**
   * The rates of the latents, those with the largest in the end first.
   * @param {number} place
   */
  ratesAt(place) {
    const rates = between(this.rates, this.latents, place);
    return this.order.map((latent) => rates[latent]);
  }

  /**
   * Distortion, rate and their sum, the negative ELBO.
   * @param {number} place
   */
  lossesAt(place) {
    const [distortion, rate] = between(this.losses, 2, place);
    return { distortion, rate, sum: distortion + rate };
  }
}

/**
 * A row of a table, halfway between two rows at 0.5.
 * @param {ArrayLike<number>} table
 * @param {number} width  of its rows
 * @param {number} place
 */
function between(table, width, place) {
  const from = Math.min(Math.floor(place), table.length / width - 1);
  const next = Math.min(from + 1, table.length / width - 1);
  const share = place - from;
  return Array.from({ length: width }, (_, i) => {
    const value = table[from * width + i];
    return value + share * (table[next * width + i] - value);
  });
}
