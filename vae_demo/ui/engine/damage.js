// Damages a digit like vae_demo/digits/damages.py, in JavaScript so that the picture follows the
// pen. The random numbers come from Python's `noise_field`, so that both give the same pixels.

const round32 = Math.fround; // torch rounds each step to single precision

/**
 * @typedef {"dropout"|"gaussian"|"salt_and_pepper"} Noise  a kind of damage; a key of Python's
 *   NOISES
 */

/**
 * @typedef {Object} Damage
 * @property {(strength: number) => boolean} takes  whether a strength is valid
 * @property {string} strengths  the valid strengths in words
 * @property {(v: number, strength: number, random: number) => number} pixel  damages a pixel `v` in
 *   [0, 1]; `random` is its random number
 */

/** @type {Record<Noise, Damage>} */
const DAMAGES = {
  dropout: {
    takes: (strength) => 0 <= strength && strength < 1,
    strengths: "a share in [0, 1)",
    pixel: (v, strength, chance) => {
      const keep = round32(1 - strength);
      const mask = chance < keep ? round32(1 / keep) : 0;
      return round32(round32(round32(2 * v - 1) * mask) + 1) / 2;
    },
  },
  gaussian: {
    takes: (strength) => 0 <= strength && strength < Infinity,
    strengths: "a standard deviation in [0, inf)",
    pixel: (v, strength, normal) =>
      Math.min(Math.max(v + round32(round32(strength) * normal), 0), 1),
  },
  salt_and_pepper: {
    takes: (strength) => 0 <= strength && strength <= 1,
    strengths: "a share in [0, 1]",
    pixel: (v, strength, chance) => {
      if (chance >= round32(strength)) return v;
      return chance >= round32(strength / 2) ? 1 : 0;
    },
  },
};

/** The kinds of damage. */
export const NOISES = /** @type {Noise[]} */ (Object.keys(DAMAGES));

/**
 * A digit after the damage `kind`; with strength 0 it is unchanged.
 *
 * The values after dropout may lie outside [0, 1]: clip them for display only.
 *
 * @param {Float32Array} x  (784) in [0, 1]
 * @param {Noise} kind
 * @param {number} strength
 * @param {ArrayLike<number>} field  (784) the random numbers, Python's `noise_field(kind, seed)`
 * @param {?Float32Array} [where]  (784) a weight in [0, 1] for each pixel; null for 1 everywhere
 * @returns {Float32Array}  (784) a new array
 */
export function damage(x, kind, strength, field, where = null) {
  if (!NOISES.includes(kind)) {
    throw new Error(`unknown damage '${kind}'; there are: ${NOISES.join(", ")}`);
  }
  const { takes, strengths, pixel } = DAMAGES[kind];
  if (!takes(strength)) {
    throw new Error(`the strength of ${kind} is ${strengths}, not ${strength}`);
  }
  if (field.length !== x.length || (where && where.length !== x.length)) {
    const came = `field ${field.length}${where ? `, where ${where.length}` : ""}`;
    throw new Error(`damage to ${x.length} pixels needs as many numbers: ${came}`);
  }
  if (strength === 0) return x.slice();
  const damaged = x.map((v, i) => pixel(v, strength, field[i]));
  if (!where) return damaged;
  return damaged.map((v, i) => round32(where[i] * v) + round32(round32(1 - where[i]) * x[i]));
}
