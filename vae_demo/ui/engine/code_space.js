// A run's code space and the flat map of it: from a code to its place on the map and back.

/**
 * A number of a code with three decimals, so that a link holds it exactly.
 * @param {number} value
 * @returns {number}
 */
export function threeDecimals(value) {
  return Math.round(value * 1000) / 1000;
}

/** @typedef {[number, number]} Point  x and y on the map */

/**
 * @typedef {Object} Ellipse
 * @property {number} long  half of the longer axis, in the map's units
 * @property {number} short  half of the shorter axis
 * @property {number} angle  of the longer axis, in radians, anticlockwise
 */

/** Where codes of a run are: all arrays are (latent). */
export class CodeSpace {
  /**
   * @param {Object} given
   * @param {Float32Array} given.low  the sliders' ends
   * @param {Float32Array} given.high
   * @param {Float32Array} given.centre  the middle
   * @param {Float32Array} given.scale  standard deviation of random codes
   * @param {Float32Array} given.origin  the code at the place [0, 0]
   * @param {Float32Array} given.axes  (2, latent) the map's two directions
   * @param {Point} given.middle  the place in the middle of the map
   * @param {number} given.reach  from there to each side of the map
   */
  constructor({ low, high, centre, scale, origin, axes, middle, reach }) {
    this.low = low;
    this.high = high;
    this.centre = centre;
    this.scale = scale;
    this.origin = origin;
    this.middle = middle;
    this.reach = reach;
    this.latent = centre.length;
    this.across = axes.subarray(0, this.latent);
    this.up = axes.subarray(this.latent);
  }

  /**
   * Where a code is on the map.
   * @param {Float32Array} z
   * @returns {Point}
   */
  place(z) {
    let x = 0;
    let y = 0;
    for (let i = 0; i < this.latent; i++) {
      const v = z[i] - this.origin[i];
      x += v * this.across[i];
      y += v * this.up[i];
    }
    return [x, y];
  }

  /**
   * The code that is at a place and otherwise like z: what the map does not show stays.
   * @param {Float32Array} z
   * @param {Point} target
   * @returns {Float32Array}  the caller's own
   */
  moved(z, target) {
    const [x, y] = this.place(z);
    return z.map((v, i) => v + (target[0] - x) * this.across[i] + (target[1] - y) * this.up[i]);
  }

  /**
   * The nearest place inside the map.
   * @param {Point} place
   * @returns {Point}
   */
  inside([x, y]) {
    const { middle, reach } = this;
    return [
      Math.min(Math.max(x, middle[0] - reach), middle[0] + reach),
      Math.min(Math.max(y, middle[1] - reach), middle[1] + reach),
    ];
  }

  /**
   * A posterior on the map: A diag(exp(logvar)) Aᵀ, A the two directions, as an ellipse of two
   * standard deviations.
   * @param {Float32Array} logvar
   * @returns {Ellipse}
   */
  ellipse(logvar) {
    let xx = 0;
    let xy = 0;
    let yy = 0;
    for (let i = 0; i < this.latent; i++) {
      const variance = Math.exp(logvar[i]);
      xx += variance * this.across[i] * this.across[i];
      xy += variance * this.across[i] * this.up[i];
      yy += variance * this.up[i] * this.up[i];
    }
    const mean = (xx + yy) / 2;
    const half = Math.hypot((xx - yy) / 2, xy);
    return {
      long: 2 * Math.sqrt(mean + half),
      short: 2 * Math.sqrt(Math.max(mean - half, 0)),
      angle: Math.atan2(2 * xy, xx - yy) / 2,
    };
  }

  /**
   * The code in a direction from the middle; `temperature` is how far in that direction.
   * @param {number} temperature
   * @param {Float32Array} direction
   * @returns {Float32Array}  the caller's own
   */
  drawn(temperature, direction) {
    return this.centre.map((v, i) => v + temperature * direction[i]);
  }

  /**
   * The direction in which `drawn` finds a code.
   * @param {number} temperature
   * @param {Float32Array} z
   * @returns {Float32Array}  the caller's own
   */
  direction(temperature, z) {
    return z.map((v, i) => (v - this.centre[i]) / (temperature || 1));
  }
}

const NO_NUMBERS = new Float32Array();

/** The space of no latents, in place of a run's own until that is loaded. */
export const EMPTY_SPACE = new CodeSpace({
  low: NO_NUMBERS,
  high: NO_NUMBERS,
  centre: NO_NUMBERS,
  scale: NO_NUMBERS,
  origin: NO_NUMBERS,
  axes: NO_NUMBERS,
  middle: [0, 0],
  reach: 1,
});
