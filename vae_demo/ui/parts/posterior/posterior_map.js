// The map: the true posterior as a cloud, the Gaussians as ellipses, and the visitor's with handles.
import { arrowStep } from "../../engine/arrow_keys.js";
import { CodeMap } from "../../engine/code_map.js";
import { contextOf, element, fromBase64 } from "../../engine/dom.js";
import { capturePointer, holdPage, spotOf } from "../../engine/pointer.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { Hand } from "./gaussian.js"
 */

/**
 * @typedef {Object} GridData  the posterior on a grid
 * @property {Point} low
 * @property {Point} high
 * @property {number} side
 * @property {string} density  base64 of (side, side) bytes, from the lowest row; 255 is the highest
 */

/** @typedef {{ mean: Point, covariance: number[], elbo: number }} GaussianData */

const OUTSIDE = 14; // CSS pixels from the ellipse to a handle, so that a small one can be grasped
const GRASP = 18; // CSS pixels around a handle
const HANDLE = 6; // its radius
const STEPS = 60; // arrow keys from the middle to the edge
const FACTOR = 1.05; // of a deviation, by Shift and an arrow key
const CLOUD = 0.8; // opacity where the density is highest
export const ENCODER = "#e76300"; // the colour of the encoder's Gaussian

/** Moves and draws the visitor's Gaussian. */
export class PosteriorMap extends CodeMap {
  /** @type {?GridData} */
  grid = null;
  /** @type {Object<string, GaussianData>} */
  gaussians = {};
  /** @type {Hand} */
  hand = [0, 0, 1, 1];
  /** @type {[number, number]} */
  radii = [0, 1]; // least and largest deviation
  accent = ""; // colour
  /**
   * What is dragged: 0 the mean, 1 or 2 the deviation of a latent. Only a finger that has begun
   * outside the ellipse does not hold it: it may scroll the page, and then nothing has changed.
   * @type {?{ pointer: number, part: number, from: Point, holds: boolean, before: Hand }}
   */
  grasped = null;

  /**
   * @param {() => void} move  called when the visitor has changed `hand`
   * @param {() => void} release  called when the visitor has released it
   */
  constructor(move, release) {
    const marks = element("canvas", {
      class: "cloud",
      role: "application",
      tabindex: "0",
      "data-testid": "posterior-map",
    });
    const cloud = element("canvas", { class: "density", "aria-hidden": "true" });
    super(marks, [cloud], 0);
    this.cloud = cloud;
    this.move = move;
    this.release = release;
    this.root = element("div", { class: "scatter" }, cloud, marks);
    marks.onpointerdown = (event) => this.press(event);
    holdPage(marks, () => Boolean(this.grasped?.holds));
    marks.onpointermove = (event) => this.drag(event);
    marks.onpointerup = marks.onpointercancel = (event) => this.lift(event);
    marks.onkeydown = (event) => this.key(event);
  }

  /**
   * Shows a posterior.
   * @param {GridData} grid
   * @param {Object<string, GaussianData>} gaussians
   * @param {{ middle: Point, reach: number }} view
   * @param {[number, number]} radii  least and largest deviation of the visitor's Gaussian
   */
  follow(grid, gaussians, { middle, reach }, radii) {
    Object.assign(this, { grid, gaussians, radii });
    this.setBounds(middle, [reach, reach]);
    this.resize();
  }

  resize() {
    this.accent = getComputedStyle(this.canvas).getPropertyValue("--accent").trim();
    super.resize();
  }

  redraw() {
    this.drawCloud();
    this.drawMarks();
  }

  drawCloud() {
    const { grid, cloud, theme } = this;
    if (!grid || !theme) return;
    const ink = contextOf(cloud);
    ink.fillStyle = theme.text;
    const colour = parseInt(ink.fillStyle.slice(1), 16); // the canvas converts it to #rrggbb
    const { side, low, high } = grid;
    const density = fromBase64(grid.density);
    const picture = new ImageData(side, side);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const at = 4 * ((side - 1 - row) * side + column);
        picture.data.set([colour >> 16, (colour >> 8) & 255, colour & 255], at);
        picture.data[at + 3] = CLOUD * density[row * side + column];
      }
    }
    const small = element("canvas", { width: String(side), height: String(side) });
    contextOf(small).putImageData(picture, 0, 0);
    ink.clearRect(0, 0, this.width, this.height);
    // A code is in the middle of its cell.
    const [wide, tall] = [high[0] - low[0], high[1] - low[1]].map(
      (size) => (size * this.scale) / (side - 1),
    );
    ink.drawImage(
      small,
      this.x(low[0]) - wide / 2,
      this.y(high[1]) - tall / 2,
      side * wide,
      side * tall,
    );
  }

  /** Draws the ellipses of one standard deviation, and the handles. */
  drawMarks() {
    const { theme, sharpness } = this;
    if (!theme || !this.scale) return;
    const ink = contextOf(this.canvas);
    ink.clearRect(0, 0, this.width, this.height);
    const { encoder, diagonal, full } = this.gaussians;
    for (const [gaussian, dash] of /** @type {const} */ ([
      [full, []],
      [diagonal, [3, 4]],
    ])) {
      if (!gaussian) continue;
      ink.setLineDash(dash.map((length) => length * sharpness));
      this.outlineOf(ink, gaussian);
      this.outline(ink, 1.5);
    }
    ink.setLineDash([]);
    if (encoder) {
      this.outlineOf(ink, encoder);
      this.coloured(ink, ENCODER);
    }
    const { accent } = this;
    const [across, up, wide, high] = this.hand;
    const [x, y] = [this.x(across), this.y(up)];
    this.ellipse(ink, x, y, wide, high);
    this.coloured(ink, accent);
    ink.fillStyle = accent;
    for (const [left, top] of this.handles()) {
      this.circle(ink, left, top, HANDLE);
      ink.fill();
      this.outline(ink, 0, 2);
    }
  }

  /**
   * Begins the ellipse of one standard deviation of a Gaussian.
   * @param {CanvasRenderingContext2D} ink
   * @param {GaussianData} gaussian
   */
  outlineOf(ink, { mean, covariance: [first, both, , second] }) {
    const middle = (first + second) / 2;
    const apart = Math.hypot((first - second) / 2, both);
    const angle = Math.atan2(2 * both, first - second) / 2;
    const [long, short] = [middle + apart, middle - apart].map((v) => Math.sqrt(Math.max(v, 0)));
    this.ellipse(ink, this.x(mean[0]), this.y(mean[1]), long, short, angle);
  }

  /**
   * Strokes the current path in a colour, on a wider line in the page's colour.
   * @param {CanvasRenderingContext2D} ink
   * @param {string} colour
   */
  coloured(ink, colour) {
    this.outline(ink, 0, 5);
    ink.strokeStyle = colour;
    ink.lineWidth = 2.5 * this.sharpness;
    ink.stroke();
  }

  /** The handles of the mean and of both deviations, in device pixels. @returns {Point[]} */
  handles() {
    const [across, up, wide, high] = this.hand;
    const [x, y] = [this.x(across), this.y(up)];
    const out = OUTSIDE * this.sharpness;
    return [
      [x, y],
      [x + wide * this.scale + out, y],
      [x, y - high * this.scale - out],
    ];
  }

  // ---- what the visitor does

  /** @param {PointerEvent} event */
  press(event) {
    if (this.grasped || event.button > 0) return;
    const { x, y } = spotOf(this.canvas, event);
    const away = this.handles().map(([left, top]) => Math.hypot(left - x, top - y));
    const nearest = away[1] < away[2] ? 1 : 2;
    const reach = GRASP * this.sharpness;
    const part = away[nearest] < reach && away[nearest] < away[0] ? nearest : 0;
    const [middle] = this.handles();
    const [, , wide, high] = this.hand;
    const inside = Math.hypot((x - middle[0]) / wide, (y - middle[1]) / high) < this.scale;
    const offset = part > 0 || inside || away[0] < reach;
    const holds = offset || event.pointerType === "mouse";
    const handle = this.handles()[part];
    capturePointer(this.canvas, event);
    this.grasped = {
      pointer: event.pointerId,
      part,
      from: offset ? [handle[0] - x, handle[1] - y] : [0, 0],
      holds,
      before: [...this.hand],
    };
    if (holds) this.drag(event);
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (event.pointerId !== this.grasped?.pointer) return;
    const { part, from } = this.grasped;
    const spot = spotOf(this.canvas, event);
    const [x, y] = [spot.x + from[0], spot.y + from[1]];
    const [middle] = this.handles();
    const out = OUTSIDE * this.sharpness;
    const [across, up] = this.codeAt(x, y);
    if (part === 1) this.set(2, (x - middle[0] - out) / this.scale);
    else if (part === 2) this.set(3, (middle[1] - y - out) / this.scale);
    else {
      this.set(0, across);
      this.set(1, up);
    }
    this.changed();
  }

  /** @param {PointerEvent} event */
  lift(event) {
    const { grasped } = this;
    if (event.pointerId !== grasped?.pointer) return;
    if (event.type === "pointerup") this.drag(event);
    this.grasped = null;
    if (grasped.holds || event.type === "pointerup") return this.release();
    grasped.before.forEach((value, at) => this.set(at, value)); // the finger has scrolled the page
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const arrow = arrowStep(event);
    if (!arrow || !arrow.every(Number.isFinite)) return;
    event.preventDefault();
    const step = this.reach[0] / STEPS;
    arrow.forEach((count, latent) => {
      if (event.shiftKey) this.set(2 + latent, this.hand[2 + latent] * FACTOR ** count);
      else this.set(latent, this.hand[latent] + count * step);
    });
    this.changed();
  }

  /** @param {number} at  in `hand` @param {number} value  which is limited */
  set(at, value) {
    const { middle, reach, radii } = this;
    const [low, high] = at < 2 ? [middle[at] - reach[at], middle[at] + reach[at]] : radii;
    this.hand[at] = Math.min(Math.max(value, low), high);
  }

  changed() {
    this.drawMarks();
    this.move();
  }
}
