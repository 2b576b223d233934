// The part "scroll": scrolls to the content below it when that has started. It is invisible.

/** @import { Component, Place } from "../../engine/dom.js" */

const ROOM = 240; // pixels of the content that should be visible

/**
 * Place where the part is mounted -> number of starts at the last call.
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
  place.style.scrollMarginTop = "5rem"; // the height of Streamlit's header
  place.scrollIntoView({ behavior: still ? "instant" : "smooth" });
}
