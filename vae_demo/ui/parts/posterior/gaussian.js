// The ELBO of a Gaussian over two latents, independent of the page; the same as `elbo` in
// vae_demo/latent/gaussian_fit.py.
import { forward } from "../../engine/layers.js";

/** @import { Layer } from "../../engine/layers.js" */

/** @typedef {[number, number, number, number]} Hand  its mean, then its standard deviations */

/**
 * @typedef {Object} Quadrature  for an expectation under N(0, 1), the same in both latents
 * @property {number[]} points
 * @property {number[]} weights  their sum is 1
 */

/**
 * The decoder without its sigmoid.
 * @param {Layer[]} decoder
 * @returns {Layer[]}
 */
export function logitsOf(decoder) {
  return decoder.map((layer, i) =>
    i < decoder.length - 1 ? layer : { ...layer, activation: "linear" },
  );
}

/**
 * E_q[log p(x|z) + log p(z) - log q(z)], nats.
 * @param {Layer[]} layers  from a code to logits
 * @param {Float32Array} x  (784) in [0, 1]
 * @param {Hand} hand
 * @param {Quadrature} quadrature
 */
export function elbo(layers, x, [across, up, wide, high], { points, weights }) {
  const z = new Float32Array(2);
  let sum = 0;
  points.forEach((first, i) => {
    points.forEach((second, j) => {
      z[0] = across + wide * first;
      z[1] = up + high * second;
      const prior = -(z[0] ** 2 + z[1] ** 2) / 2 - Math.log(2 * Math.PI);
      sum += weights[i] * weights[j] * (logLikelihood(forward(layers, z), x) + prior);
    });
  });
  return sum + Math.log(2 * Math.PI * Math.E) + Math.log(wide) + Math.log(high);
}

/**
 * log p(x|z) of Bernoulli pixels, nats.
 * @param {Float32Array} logits  (784)
 * @param {Float32Array} x  (784)
 */
function logLikelihood(logits, x) {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i];
    // log(1 + exp(logit)), which would overflow
    sum += x[i] * logit - Math.max(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
  }
  return sum;
}
