// A slider for each latent: its name, its number, and the way between them.

import { threeDecimals } from "../../engine/code_space.js";
import { element, releases, setAttribute } from "../../engine/dom.js";

const KEY_STEPS = 100; // arrow keys from one end to the other
const PAGE = 10; // as many of them at once
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

/** The sliders of a run. They show values, and call back when the visitor changes one. */
export class Sliders {
  rows = []; // { dimension, input, output, low, high }

  /**
   * @param {Object} on  callbacks
   * @param {function(number, number): void} on.move  the visitor sets a latent to a value
   * @param {function(number): void} on.reset  the visitor resets a latent to the middle
   * @param {function(): void} on.release  the visitor releases it
   */
  constructor(on) {
    this.on = on;
    this.root = element("div", { class: "latents", role: "group" });
  }

  /**
   * Takes a run over.
   * @param {{ dimension: number, name: string }[]} latents  those that get a slider
   * @param {CodeSpace} space
   * @param {function(number): string} written  a number as the visitor's language writes it
   */
  follow(latents, space, written) {
    this.space = space;
    this.written = written;
    while (this.rows.length > latents.length) this.rows.pop().root.remove();
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

  /** Shows a code: on all sliders, or on every `step`th, from the one at `from` on. */
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

  /** How much of a slider's way is before a value, 0 to 1. */
  share({ low, high }, value) {
    return String(Math.min(Math.max((value - low) / (high - low), 0), 1));
  }

  add() {
    const name = element("span");
    const output = element("span", { class: "value", "aria-hidden": "true" });
    const input = element("input", {
      type: "range",
      step: "0.001",
      "data-testid": "latent-slider",
    });
    const root = element("label", { class: "latent" }, name, output, input);
    const row = { root, name, output, input };
    input.oninput = () => this.on.move(row.dimension, Number(input.value));
    input.ondblclick = () => this.reset(row);
    input.onkeydown = (event) => this.key(event, row);
    releases(input, this.on.release);
    this.rows.push(row);
    this.root.append(root);
  }

  reset(row) {
    this.on.reset(row.dimension);
    this.on.release();
  }

  key(event, row) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "0") {
      this.on.reset(row.dimension);
    } else if (event.key in KEYS) {
      const value = row.value + (KEYS[event.key] * (row.high - row.low)) / KEY_STEPS;
      this.on.move(row.dimension, threeDecimals(Math.min(Math.max(value, row.low), row.high)));
    } else {
      return;
    }
    event.preventDefault();
  }
}
