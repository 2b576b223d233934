// A movement that starts and ends slowly.

/**
 * The share of a movement that is done after a share of its time.
 * @param {number} share  0 to 1
 * @returns {number}  0 to 1
 */
export function ease(share) {
  return share * share * (3 - 2 * share);
}

/**
 * The inverse of `ease`.
 * @param {number} share  0 to 1
 * @returns {number}  0 to 1
 */
export function easeInverse(share) {
  return 0.5 - Math.sin(Math.asin(1 - 2 * share) / 3);
}
