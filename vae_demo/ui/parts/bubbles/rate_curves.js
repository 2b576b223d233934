// The rate of a latent as it is built: v − log v − 1 over the variance v, and mean² over the mean. Both
// latents of the chosen bubble are points on the curves, and can be dragged along them.
import { CodeMap } from "../../engine/code_map.js";
import { contextOf, element } from "../../engine/dom.js";
import { capturePointer, holdPage, spotOf } from "../../engine/pointer.js";

/** @import { Numbers } from "./bubble_map.js" */

const GAP = 14; // CSS pixels between the two curves
const BELOW = 16; // CSS pixels for the numbers below
const DOT = 7; // CSS pixels
const GRASP = 28; // CSS pixels around a point, for a finger; a mouse takes the nearest point
const LEAST_VARIANCE = 0.003; // that a drag can reach

/**
 * The two curves: their ranges, and the values at their ends.
 * @type {{ low: number, high: number, top: number, ticks: number[], at: (x: number) => number }[]}
 */
const CURVES = [
  { low: 0, high: 3, top: 3.2, ticks: [0, 1, 2, 3], at: (v) => v - Math.log(v) - 1 },
  { low: -3, high: 3, top: 9, ticks: [-3, -2, -1, 0, 1, 2, 3], at: (mean) => mean * mean },
];

export class RateCurves extends CodeMap {
  /** @type {Numbers} */
  posterior = [0, 0, 0, 0];
  colour = ""; // of the chosen bubble
  /** @type {?{ pointer: number, curve: number, latent: number }} */
  grasped = null;

  /**
   * @param {(posterior: Numbers) => void} move  called with a new posterior of the chosen bubble
   * @param {() => void} release
   */
  constructor(move, release) {
    const canvas = element("canvas", {
      class: "cloud curves",
      role: "img",
      "data-testid": "curves",
    });
    const ground = element("canvas");
    super(canvas, [ground]);
    this.ink = contextOf(canvas);
    this.ground = contextOf(ground); // the curves, which stay the same
    this.move = move;
    this.release = release;
    canvas.onpointerdown = (event) => this.press(event);
    holdPage(canvas, () => this.grasped !== null);
    canvas.onpointermove = (event) => this.drag(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => this.lift(event);
  }

  /**
   * Where a curve is: its left edge and its width, in device pixels.
   * @param {number} curve
   */
  frame(curve) {
    const gap = GAP * this.sharpness;
    const size = (this.width - gap) / 2;
    return { left: curve * (size + gap), size, bottom: this.height - BELOW * this.sharpness };
  }

  /**
   * A point of a curve, inside of its frame.
   * @param {number} curve
   * @param {number} value  of the variance or of the mean
   * @returns {[number, number]}  device pixels
   */
  spot(curve, value) {
    const { low, high, top, at } = CURVES[curve];
    const { left, size, bottom } = this.frame(curve);
    const edge = DOT * this.sharpness;
    const x = left + edge + ((size - 2 * edge) * (between(value, low, high) - low)) / (high - low);
    return [x, bottom - (bottom - edge) * Math.min(at(Math.max(value, 1e-9 + low)) / top, 1)];
  }

  /** The value of a latent on a curve. @param {number} curve @param {number} latent */
  value(curve, latent) {
    return curve ? this.posterior[latent] : Math.exp(this.posterior[2 + latent]);
  }

  resize() {
    super.resize(); // which clears the canvases and draws the points
    this.drawCurves();
    this.redraw();
  }

  /** Draws the curves with their axes. */
  drawCurves() {
    const { theme, sharpness, ground: ink } = this;
    if (!theme) return;
    ink.font = `${11 * sharpness}px ${theme.font}`;
    ink.textAlign = "center";
    CURVES.forEach(({ low, high, ticks }, curve) => {
      const { left, size, bottom } = this.frame(curve);
      ink.strokeStyle = ink.fillStyle = theme.text;
      ink.lineWidth = sharpness;
      ink.globalAlpha = 0.35;
      ink.beginPath();
      ink.moveTo(left, bottom);
      ink.lineTo(left + size, bottom);
      ink.stroke();
      ink.globalAlpha = 0.75;
      for (const tick of ticks)
        ink.fillText(String(tick), this.spot(curve, tick)[0], this.height - 3);
      ink.globalAlpha = 1;
      ink.lineWidth = 2 * sharpness;
      ink.beginPath();
      for (let i = 0; i <= 120; i++)
        ink.lineTo(...this.spot(curve, low + ((high - low) * i) / 120));
      ink.stroke();
    });
  }

  redraw() {
    const { theme, sharpness, ink } = this;
    if (!theme) return;
    ink.clearRect(0, 0, this.width, this.height);
    ink.drawImage(this.ground.canvas, 0, 0);
    ink.font = `${11 * sharpness}px ${theme.font}`;
    ink.textAlign = "center";
    for (const curve of CURVES.keys()) {
      for (const latent of [0, 1]) {
        const [x, y] = this.spot(curve, this.value(curve, latent));
        this.circle(ink, x, y, DOT);
        ink.fillStyle = this.colour;
        ink.fill();
        this.outline(ink, 1);
        ink.fillStyle = "black";
        ink.fillText(String(latent + 1), x, y + 4 * sharpness);
      }
    }
  }

  // ---- what the visitor does

  /** @param {PointerEvent} event */
  press(event) {
    if (this.grasped || event.button > 0) return;
    const { x, y } = spotOf(this.canvas, event);
    const curve = Number(x > this.width / 2);
    const [first, second] = [0, 1].map((latent) => {
      const [left, top] = this.spot(curve, this.value(curve, latent));
      return Math.hypot(left - x, top - y);
    });
    const near = Math.min(first, second) < GRASP * this.sharpness;
    if (event.pointerType !== "mouse" && !near) return;
    capturePointer(this.canvas, event);
    this.grasped = { pointer: event.pointerId, curve, latent: Number(second < first) };
    this.drag(event);
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (event.pointerId !== this.grasped?.pointer) return;
    const { curve, latent } = this.grasped;
    const { low, high } = CURVES[curve];
    const { left, size } = this.frame(curve);
    const edge = DOT * this.sharpness;
    const share = (spotOf(this.canvas, event).x - left - edge) / (size - 2 * edge);
    const value = low + between(share, 0, 1) * (high - low);
    const posterior = /** @type {Numbers} */ ([...this.posterior]);
    if (curve) posterior[latent] = value;
    else posterior[2 + latent] = Math.log(Math.max(value, LEAST_VARIANCE));
    this.move(posterior);
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (event.pointerId !== this.grasped?.pointer) return;
    this.grasped = null;
    this.release();
  }
}

/** @param {number} value @param {number} low @param {number} high */
function between(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
