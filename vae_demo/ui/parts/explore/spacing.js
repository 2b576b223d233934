// How codes are spaced on the map: linearly, or so that equal areas are equally probable.

import { normalCdf, normalQuantile } from "../../engine/normal.js";

/**
 * @import { CodeSpace, Point } from "../../engine/code_space.js"
 */

/** @typedef {"linear"|"probability"} SpacingName */

/** @type {SpacingName[]} */
export const SPACINGS = ["linear", "probability"];

const EDGE = 0.998; // of the map with equal probability, which would reach to infinity

/**
 * From places of a code space to points of the square [-1, 1]², and back. With equal probability, a
 * random code falls into equal areas equally often: a coordinate with mean m and standard deviation
 * σ is at 2Φ((x - m)/σ) - 1 (Kingma & Welling 2013, fig. 4).
 */
export class Spacing {
  /**
   * @param {CodeSpace} space
   * @param {SpacingName} name
   */
  constructor(space, name) {
    this.space = space;
    this.name = name;
    this.mean = space.place(space.centre);
    this.deviation = [space.across, space.up].map((axis) => deviation(axis, space.scale));
  }

  /**
   * @param {Point} place
   * @returns {Point}
   */
  toSquare(place) {
    return /** @type {Point} */ (place.map((value, i) => this.forward(value, i)));
  }

  /**
   * @param {Point} point
   * @returns {Point}
   */
  toPlace(point) {
    return /** @type {Point} */ (point.map((value, i) => this.back(value, i)));
  }

  /** @param {number} value @param {number} i  of the coordinate */
  forward(value, i) {
    if (this.linear(i)) return (value - this.space.middle[i]) / this.space.reach;
    return 2 * normalCdf((value - this.mean[i]) / this.deviation[i]) - 1;
  }

  /** @param {number} value @param {number} i  of the coordinate */
  back(value, i) {
    if (this.linear(i)) return this.space.middle[i] + this.space.reach * value;
    const inside = Math.min(Math.max(value, -EDGE), EDGE);
    return this.mean[i] + this.deviation[i] * normalQuantile((inside + 1) / 2);
  }

  /**
   * Whether a coordinate is linear, as is one in which codes do not vary.
   * @param {number} i
   */
  linear(i) {
    return this.name === "linear" || !this.deviation[i];
  }
}

/**
 * The standard deviation of random codes along an axis.
 * @param {Float32Array} axis  (latent)
 * @param {Float32Array} scale  (latent) of random codes
 */
function deviation(axis, scale) {
  return Math.hypot(...Array.from(axis, (v, i) => v * scale[i]));
}

/**
 * The nearest point of the square.
 * @param {Point} point
 * @returns {Point}
 */
export function inSquare(point) {
  return /** @type {Point} */ (point.map((value) => Math.min(Math.max(value, -1), 1)));
}
