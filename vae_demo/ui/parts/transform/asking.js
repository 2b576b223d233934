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

/** @typedef {{ style: number[], label: number, scales: Scales, loop: Loop }} Asked */

/** @typedef {{ pixels: Uint8ClampedArray, found: Attributes }} Drawn */

/** Asks a model for attributes, and for others than wanted if the ruler has found that it must. */
export class Asking {
  /** @type {number[]} standard deviations by which the last request differed from what was wanted */
  correction = [];

  /** @type {?{ asked: number[], target: number[] }} of the picture that `draw` has drawn last */
  last = null;

  /**
   * Asks the model once, as far from what is wanted as `correct` has found.
   * @param {Network} network
   * @param {Asked} data
   * @param {number[]} wanted  `ATTRIBUTES` in their units
   */
  draw(network, { style, label, scales }, wanted) {
    const target = standardised(wanted, scales);
    const asked = target.map((v, i) => v + (this.correction[i] ?? 0));
    this.last = { asked, target };
    return request(network, style, label, asked);
  }

  /**
   * Learns from what the ruler finds in the picture that `draw` has drawn last.
   * @param {Attributes} found
   * @param {Asked} data
   */
  correct(found, { scales, loop }) {
    if (!this.last) return;
    const { asked, target } = this.last;
    const away = errors(found, target, scales);
    this.correction = corrected(asked, away, loop).map((v, i) => v - target[i]);
  }

  /**
   * Asks the model as often as Python asks it, and takes what was nearest.
   * @param {Network} network
   * @param {Asked} data
   * @param {number[]} wanted  `ATTRIBUTES` in their units
   * @returns {Drawn}
   */
  ask(network, { style, label, scales, loop }, wanted) {
    const target = standardised(wanted, scales);
    let asked = target;
    this.last = null;
    /** @type {?Drawn} */
    let nearest = null;
    let least = Infinity;
    for (let round = 0; round <= loop.rounds && least >= loop.close; round++) {
      const pixels = request(network, style, label, asked);
      const found = measure(pixels);
      const away = errors(found, target, scales);
      const error = away.reduce((sum, v) => sum + v * v, 0); // NaN if there is too little ink
      if (!nearest || error < least) {
        if (error < least) least = error;
        nearest = { pixels, found };
        this.correction = asked.map((v, i) => v - target[i]);
      }
      asked = corrected(asked, away, loop);
    }
    return /** @type {Drawn} */ (nearest);
  }
}

/** @param {number[]} wanted @param {Scales} scales */
function standardised(wanted, { middle, spread }) {
  return wanted.map((v, i) => (v - middle[i]) / spread[i]);
}

/**
 * How far what the ruler finds is from a target, in standard deviations.
 * @param {Attributes} found
 * @param {number[]} target
 * @param {Scales} scales
 */
function errors(found, target, { middle, spread }) {
  return ATTRIBUTES.map((name, i) => (found[name] - middle[i]) / spread[i] - target[i]);
}

/** The next request. @param {number[]} asked @param {number[]} away @param {Loop} loop */
function corrected(asked, away, { step, furthest }) {
  return asked.map((v, i) => {
    const next = v - step * (Number.isNaN(away[i]) ? 0 : away[i]);
    return Math.min(Math.max(next, -furthest), furthest);
  });
}

/**
 * @param {Network} network
 * @param {number[]} style
 * @param {number} label
 * @param {number[]} asked
 */
function request(network, style, label, asked) {
  const kind = Array.from({ length: CLASSES }, (_, i) => Number(i === label));
  return greys(decode(network, Float32Array.from([...style, ...kind, ...asked])));
}

/** Ink in [0, 1] as bytes. @param {Float32Array} x */
export function greys(x) {
  const bytes = new Uint8ClampedArray(x.length);
  for (let i = 0; i < x.length; i++) bytes[i] = 255 * x[i];
  return bytes;
}
