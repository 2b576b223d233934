// A run's code space and its two-dimensional map: from a code to its position on the map and back.

/**
 * Rounds a number of a code to three decimals, which a link stores exactly.
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

/** The range and the map of a run's codes. All arrays are (latent). */
export class CodeSpace {
  /**
   * @param {Object} given
   * @param {Float32Array} given.low  the sliders' ends
   * @param {Float32Array} given.high
   * @param {Float32Array} given.centre  the middle
   * @param {Float32Array} given.scale  standard deviation of random codes
   * @param {Float32Array} given.origin  the code at position [0, 0]
   * @param {Float32Array} given.axes  (2, latent) the map's two directions
   * @param {Point} given.middle  the centre of the map
   * @param {number} given.reach  half the side of the map
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
   * The position of a code on the map.
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
   * The code at a position that is otherwise equal to z: only the two directions of the map change.
   * @param {Float32Array} z
   * @param {Point} target
   * @returns {Float32Array}  the caller's own
   */
  moved(z, target) {
    const [x, y] = this.place(z);
    return z.map((v, i) => v + (target[0] - x) * this.across[i] + (target[1] - y) * this.up[i]);
  }

  /**
   * The posterior on the map, with covariance A diag(exp(logvar)) Aᵀ for the two directions A, as
   * an ellipse of two standard deviations.
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
   * The random code centre + temperature · scale · direction.
   * @param {number} temperature
   * @param {Float32Array} direction
   * @returns {Float32Array}  the caller's own
   */
  drawn(temperature, direction) {
    return this.centre.map((v, i) => v + temperature * direction[i]);
  }

  /**
   * The direction for which `drawn` returns the code z.
   * @param {number} temperature
   * @param {Float32Array} z
   * @returns {Float32Array}  the caller's own
   */
  direction(temperature, z) {
    return z.map((v, i) => (v - this.centre[i]) / (temperature || 1));
  }
}

const NO_NUMBERS = new Float32Array();

/** A space without latents, used until that of the run is loaded. */
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
