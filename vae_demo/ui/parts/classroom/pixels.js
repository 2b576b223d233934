// A digit whose single pixels the visitor changes, by mouse, finger or arrow keys.
import { DIGIT_SIDE, digitCanvas, element, paintDigit } from "../../engine/dom.js";
import { capturePointer, spotOf } from "../../engine/pointer.js";

/** @type {Object<string, [number, number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The digit's canvas; `touch` is told of each pixel under the pointer while it is held. */
export class PixelBoard {
  at = { x: DIGIT_SIDE / 2, y: DIGIT_SIDE / 2 }; // the pixel of the cursor
  /** @type {?number} */
  pointer = null; // the id of the pointer that is held

  /**
   * @param {(index: number) => void} touch  called with a pixel, 0 to 783
   */
  constructor(touch) {
    this.touch = touch;
    this.canvas = digitCanvas({ tabindex: "0", "data-testid": "pixel-board" });
    this.cursor = element("div", { class: "pixel", "aria-hidden": "true" });
    this.root = element("div", { class: "pixels" }, this.canvas, this.cursor);
    this.canvas.onpointerdown = (event) => {
      if (this.pointer !== null || event.button > 0) return;
      event.preventDefault();
      this.canvas.focus({ preventScroll: true });
      this.pointer = event.pointerId;
      capturePointer(this.canvas, event);
      this.go(spotOf(this.canvas, event));
      this.dab();
    };
    this.canvas.onpointermove = (event) => {
      if (event.pointerId === this.pointer) this.drag(spotOf(this.canvas, event));
    };
    const end = (/** @type {PointerEvent} */ { pointerId }) => {
      if (pointerId === this.pointer) this.pointer = null;
    };
    this.canvas.onpointerup = this.canvas.onpointercancel = end;
    this.canvas.onlostpointercapture = end;
    this.canvas.onkeydown = (event) => this.key(event);
    this.go(this.at);
  }

  /** @param {ArrayLike<number>} pixels  (784) in 0 to 255 */
  paint(pixels) {
    paintDigit(this.canvas, pixels);
  }

  /** @param {{ x: number, y: number }} spot  in pixels of the digit */
  go({ x, y }) {
    /** @param {number} v */
    const inside = (v) => Math.min(Math.max(Math.floor(v), 0), DIGIT_SIDE - 1);
    this.at = { x: inside(x), y: inside(y) };
    this.cursor.style.left = `${(100 * this.at.x) / DIGIT_SIDE}%`;
    this.cursor.style.top = `${(100 * this.at.y) / DIGIT_SIDE}%`;
  }

  /**
   * Touches all pixels between the last place and this one.
   * @param {{ x: number, y: number }} spot
   */
  drag(spot) {
    const from = this.at;
    this.go(spot);
    const { x, y } = this.at;
    const steps = Math.max(Math.abs(x - from.x), Math.abs(y - from.y));
    for (let i = 1; i <= steps; i++) {
      this.go({
        x: Math.round(from.x + ((x - from.x) * i) / steps),
        y: Math.round(from.y + ((y - from.y) * i) / steps),
      });
      this.dab();
    }
  }

  dab() {
    this.touch(this.at.y * DIGIT_SIDE + this.at.x);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step) this.go({ x: this.at.x + step[0], y: this.at.y + step[1] });
    else if (event.key === " " || event.key === "Enter") this.dab();
    else return;
    event.preventDefault();
  }
}
