// A VAE with two latents, trained on a few pictures at once, and what pushes its posteriors; the same
// as vae_demo/latent/bubbles.py, number for number.
import { Adam } from "../../engine/adam.js";
import { TrainableNetwork } from "../../engine/dense_training.js";
import { ACTIVATIONS } from "../../engine/layers.js";
import { bernoulliError } from "../../engine/training_losses.js";

const LATENT = 2;

/**
 * @typedef {Object} Pushes  minus gradients with respect to the mean and the log-variance
 * @property {Float64Array} mean  (n * 2)
 * @property {Float64Array} logvar  (n * 2)
 */

export class BubbleVAE {
  steps = 0;
  encoded = false; // whether the posteriors are those of the encoder's weights
  /** @type {Adam[]} */
  optimizers = []; // of encoder and decoder, once it starts

  /**
   * @param {number} hidden  units of the hidden layers
   * @param {Float32Array[]} pictures  (pixels) each, in [0, 1]
   * @param {[number, number]} logvarRange  bounds of the log-variance
   */
  constructor(hidden, pictures, logvarRange) {
    const pixels = pictures[0].length;
    this.pixels = pixels;
    this.pictures = pictures;
    this.count = pictures.length;
    this.logvarRange = logvarRange;
    this.x = new Float64Array(this.count * pixels);
    pictures.forEach((picture, i) => this.x.set(picture, i * pixels));
    this.encoder = new TrainableNetwork([pixels, hidden, 2 * LATENT], ["relu", "linear"]);
    this.decoder = new TrainableNetwork([LATENT, hidden, pixels], ["relu", "linear"]);
    this.mean = new Float64Array(this.count * LATENT);
    this.logvar = new Float64Array(this.count * LATENT);
    this.clamped = new Uint8Array(this.count * LATENT); // log-variances that get no gradient
    this.z = new Float64Array(this.count * LATENT);
    this.outputSlopes = new Float64Array(this.count * 2 * LATENT);
    this.pictureSlopes = new Float64Array(this.count * pixels);
  }

  /**
   * Forgets what the optimizers know; call it when the parameters have been set.
   * @param {number} lr  the learning rate of the next steps
   */
  restart(lr) {
    this.optimizers = [this.encoder, this.decoder].map(
      ({ parameters }) => new Adam(parameters.length, { lr }),
    );
    this.steps = 0;
    this.encoded = false;
    this.encode();
  }

  /** Sets `mean`, `logvar` and `clamped`, (count * 2) each, unless they are those of the weights. */
  encode() {
    if (this.encoded) return;
    this.encoded = true;
    const outputs = this.encoder.forward(this.x, this.count);
    const [low, high] = this.logvarRange;
    for (let n = 0; n < this.count; n++) {
      for (let k = 0; k < LATENT; k++) {
        const i = n * LATENT + k;
        this.mean[i] = outputs[2 * n * LATENT + k];
        const logvar = outputs[(2 * n + 1) * LATENT + k];
        this.logvar[i] = Math.min(Math.max(logvar, low), high);
        this.clamped[i] = Number(this.logvar[i] !== logvar);
      }
    }
  }

  /**
   * A step on all pictures against the gradient of reconstruction · distortion + beta · rate.
   * @param {ArrayLike<number>} noise  (count * 2) from N(0, I)
   * @param {number} reconstruction  weight of the distortion
   * @param {number} beta  weight of the rate
   * @returns {{ distortion: number, rate: number }}  before the step, nats per picture
   */
  step(noise, reconstruction, beta) {
    const { count, mean, logvar, clamped, z, encoder, decoder } = this;
    const { outputSlopes, pictureSlopes } = this;
    this.encode();
    for (let i = 0; i < z.length; i++) z[i] = mean[i] + noise[i] * Math.exp(logvar[i] / 2);
    const logits = decoder.forward(z, count);
    const distortion = bernoulliError(logits, this.x, count, pictureSlopes);
    for (let i = 0; i < pictureSlopes.length; i++) pictureSlopes[i] *= reconstruction;
    for (const { gradients } of [encoder, decoder]) gradients.fill(0);
    const slopes = decoder.backward(pictureSlopes, count, true);
    let rate = 0;
    for (let n = 0; n < count; n++) {
      for (let k = 0; k < LATENT; k++) {
        const i = n * LATENT + k;
        const variance = Math.exp(logvar[i]);
        rate += (mean[i] ** 2 + variance - 1 - logvar[i]) / 2;
        outputSlopes[2 * n * LATENT + k] = slopes[i] + (beta * mean[i]) / count;
        const slope =
          (slopes[i] * noise[i] * Math.sqrt(variance)) / 2 + (beta * (variance - 1)) / 2 / count;
        outputSlopes[(2 * n + 1) * LATENT + k] = clamped[i] ? 0 : slope;
      }
    }
    encoder.backward(outputSlopes, count);
    [encoder, decoder].forEach(({ parameters, gradients }, i) => {
      this.optimizers[i].step(parameters, gradients);
    });
    this.encoded = false;
    this.steps++;
    return { distortion, rate: rate / count };
  }

  /**
   * The pictures of some codes, (pixels) each in [0, 1].
   * @param {ArrayLike<number>} codes  (count * 2), at least
   * @param {number} count
   * @returns {Float64Array[]}
   */
  decode(codes, count) {
    const logits = this.decoder.forward(codes, count);
    return Array.from({ length: count }, (_, n) =>
      logits.slice(n * this.pixels, (n + 1) * this.pixels).map(ACTIVATIONS.sigmoid),
    );
  }

  /**
   * The distortion of a picture at some codes, and its slopes.
   * @param {number} picture  its index
   * @param {Float64Array} codes  (n * 2)
   * @returns {{ values: Float64Array, slopes: Float64Array }}  (n) nats, (n * 2)
   */
  distortion(picture, codes) {
    const { pixels } = this;
    const count = codes.length / LATENT;
    const x = this.pictures[picture];
    const logits = this.decoder.forward(codes, count);
    const above = new Float64Array(count * pixels);
    const values = new Float64Array(count);
    for (let n = 0; n < count; n++) {
      values[n] = bernoulliError(logits.subarray(n * pixels), x, 1, above.subarray(n * pixels));
    }
    return { values, slopes: this.decoder.inputSlopes(above, count).slice(0, codes.length) };
  }

  /**
   * One estimate by the reparameterisation trick, and one by the score function, for each draw.
   * @param {number} picture  its index
   * @param {ArrayLike<number>} mean  (2)
   * @param {ArrayLike<number>} logvar  (2)
   * @param {ArrayLike<number>} noise  (n * 2) the draws ε
   * @returns {{ codes: Float64Array, pathwise: Pushes, score: Pushes }}
   */
  estimates(picture, mean, logvar, noise) {
    const size = noise.length;
    const made = () => new Float64Array(size);
    const codes = Float64Array.from(
      noise,
      (each, i) => mean[i % LATENT] + each * Math.exp(logvar[i % LATENT] / 2),
    );
    const { values, slopes } = this.distortion(picture, codes);
    const pathwise = { mean: made(), logvar: made() };
    const score = { mean: made(), logvar: made() };
    for (let i = 0; i < size; i++) {
      const deviation = Math.exp(logvar[i % LATENT] / 2);
      const value = values[Math.floor(i / LATENT)];
      pathwise.mean[i] = -slopes[i];
      pathwise.logvar[i] = (-slopes[i] * noise[i] * deviation) / 2;
      score.mean[i] = (-value * noise[i]) / deviation;
      score.logvar[i] = (-value * (noise[i] ** 2 - 1)) / 2;
    }
    return { codes, pathwise, score };
  }

  /**
   * What the reconstruction pushes a posterior to: the expectation of the estimates, by quadrature.
   * @param {number} picture  its index
   * @param {ArrayLike<number>} mean  (2)
   * @param {ArrayLike<number>} logvar  (2)
   * @param {{ noise: number[], weights: number[] }} quadrature  (n * 2), (n)
   * @returns {[number, number, number, number]}  of the mean, of the log-variance
   */
  reconstructionPush(picture, mean, logvar, { noise, weights }) {
    const { pathwise } = this.estimates(picture, mean, logvar, noise);
    /** @type {[number, number, number, number]} */
    const push = [0, 0, 0, 0];
    weights.forEach((weight, n) => {
      for (let k = 0; k < LATENT; k++) {
        push[k] += weight * pathwise.mean[n * LATENT + k];
        push[LATENT + k] += weight * pathwise.logvar[n * LATENT + k];
      }
    });
    return push;
  }
}

/**
 * What the rate pushes a posterior to: the centre, and radius 1.
 * @param {ArrayLike<number>} mean  (2)
 * @param {ArrayLike<number>} logvar  (2)
 * @returns {[number, number, number, number]}  of the mean, of the log-variance
 */
export function ratePush(mean, logvar) {
  return [-mean[0], -mean[1], -Math.expm1(logvar[0]) / 2, -Math.expm1(logvar[1]) / 2];
}

/**
 * The variance of estimates, summed over both latents.
 * @param {Float64Array} estimates  (n * 2)
 */
export function variance(estimates) {
  const count = estimates.length / LATENT;
  let sum = 0;
  for (let k = 0; k < LATENT; k++) {
    const one = Array.from({ length: count }, (_, n) => estimates[n * LATENT + k]);
    const mean = one.reduce((total, value) => total + value, 0) / count;
    sum += one.reduce((total, value) => total + (value - mean) ** 2, 0) / (count - 1);
  }
  return sum;
}
