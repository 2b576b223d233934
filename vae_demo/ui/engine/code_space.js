// A run's code space and the flat map of it: from a code to its place on the map and back.

/**
 * A number of a code as a hand sets it, with three decimals, so that a link holds it exactly.
 * @param {number} value
 * @returns {number}
 */
export function threeDecimals(value) {
  return Math.round(value * 1000) / 1000;
}

/** Where codes of a run are: all arrays are (latent), places are [x, y] on the map. */
export class CodeSpace {
  /**
   * @param {Object} given
   * @param {Float32Array} given.low  the sliders' ends
   * @param {Float32Array} given.high
   * @param {Float32Array} given.centre  the middle
   * @param {Float32Array} given.scale  standard deviation of random codes
   * @param {Float32Array} given.origin  the code at the place [0, 0]
   * @param {Float32Array} given.axes  (2, latent) the map's two directions
   * @param {[number, number]} given.middle  the place in the middle of the map
   * @param {number} given.reach  from there to each side of the map
   */
  constructor(given) {
    this.low = given.low;
    this.high = given.high;
    this.centre = given.centre;
    this.scale = given.scale;
    this.origin = given.origin;
    this.middle = given.middle;
    this.reach = given.reach;
    this.latent = given.centre.length;
    this.across = given.axes.subarray(0, this.latent);
    this.up = given.axes.subarray(this.latent);
  }

  /**
   * Where a code is on the map.
   * @param {Float32Array} z
   * @returns {[number, number]}
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
   * @param {[number, number]} target
   * @returns {Float32Array}  the caller's own
   */
  moved(z, target) {
    const [x, y] = this.place(z);
    return z.map((v, i) => v + (target[0] - x) * this.across[i] + (target[1] - y) * this.up[i]);
  }

  /**
   * The nearest place inside the map.
   * @param {[number, number]} place
   * @returns {[number, number]}
   */
  inside(place) {
    const { middle, reach } = this;
    /** @type {(i: 0|1) => number} */
    const clamped = (i) => Math.min(Math.max(place[i], middle[i] - reach), middle[i] + reach);
    return [clamped(0), clamped(1)];
  }

  /**
   * A posterior on the map: A diag(exp(logvar)) Aᵀ, A the two directions, as an ellipse of two
   * standard deviations.
   * @param {Float32Array} logvar
   * @returns {{ long: number, short: number, angle: number }}  half axes in the map's units, and
   *   how far the longer one is turned, in radians, anticlockwise
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
