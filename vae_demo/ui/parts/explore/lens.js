// The decoded digit beside the pointer on the map.

import { contextOf, digitCanvas } from "../../engine/dom.js";

const SIDE = 56; // of the digit in CSS pixels
const AWAY = 20; // distance from the pointer

/** A small canvas that follows the pointer. */
export class Lens {
  constructor() {
    this.canvas = digitCanvas({ class: "digit lens", "data-testid": "explore-lens" });
    this.canvas.setAttribute("aria-hidden", "true");
    this.hide();
  }

  hide() {
    this.canvas.hidden = true;
  }

  show() {
    this.canvas.hidden = false;
  }

  /**
   * Shows a digit that is already decoded.
   * @param {HTMLCanvasElement} decoded
   */
  copy(decoded) {
    contextOf(this.canvas).drawImage(decoded, 0, 0);
    this.show();
  }

  /**
   * Moves beside the pointer, above it if there is room.
   * @param {{ x: number, y: number, size: number }} pointer  in a square map, in CSS pixels
   */
  place({ x, y, size }) {
    const left = x + AWAY + SIDE <= size ? x + AWAY : x - AWAY - SIDE;
    const top = y - AWAY - SIDE >= 0 ? y - AWAY - SIDE : y + AWAY;
    this.canvas.style.transform = `translate(${left}px, ${top}px)`;
  }
}
