// A digit with noise, and a brush that paints the mask of the noise.
import { DIGIT_PIXELS, DIGIT_SIDE, digitCanvas, element, paintDigit, setAttribute } from "./dom.js";
import { capturePointer, spotOf } from "./pointer.js";

const BRUSH = 2.2; // radius in pixels of the digit
const MIDDLE = DIGIT_SIDE / 2;
/** @type {Object<string, [number, number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @typedef {{ x: number, y: number }} Spot  a place on the digit, in its pixels */

/** A digit's canvas on which the visitor paints a mask while it is open. */
export class Brush {
  mask = new Uint8Array(DIGIT_PIXELS); // 1 for pixels with noise
  open = false;
  /** @type {?number} */
  pointer = null; // the id of the pointer that paints
  /** @type {Spot} */
  place = { x: MIDDLE, y: MIDDLE }; // the centre of the brush

  /**
   * @param {() => void} onChange  called when the mask has changed
   * @param {() => void} onRelease  called when the pointer or key is released
   */
  constructor(onChange, onRelease) {
    this.onChange = onChange;
    this.onRelease = onRelease;
    this.canvas = digitCanvas({ "data-testid": "damaged" });
    this.ring = element("div", { class: "ring", "aria-hidden": "true" });
    this.ring.hidden = true;
    this.ring.style.width = `${(200 * BRUSH) / DIGIT_SIDE}%`;
    this.board = element("div", { class: "board" }, this.canvas, this.ring);
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = (event) => this.end(event);
    this.canvas.onlostpointercapture = (event) => this.end(event);
    this.canvas.onpointerleave = () => this.aim(this.pointer === null ? null : this.place);
    this.canvas.onfocus = () => this.aim(this.canvas.matches(":focus-visible") ? this.place : null);
    this.canvas.onblur = () => this.aim(null);
    this.canvas.onkeydown = (event) => this.key(event);
  }

  /** @param {boolean} open  whether the visitor can paint */
  setOpen(open) {
    this.open = open;
    this.board.classList.toggle("open", open);
    setAttribute(this.canvas, "tabindex", open ? "0" : "");
    if (!open) this.aim(null);
  }

  /** @param {ArrayLike<number>} pixels  (784) in 0 to 255 */
  paint(pixels) {
    paintDigit(this.canvas, pixels);
  }

  wipe() {
    this.mask.fill(0);
    this.onChange();
    this.onRelease();
  }

  // ---- what the visitor does

  /** @param {PointerEvent} event */
  begin(event) {
    if (!this.open || this.pointer !== null || event.button > 0) return;
    this.pointer = event.pointerId;
    capturePointer(this.canvas, event); // the stroke may leave the canvas and return
    this.aim(spotOf(this.canvas, event));
    this.dab(this.place);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.open || (this.pointer ?? event.pointerId) !== event.pointerId) return;
    if (this.pointer === null) return this.aim(spotOf(this.canvas, event));
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const from = this.place;
      this.aim(spotOf(this.canvas, each));
      const way = { x: this.place.x - from.x, y: this.place.y - from.y };
      const steps = Math.ceil(Math.hypot(way.x, way.y));
      for (let i = 1; i <= steps; i++) {
        this.dab({ x: from.x + (way.x * i) / steps, y: from.y + (way.y * i) / steps });
      }
    }
  }

  /** @param {PointerEvent} event */
  end(event) {
    if (this.pointer === null || event.pointerId !== this.pointer) return;
    this.pointer = null;
    if (event.pointerType !== "mouse") this.aim(null);
    this.onRelease();
  }

  /**
   * Arrow keys move the brush, the space bar and Enter paint, Delete and Backspace clear the mask.
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (!this.open || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step) {
      /** @param {number} v */
      const near = (v) => Math.min(Math.max(v, 0), DIGIT_SIDE);
      this.aim({ x: near(this.place.x + step[0]), y: near(this.place.y + step[1]) });
    } else if (event.key === " " || event.key === "Enter") {
      this.aim(this.place);
      this.dab(this.place);
      this.onRelease();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.wipe();
    } else return;
    event.preventDefault();
  }

  /** @param {?Spot} place  where the brush is shown, null for nowhere */
  aim(place) {
    this.ring.hidden = !place || !this.open;
    if (!place) return;
    this.place = place;
    this.ring.style.left = `${(100 * place.x) / DIGIT_SIDE}%`;
    this.ring.style.top = `${(100 * place.y) / DIGIT_SIDE}%`;
  }

  /**
   * Adds a disc to the mask.
   * @param {Spot} middle
   */
  dab({ x, y }) {
    for (let row = 0, i = 0; row < DIGIT_SIDE; row++) {
      for (let column = 0; column < DIGIT_SIDE; column++, i++) {
        if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= BRUSH) this.mask[i] = 1;
      }
    }
    this.onChange();
  }
}
