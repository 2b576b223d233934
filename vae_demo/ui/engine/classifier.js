// The small classifier of digits in the browser.
import { forward } from "./layers.js";

/** @import { Layer } from "./layers.js" */

/**
 * @typedef {Object} Reading  what a classifier reads
 * @property {number} digit  the most probable one
 * @property {number} probability  of it, 0 to 1
 */

/**
 * Reads a digit.
 * @param {Layer[]} classifier  784 -> 10 logits
 * @param {Float32Array} x  (784) in [0, 1]
 * @returns {Reading}
 */
export function readDigit(classifier, x) {
  const logits = forward(classifier, x);
  let digit = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[digit]) digit = i;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - logits[digit]);
  return { digit, probability: 1 / sum };
}
