// The keys that move something over a flat map.

const LEAP = 10; // steps by PageUp and PageDown
/** @type {Object<string, [number, number]>} */
const STEPS = {
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
 * How far a key moves it, in steps to the right and up; null for any other key.
 * @param {KeyboardEvent} event
 * @returns {?[number, number]}
 */
export function arrowStep({ key, ctrlKey, metaKey, altKey }) {
  return ctrlKey || metaKey || altKey ? null : (STEPS[key] ?? null);
}
