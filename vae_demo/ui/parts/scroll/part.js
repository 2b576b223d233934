// The part "scroll": scrolls to what is below it when that begins. Shows nothing.

/** @import { Component, Place } from "../../engine/dom.js" */

const ROOM = 240; // pixels of what has begun that should be seen

/**
 * The number of starts at each place where the part is mounted, when it was last called.
 * @type {WeakMap<Place, number>}
 */
const known = new WeakMap();

/** @param {Component<{ starts: number }>} component  how often something has begun */
export default function scroll({ data, parentElement }) {
  const before = known.get(parentElement);
  known.set(parentElement, data.starts);
  if (before === undefined || before === data.starts) return;
  const place = /** @type {HTMLElement} */ (
    parentElement instanceof ShadowRoot ? parentElement.host : parentElement
  );
  if (place.getBoundingClientRect().top < innerHeight - ROOM) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.style.scrollMarginTop = "5rem"; // of Streamlit's own bar
  place.scrollIntoView({ behavior: still ? "instant" : "smooth" });
}
