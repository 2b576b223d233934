// The places of what Explore shows; part.css lays them out for wide and narrow pages.

import { element } from "../../engine/dom.js";

/**
 * @param {HTMLElement} presets  where to start
 * @param {HTMLElement[]} stage  the decoded digit, and the test digit
 * @param {HTMLElement} map
 * @param {HTMLElement[]} side  beside the map
 * @param {HTMLElement} layers  of the map
 * @param {HTMLElement[]} sliders
 * @param {HTMLElement[]} below  notes
 */
export function layout(presets, stage, map, side, layers, sliders, below) {
  return element(
    "div",
    { class: "explore layer", "aria-busy": "true" },
    element(
      "div",
      {},
      presets,
      element("div", { class: "stage" }, ...stage),
      map,
      element("div", { class: "side" }, ...side),
      layers,
      element("div", { class: "sliders" }, ...sliders),
      element("div", { class: "below" }, ...below),
    ),
  );
}
