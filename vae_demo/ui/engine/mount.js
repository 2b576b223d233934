// Mounts a part in Streamlit, in one or several places of the page.
import { sendWhileShown } from "./page_changes.js";
import { adoptStyles } from "./styles.js";

/** @import { Component, Place } from "./dom.js" */

/**
 * @template Data
 * @template Value
 * @typedef {Object} Part  a part in one place
 * @property {Element} root
 * @property {(data: Data) => void} follow  shows new data
 * @property {(value: Value) => void} [send]  sets the part's state in Python; added by `mountPart`
 * @property {() => void} [leave]  releases resources outside the part's own elements
 */

/**
 * Returns the function that Streamlit calls when a part is mounted, and at each change of its data.
 * It returns the function that Streamlit calls when the part is removed from the page. Streamlit
 * also calls that one when newer data have arrived before older ones; the part is then kept.
 * @template Data
 * @template Value
 * @param {CSSStyleSheet[]} styles
 * @param {(data: Data) => Part<Data, Value>} make  creates the part in a place from its first data
 * @param {string} [state]  the name of the state that the part's `send` sets
 * @returns {(component: Component<Data>) => () => void}
 */
export function mountPart(styles, make, state) {
  /** @type {WeakMap<Place, Part<Data, Value>>} */
  const parts = new WeakMap();
  return ({ data, parentElement: place, setStateValue }) => {
    adoptStyles(place, ...styles);
    const part = parts.get(place) ?? make(data);
    parts.set(place, part);
    if (part.root.parentNode !== place) place.append(part.root);
    if (state) {
      const send = sendWhileShown(setStateValue);
      part.send = (value) => send(state, value);
    }
    part.follow(data);
    return () => {
      if (place.isConnected || !parts.delete(place)) return;
      part.leave?.();
      part.root.remove();
    };
  };
}
