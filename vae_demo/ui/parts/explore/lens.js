// The decoded digit beside the pointer on the map, and what a classifier reads in it.

import { contextOf, digitCanvas, element, setText } from "../../engine/dom.js";

const SIDE = 56; // of the digit in CSS pixels
const AWAY = 20; // distance from the pointer

/** A small picture that follows the pointer. */
export class Lens {
  constructor() {
    this.canvas = digitCanvas({ "data-testid": "explore-lens" });
    this.words = element("div", { class: "words" });
    this.root = element("div", { class: "lens", "aria-hidden": "true" }, this.canvas, this.words);
    this.hide();
  }

  hide() {
    this.root.hidden = true;
  }

  /** @param {string} words  what a classifier reads; "" for nothing */
  show(words) {
    setText(this.words, words);
    this.root.hidden = false;
  }

  /**
   * Shows a digit that is already decoded.
   * @param {HTMLCanvasElement} decoded
   * @param {string} words
   */
  copy(decoded, words) {
    contextOf(this.canvas).drawImage(decoded, 0, 0);
    this.show(words);
  }

  /**
   * Moves beside the pointer, above it if there is room.
   * @param {{ x: number, y: number, size: number }} pointer  in a square map, in CSS pixels
   */
  place({ x, y, size }) {
    const left = x + AWAY + SIDE <= size ? x + AWAY : x - AWAY - SIDE;
    const top = y - AWAY - SIDE >= 0 ? y - AWAY - SIDE : y + AWAY;
    this.root.style.transform = `translate(${left}px, ${top}px)`;
  }
}
