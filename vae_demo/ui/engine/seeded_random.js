// Random numbers that are the same each time.

/**
 * Numbers uniform in [0, 1), the same sequence for the same seed (mulberry32 by T. Ettinger). For
 * normal ones, give the function to `gaussian` in code_arithmetic.js.
 * @param {number} seed  a whole number
 * @returns {() => number}
 */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
