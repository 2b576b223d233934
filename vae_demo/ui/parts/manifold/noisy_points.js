// What noise makes of points of a curve.
import { gaussian } from "../../engine/code_arithmetic.js";
import { seededRandom } from "../../engine/seeded_random.js";

/** @import { Curve } from "../../engine/toy_curves.js" */

const NOISY = 150; // points that show the noise

/**
 * Points with noise, each followed by the point of the curve that it came from.
 * @param {Curve} curve
 * @param {number} noise  its standard deviation
 * @returns {Float64Array}  (NOISY * 4)
 */
export function noisyPoints(curve, noise) {
  const random = seededRandom(0);
  const pairs = Array.from({ length: NOISY }, () => {
    const [x, y] = curve(random());
    return [x + noise * gaussian(random), y + noise * gaussian(random), x, y];
  });
  return Float64Array.from(pairs.flat());
}
