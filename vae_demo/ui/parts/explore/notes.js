// What Explore says about a run: below its map, and above its sliders.

import { element } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";

const MAP_NOTES = ["", "map_one", "map_two"]; // by the number of latents; otherwise "map_many"

/** @import { Description } from "./space.js" */

/** The notes of a run. */
export class Notes {
  constructor() {
    this.map = element("p", { class: "note" });
    this.hint = element("p", { class: "note" });
    this.sliders = element("p", { class: "note" });
  }

  /**
   * Writes the translated texts.
   * @param {Description} described
   * @param {Object<string, string>} text
   * @returns {string}  the first sentence about the sliders, which names them
   */
  name({ latent, sliders, asleep, generative, explained }, text) {
    const shown = filled(text.sliders, { shown: sliders.length, latent });
    const notes = [shown];
    if (sliders.length < latent) notes.push(text.rest);
    if (generative) notes.push(filled(asleep ? text.sleeping : text.awake, { asleep, latent }));
    else if (asleep) notes.push(filled(text.still, { asleep, latent }));
    this.sliders.textContent = [...notes, text.back].join(" ");
    const percent = Math.round(100 * explained);
    this.map.textContent = filled(text[MAP_NOTES[latent] ?? "map_many"], { percent });
    this.hint.textContent = text.hint;
    return shown;
  }
}

/**
 * The name of each slider: its latent, and how much that says.
 * @param {Description} described
 * @param {Object<string, string>} text
 * @param {(value: number) => string} written  a number in the visitor's language
 * @returns {{ dimension: number, name: string }[]}
 */
export function sliderNames({ sliders, generative }, text, written) {
  return sliders.map(({ dimension, active, amount }) => {
    const kind = !generative ? "spread" : active ? "rate" : "asleep";
    const words = { dimension: dimension + 1, says: written(amount) };
    return { dimension, name: filled(text[kind], words) };
  });
}
