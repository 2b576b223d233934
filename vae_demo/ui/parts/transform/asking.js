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
 * @property {number} rounds  corrections of the request at most
 * @property {number} step  share of an error by which the next request differs
 * @property {number} close  squared standard deviations, summed, below which nothing is corrected
 * @property {number} furthest  standard deviations, beyond which nothing is asked for
 */

/**
 * @typedef {Object} Scales  of `ATTRIBUTES` over the training digits, (4) each
 * @property {number[]} middle
 * @property {number[]} spread  standard deviations
 */

/** @typedef {{ pixels: Uint8ClampedArray, found: Attributes }} Drawn */

/** Asks a model for attributes, and for others than wanted if the ruler has found that it must. */
export class Asking {
  /** @type {number[]} standard deviations by which the last request differed from what was wanted */
  correction = [];

  /**
   * While a handle moves, the model is asked once, corrected by what was measured in the frame
   * before; at rest, as often as Python asks it, and what was nearest is taken.
   * @param {Network} network
   * @param {{ style: number[], label: number, scales: Scales, loop: Loop }} data
   * @param {number[]} wanted  `ATTRIBUTES` in their units
   * @param {boolean} moving
   * @returns {Drawn}
   */
  ask(network, { style, label, scales, loop }, wanted, moving) {
    const { middle, spread } = scales;
    const kind = Array.from({ length: CLASSES }, (_, i) => Number(i === label));
    const target = wanted.map((v, i) => (v - middle[i]) / spread[i]);
    const start = moving && this.correction.length;
    let asked = start ? target.map((v, i) => v + this.correction[i]) : target;
    /** @type {?Drawn} */
    let nearest = null;
    let least = Infinity;
    const rounds = start ? 0 : loop.rounds;
    for (let round = 0; round <= rounds && least >= loop.close; round++) {
      const pixels = greys(decode(network, Float32Array.from([...style, ...kind, ...asked])));
      const found = measure(pixels);
      const away = ATTRIBUTES.map((name, i) => (found[name] - middle[i]) / spread[i] - target[i]);
      const error = away.reduce((sum, v) => sum + v * v, 0); // NaN if there is too little ink
      const kept = asked;
      asked = asked.map((v, i) => {
        const next = v - loop.step * (Number.isNaN(away[i]) ? 0 : away[i]);
        return Math.min(Math.max(next, -loop.furthest), loop.furthest);
      });
      if (nearest && !(error < least)) continue;
      if (error < least) least = error;
      nearest = { pixels, found };
      this.correction = (start ? asked : kept).map((v, i) => v - target[i]);
    }
    return /** @type {Drawn} */ (nearest);
  }
}

/** Ink in [0, 1] as bytes. @param {Float32Array} x */
export function greys(x) {
  const bytes = new Uint8ClampedArray(x.length);
  for (let i = 0; i < x.length; i++) bytes[i] = 255 * x[i];
  return bytes;
}
