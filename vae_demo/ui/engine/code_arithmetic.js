// Interpolation between codes, and random ones.

const NO_ARC = 1e-4; // radians; below this angle, the path is straight

/**
 * Linear interpolation from a (t = 0) to b (t = 1).
 * @param {ArrayLike<number>} a  (n)
 * @param {ArrayLike<number>} b  (n)
 * @param {number} t
 * @returns {Float32Array}  (n)
 */
export function lerp(a, b, t) {
  return Float32Array.from(a, (v, i) => (1 - t) * v + t * b[i]);
}

/**
 * Spherical interpolation from a to b: the direction turns at a constant rate and the length
 * changes linearly, so that codes in between are as far from the origin as the ends. The path is
 * straight if one end is zero, or if both point in the same or in opposite directions. The same
 * numbers as `vae_demo.latent.between`.
 * @param {ArrayLike<number>} a  (n)
 * @param {ArrayLike<number>} b  (n)
 * @param {number} t
 * @returns {Float32Array}  (n)
 */
export function slerp(a, b, t) {
  let aa = 0,
    bb = 0;
  for (let i = 0; i < a.length; i++) {
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  const lengthA = Math.sqrt(aa);
  const lengthB = Math.sqrt(bb);
  let cosine = 0;
  for (let i = 0; i < a.length; i++) cosine += (a[i] / lengthA) * (b[i] / lengthB);
  const angle = Math.acos(Math.min(Math.max(cosine, -1), 1));
  // The angle of a zero vector is NaN; its path is straight, too.
  if (!(angle > NO_ARC && angle < Math.PI - NO_ARC)) return lerp(a, b, t);
  const length = ((1 - t) * lengthA + t * lengthB) / Math.sin(angle);
  const ofA = (length * Math.sin((1 - t) * angle)) / lengthA;
  const ofB = (length * Math.sin(t * angle)) / lengthB;
  return Float32Array.from(a, (v, i) => ofA * v + ofB * b[i]);
}

/**
 * One sample of the standard normal distribution (Box and Muller).
 * @param {() => number} [random]  uniform in [0, 1)
 * @returns {number}
 */
export function gaussian(random = Math.random) {
  const radius = Math.sqrt(-2 * Math.log(1 - random())); // 1 - random() is never 0
  return radius * Math.cos(2 * Math.PI * random());
}
