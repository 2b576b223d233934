// The keyboard cursor of the drawing pad: arrow keys move it, the space bar puts the pen down.
import { element } from "./dom.js";

const STEP = 10; // pixels of the pad's 280
/** @type {Object<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @import { Spot } from "./ink_canvas.js" */

/**
 * A `ring` over a canvas, visible while the canvas has the keyboard focus.
 *
 * Two arrow keys held together move it diagonally. The space bar and Enter put the pen down and
 * lift it; Escape and a loss of the focus lift it; Delete and Backspace clear the pad.
 */
export class PadCursor {
  /** @type {Set<string>} */
  held = new Set(); // the arrow keys

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} side  of the canvas in its device pixels
   * @param {Object} on  callbacks
   * @param {(spot: Spot) => void} on.toggle  called when the pen is put down or lifted
   * @param {(spot: Spot) => void} on.move
   * @param {() => void} on.lift
   * @param {() => void} on.clear
   */
  constructor(canvas, side, on) {
    this.side = side;
    this.on = on;
    /** @type {Spot} */
    this.spot = { x: side / 2, y: side / 2 };
    this.ring = element("div", { class: "cursor", "aria-hidden": "true" });
    this.show({ seen: false });
    canvas.onfocus = () => this.show({ seen: canvas.matches(":focus-visible") });
    canvas.onblur = () => this.leave();
    canvas.onkeydown = (event) => this.key(event);
    canvas.onkeyup = (event) => this.held.delete(event.key);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) this.move(event.key);
    else if (event.key === " " || event.key === "Enter") event.repeat || this.on.toggle(this.spot);
    else if (event.key === "Escape") this.on.lift();
    else if (event.key === "Delete" || event.key === "Backspace") this.on.clear();
    else return;
    event.preventDefault();
    this.show({ seen: true });
  }

  /** @param {string} key  an arrow */
  move(key) {
    this.held.add(key);
    /** @param {number} v */
    const inside = (v) => Math.min(Math.max(v, 0), this.side);
    for (const [across, down] of [...this.held].map((held) => ARROWS[held])) {
      const { x, y } = this.spot;
      this.spot = { x: inside(x + STEP * across), y: inside(y + STEP * down) };
    }
    this.on.move(this.spot);
  }

  /** Stops: the canvas has lost the keyboard focus. */
  leave() {
    this.held.clear();
    this.on.lift();
    this.show({ seen: false });
  }

  /**
   * Shows the ring at the cursor.
   * @param {{ seen?: boolean, down?: boolean }} changes  `down`: whether the pen is
   */
  show({ seen, down }) {
    const { ring, spot, side } = this;
    ring.hidden = !(seen ?? !ring.hidden);
    ring.classList.toggle("down", down ?? ring.classList.contains("down"));
    ring.style.left = `${(100 * spot.x) / side}%`;
    ring.style.top = `${(100 * spot.y) / side}%`;
  }
}
