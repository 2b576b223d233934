// How Streamlit mounts a part, at one or several places of the page.
import { sendWhileShown } from "./page_changes.js";
import { adoptStyles } from "./styles.js";

/** @import { Component, Place } from "./dom.js" */

/**
 * @template Data
 * @template Value
 * @typedef {Object} Part  what is mounted at one place
 * @property {Element} root
 * @property {(data: Data) => void} follow  shows new data
 * @property {(value: Value) => void} [send]  sets the part's state in Python; given by `mountPart`
 * @property {() => void} [leave]  releases everything outside the part's own elements
 */

/**
 * Gives the function that Streamlit calls when a part is mounted, and again at each change of its
 * data. That function returns what Streamlit calls when the part is taken off the page. Streamlit
 * also calls it when newer data have overtaken older ones on their way: the part stays then.
 * @template Data
 * @template Value
 * @param {CSSStyleSheet[]} styles
 * @param {(data: Data) => Part<Data, Value>} make  makes the part of a place from its first data
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
