// A stroke of the pen or the eraser on a canvas, from the first dot to the end.

/** @import { InkCanvas, Spot } from "./ink_canvas.js" */

/** A stroke that begins with a dot, also for a tap: a line without length draws nothing. */
export class PenStroke {
  /**
   * @param {InkCanvas} canvas
   * @param {Spot} spot
   * @param {number} width  in pixels of the canvas
   * @param {boolean} erases
   */
  constructor(canvas, spot, width, erases) {
    this.canvas = canvas;
    this.before = canvas.snapshot(); // the canvas before the stroke
    this.last = spot; // the last position of the pen
    this.middle = spot; // halfway to the position before that
    const { ink } = canvas;
    ink.lineCap = ink.lineJoin = "round";
    ink.lineWidth = width;
    ink.strokeStyle = ink.fillStyle = erases ? "black" : "white";
    canvas.dot(spot);
    canvas.reach(spot);
  }

  /** @param {Spot[]} spots  the next positions of the pen */
  draw(spots) {
    for (const spot of spots) {
      const { last, middle } = this;
      const next = { x: (last.x + spot.x) / 2, y: (last.y + spot.y) / 2 };
      this.canvas.line(middle, next, last); // from middle to middle, so that corners become curves
      this.canvas.reach(spot);
      this.last = spot;
      this.middle = next;
    }
  }

  /**
   * Draws the rest up to the last position.
   * @returns {boolean}  whether the stroke has changed a pixel
   */
  end() {
    this.canvas.line(this.middle, this.last);
    return this.canvas.snapshot().data.some((value, i) => value !== this.before.data[i]);
  }
}
