// The normal distribution: its cumulative distribution function and the inverse of it.

// Press et al. 1992, "Numerical Recipes in C", sec. 6.2: erfc with a relative error below 1.2e-7.
const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];
const STEPS = 3; // of Newton's method; two would be enough

/**
 * Φ(x), the probability of a value below x.
 * @param {number} x
 * @returns {number}
 */
export function normalCdf(x) {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + z / 2);
  const sum = ERFC.reduceRight((total, coefficient) => total * t + coefficient, 0);
  const tail = (t * Math.exp(-z * z + sum)) / 2;
  return x < 0 ? tail : 1 - tail;
}

/**
 * Φ⁻¹(p), the value below which the probability is p: Newton's method from the approximation of
 * Abramowitz & Stegun 1964, 26.2.23.
 * @param {number} p  greater than 0 and less than 1
 * @returns {number}
 */
export function normalQuantile(p) {
  const t = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
  const away =
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t * t) /
      (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
  let x = p < 0.5 ? -away : away;
  for (let step = 0; step < STEPS; step++) {
    x -= (normalCdf(x) - p) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
  }
  return x;
}
