// Damages a digit like vae_demo/digits/damages.py, in JavaScript so that the picture follows the
// pen. The random numbers come from Python's `noise_field`, so that both give the same pixels.

const round32 = Math.fround; // torch rounds each step to single precision

/**
 * @typedef {"dropout"|"gaussian"|"salt_and_pepper"} Noise  a kind of damage that draws random
 *   numbers; a key of Python's NOISES
 */

/** @typedef {Noise|"blur"} Kind  a kind of damage; a key of Python's DAMAGES */

/**
 * @typedef {Object} NoiseDamage
 * @property {(strength: number) => boolean} takes  whether a strength is valid
 * @property {string} strengths  the valid strengths in words
 * @property {(v: number, strength: number, random: number) => number} pixel  damages a pixel `v` in
 *   [0, 1]; `random` is its random number
 */

/** @type {Record<Noise, NoiseDamage>} */
const BY_PIXEL = {
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

/** The kinds of noise. */
export const NOISES = /** @type {Noise[]} */ (Object.keys(BY_PIXEL));

/** The kinds of damage. */
export const DAMAGES = /** @type {Kind[]} */ ([...NOISES, "blur"]);

/**
 * A digit after the damage `kind`; with strength 0 it is unchanged.
 *
 * The values after dropout may lie outside [0, 1]: clip them for display only.
 *
 * @param {Float32Array} x  (784) in [0, 1]
 * @param {Kind} kind
 * @param {number} strength
 * @param {?ArrayLike<number>} field  (784) the random numbers, Python's `noise_field(kind, seed)`;
 *   null for blur
 * @param {?Float32Array} [where]  (784) a weight in [0, 1] for each pixel; null for 1 everywhere
 * @returns {Float32Array}  (784) a new array
 */
export function damage(x, kind, strength, field, where = null) {
  if (!DAMAGES.includes(kind)) {
    throw new Error(`unknown damage '${kind}'; there are: ${DAMAGES.join(", ")}`);
  }
  if ((field && field.length !== x.length) || (where && where.length !== x.length)) {
    const came = `field ${field?.length}${where ? `, where ${where.length}` : ""}`;
    throw new Error(`damage to ${x.length} pixels needs as many numbers: ${came}`);
  }
  const damaged = kind === "blur" ? blur(x, strength) : noise(x, kind, strength, field);
  if (!where || strength === 0) return damaged;
  return damaged.map((v, i) => round32(where[i] * v) + round32(round32(1 - where[i]) * x[i]));
}

/**
 * @param {Float32Array} x
 * @param {Noise} kind
 * @param {number} strength
 * @param {?ArrayLike<number>} field
 */
function noise(x, kind, strength, field) {
  const { takes, strengths, pixel } = BY_PIXEL[kind];
  if (!takes(strength)) {
    throw new Error(`the strength of ${kind} is ${strengths}, not ${strength}`);
  }
  if (!field) throw new Error(`${kind} needs ${x.length} random numbers`);
  return strength === 0 ? x.slice() : x.map((v, i) => pixel(v, strength, field[i]));
}

/**
 * Blurs with a Gaussian whose weights are scaled to the sum 1 at each pixel of the picture.
 * @param {Float32Array} x  (side * side)
 * @param {number} strength  standard deviation in pixels
 */
function blur(x, strength) {
  if (!(0 <= strength && strength < Infinity)) {
    const range = "a standard deviation in pixels, in [0, inf)";
    throw new Error(`the strength of blur is ${range}, not ${strength}`);
  }
  if (strength === 0) return x.slice();
  const side = Math.sqrt(x.length);
  const kernel = Array.from({ length: side }, (_, i) => {
    const row = Array.from({ length: side }, (_, j) => Math.exp(-(((i - j) / strength) ** 2) / 2));
    const sum = row.reduce((a, b) => a + b);
    return row.map((v) => v / sum);
  });
  // The transpose of kernel * picture; twice, it blurs rows and columns.
  /** @param {Float32Array} picture */
  const pass = (picture) =>
    picture.map((_, at) => {
      const [j, i] = [Math.floor(at / side), at % side];
      return kernel[i].reduce((sum, weight, k) => sum + weight * picture[k * side + j], 0);
    });
  return pass(pass(x));
}
