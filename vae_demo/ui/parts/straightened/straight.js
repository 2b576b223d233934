// A curve in space and the numbers that an autoencoder makes of its points.

/** @import { TrainableNetwork } from "../../engine/dense_training.js" */

const CODE = 2; // index of the layer whose output is the code
const DECODED = 200; // codes that are decoded to draw a line

/**
 * @typedef {Object} Piece  a stretch of the curve inside the ball
 * @property {number} low  its least code, as a share from 0 to 1
 * @property {number} high
 */

/** What a network has learned of the points of a curve. */
export class Straight {
  low = 0; // the least code of all points
  high = 1; // the largest
  error = NaN; // the root mean square distance of points from their reconstructions
  line = new Float64Array(3 * DECODED); // the points of codes at equal steps from low to high

  /** @param {Float64Array} points  (n * 3) of the curve, in order */
  constructor(points) {
    this.points = points;
    this.count = points.length / 3;
    this.shares = new Float64Array(this.count); // their codes, from 0 for the least to 1
    this.inside = new Uint8Array(this.count); // 1 for the points in the ball
  }

  /**
   * Computes codes, their points and the error.
   * @param {TrainableNetwork} network
   */
  measure(network) {
    const { points, count, shares, line } = this;
    const outputs = network.forward(points, count);
    let sum = 0;
    for (let i = 0; i < points.length; i++) sum += (outputs[i] - points[i]) ** 2;
    this.error = Math.sqrt(sum / count);
    const codes = network.layers[CODE].y.subarray(0, count);
    this.low = codes.reduce((least, code) => Math.min(least, code), Infinity);
    this.high = codes.reduce((most, code) => Math.max(most, code), -Infinity);
    const range = this.high - this.low || 1;
    for (let i = 0; i < count; i++) shares[i] = (codes[i] - this.low) / range;
    const steps = Float64Array.from(line.subarray(0, DECODED), (_, i) => {
      return this.low + (this.high - this.low) * (i / (DECODED - 1));
    });
    line.set(network.forward(steps, DECODED, CODE + 1).subarray(0, 3 * DECODED));
  }

  /**
   * The point of a code.
   * @param {TrainableNetwork} network
   * @param {number} share  from 0 for the least code to 1 for the largest
   * @returns {Float64Array}  (3)
   */
  decode(network, share) {
    const code = this.low + share * (this.high - this.low);
    return network.forward([code], 1, CODE + 1).slice(0, 3);
  }

  /**
   * Finds the points of the curve in a ball, and the stretches of the curve that they make.
   * @param {Float64Array} centre  (3)
   * @param {number} radius
   * @returns {Piece[]}  in the order of the curve
   */
  ball(centre, radius) {
    const { points, count, shares, inside } = this;
    /** @type {Piece[]} */
    const pieces = [];
    for (let i = 0; i < count; i++) {
      const [x, y, z] = [0, 1, 2].map((k) => points[3 * i + k] - centre[k]);
      inside[i] = Number(Math.hypot(x, y, z) <= radius);
      if (!inside[i]) continue;
      if (!i || !inside[i - 1]) pieces.push({ low: Infinity, high: -Infinity });
      const piece = pieces[pieces.length - 1];
      piece.low = Math.min(piece.low, shares[i]);
      piece.high = Math.max(piece.high, shares[i]);
    }
    return pieces;
  }
}
