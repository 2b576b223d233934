// Asking a model for attributes with a ruler in the loop, as vae_demo/latent/obedience.py does.
import { measure } from "../../engine/attributes.js";
import { decode } from "../../engine/network.js";

/**
 * @import { Attributes } from "../../engine/attributes.js"
 * @import { Network } from "../../engine/network.js"
 */

/** The attributes by which the model is told what to draw. */
export const ATTRIBUTES = /** @type {const} */ (["thickness", "slant", "width", "height"]);
const CLASSES = 10;

/**
 * @typedef {Object} Loop
 * @property {number} rounds  corrections of the request
 * @property {number} step  share of an error by which the next request differs
 * @property {number} furthest  standard deviations, beyond which nothing is asked for
 */

/**
 * @typedef {Object} Scales  of `ATTRIBUTES` over the training digits, (4) each
 * @property {number[]} middle
 * @property {number[]} spread  standard deviations
 */

/** @typedef {{ pixels: Uint8ClampedArray, found: Attributes }} Drawn */

/**
 * What the model draws nearest to the wanted attributes.
 * @param {Network} network
 * @param {{ style: number[], label: number }} digit
 * @param {number[]} wanted  `ATTRIBUTES` in their units
 * @param {Scales} scales
 * @param {Loop} loop
 * @returns {Drawn}
 */
export function ask(network, { style, label }, wanted, { middle, spread }, loop) {
  const kind = Array.from({ length: CLASSES }, (_, i) => Number(i === label));
  const target = wanted.map((v, i) => (v - middle[i]) / spread[i]);
  let asked = target;
  /** @type {?Drawn} */
  let nearest = null;
  let least = Infinity;
  for (let round = 0; round <= loop.rounds; round++) {
    const code = Float32Array.from([...style, ...kind, ...asked]);
    const pixels = greys(decode(network, code));
    const found = measure(pixels);
    const away = ATTRIBUTES.map((name, i) => (found[name] - middle[i]) / spread[i] - target[i]);
    const error = away.reduce((sum, v) => sum + v * v, 0); // NaN if there is too little ink
    if (!nearest || error < least) nearest = { pixels, found };
    if (error < least) least = error;
    asked = asked.map((v, i) => {
      const next = v - loop.step * (Number.isNaN(away[i]) ? 0 : away[i]);
      return Math.min(Math.max(next, -loop.furthest), loop.furthest);
    });
  }
  return /** @type {Drawn} */ (nearest);
}

/** Ink in [0, 1] as bytes. @param {Float32Array} x */
export function greys(x) {
  return Uint8ClampedArray.from(x, (v) => 255 * v);
}
