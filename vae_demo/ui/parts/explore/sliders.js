// A slider for each latent, with its name and its value.

import { threeDecimals } from "../../engine/code_space.js";
import { element, onRelease, setAttribute } from "../../engine/dom.js";
import { slider } from "../../engine/slider.js";

const KEY_STEPS = 100; // arrow key presses from one end to the other
const PAGE = 10; // steps of PageUp and PageDown
/** @type {Object<string, number>} */
const KEYS = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: PAGE,
  PageDown: -PAGE,
  Home: -Infinity,
  End: Infinity,
};

/** @import { CodeSpace } from "../../engine/code_space.js" */

/**
 * @typedef {Object} Row  a slider and its texts
 * @property {HTMLElement} root
 * @property {HTMLElement} name
 * @property {HTMLElement} output
 * @property {HTMLInputElement} input
 * @property {number} dimension  of the code
 * @property {?number} value  the shown value
 * @property {number} low  its ends
 * @property {number} high
 */

/** The sliders of a run. They show values, and call back when the visitor changes one. */
export class Sliders {
  /** @type {Row[]} */
  rows = [];
  /** @type {(value: number) => string} */
  written = String; // formats a number in the visitor's language

  /**
   * @param {Object} on  callbacks
   * @param {(dimension: number, value: number) => void} on.move  called when the visitor sets a
   *   latent
   * @param {(dimension: number) => void} on.reset  called when the visitor resets a latent to the
   *   centre
   * @param {() => void} on.release  called when the visitor releases the slider
   */
  constructor(on) {
    this.on = on;
    this.root = element("div", { class: "latents", role: "group" });
  }

  /**
   * Shows another run.
   * @param {{ dimension: number, name: string }[]} latents  those with a slider
   * @param {CodeSpace} space
   * @param {function(number): string} written  formats a number in the visitor's language
   */
  follow(latents, space, written) {
    this.written = written;
    for (const { root } of this.rows.splice(latents.length)) root.remove();
    while (this.rows.length < latents.length) this.add();
    latents.forEach(({ dimension, name }, i) => {
      const row = this.rows[i];
      row.dimension = dimension;
      row.value = null;
      row.low = space.low[dimension];
      row.high = space.high[dimension];
      row.name.textContent = name;
      setAttribute(row.input, "aria-label", name);
      setAttribute(row.input, "data-dim", String(dimension));
      setAttribute(row.input, "min", String(threeDecimals(row.low)));
      setAttribute(row.input, "max", String(threeDecimals(row.high)));
      row.input.style.setProperty("--middle", this.share(row, space.centre[dimension]));
    });
  }

  /**
   * Shows a code on all sliders, or on every `step`th from `from`.
   * @param {Float32Array} z
   */
  show(z, from = 0, step = 1) {
    for (let i = from; i < this.rows.length; i += step) {
      const row = this.rows[i];
      const value = threeDecimals(z[row.dimension]);
      if (value === row.value) continue;
      row.value = value;
      row.input.value = String(value);
      row.output.textContent = this.written(value);
      row.input.setAttribute("aria-valuetext", row.output.textContent);
      row.input.style.setProperty("--value", this.share(row, value));
    }
  }

  /**
   * The relative position of a value on a slider, 0 to 1.
   * @param {Row} row
   * @param {number} value
   */
  share({ low, high }, value) {
    return String(Math.min(Math.max((value - low) / (high - low), 0), 1));
  }

  add() {
    const name = element("span");
    const output = element("span", { class: "value", "aria-hidden": "true" });
    const input = slider({ step: "0.001", "data-testid": "latent-slider" });
    const root = element("label", { class: "latent" }, name, output, input);
    /** @type {Row} */
    const row = { root, name, output, input, dimension: 0, value: null, low: 0, high: 0 };
    input.oninput = () => this.on.move(row.dimension, Number(input.value));
    input.ondblclick = () => this.reset(row);
    input.onkeydown = (event) => this.key(event, row);
    onRelease(input, this.on.release);
    this.rows.push(row);
    this.root.append(root);
  }

  /** @param {Row} row */
  reset(row) {
    this.on.reset(row.dimension);
    this.on.release();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Row} row
   */
  key(event, row) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "0") {
      this.on.reset(row.dimension);
    } else if (event.key in KEYS) {
      const value = (row.value ?? 0) + (KEYS[event.key] * (row.high - row.low)) / KEY_STEPS;
      this.on.move(row.dimension, threeDecimals(Math.min(Math.max(value, row.low), row.high)));
    } else {
      return;
    }
    event.preventDefault();
  }
}
