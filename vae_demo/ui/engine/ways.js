// The keys that move something over a flat map.

const LEAP = 10; // steps of PageUp and PageDown
/** @type {Object<string, [number, number]>} */
const WAYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, LEAP],
  PageDown: [0, -LEAP],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
};

/**
 * The way that a key leads, in steps to the right and up; null for any other key.
 * @param {KeyboardEvent} event
 * @returns {?[number, number]}
 */
export function wayOf({ key, ctrlKey, metaKey, altKey }) {
  return ctrlKey || metaKey || altKey ? null : (WAYS[key] ?? null);
}
