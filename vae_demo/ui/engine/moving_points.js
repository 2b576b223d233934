// The latent means of a run as points that move from snapshot to snapshot, on the decoded plane.

import { CodeMap } from "./code_map.js";
import { contextOf, DIGIT_SIDE, element } from "./dom.js";
import { ease } from "./ease.js";
import { Plane } from "./plane.js";
import { themeOf } from "./points.js";

/**
 * @import { Point } from "./code_space.js"
 * @import { Network } from "./network.js"
 * @import { Grid } from "./plane.js"
 * @import { Snapshots } from "./snapshots.js"
 */

const RING = 9; // radius of the ring in CSS pixels
const VEIL = 0.6; // how much the points fade when the plane is fully opaque

/** A scatter plot on a canvas, with a ring on it. */
export class MovingPoints extends CodeMap {
  place = 0; // the position in the run, in snapshots
  /** @type {Float32Array[]} */
  codes = []; // the codes (n, 2) of each snapshot, sorted by digit
  /** @type {?Grid} */
  grid = null; // the grid of the plane

  /**
   * @param {string} testid  of the canvas
   * @param {string} plane  the test id of the plane
   */
  constructor(testid, plane) {
    const attributes = { class: "cloud", role: "application", tabindex: "0" };
    super(element("canvas", { ...attributes, "data-testid": testid }));
    this.plane = new Plane(plane);
    this.ink = contextOf(this.canvas);
    this.root = element("div", { class: "scatter" }, this.plane.canvas, this.canvas);
  }

  leave() {
    super.leave();
    this.plane.leave();
  }

  /**
   * Shows another run.
   * @param {Snapshots} run
   * @param {(?Network)[]} networks  the decoders of the plane, one for each snapshot; null while it is
   *   loading
   */
  follow({ points, labels, colours, kinds, middle, reach, plane }, networks) {
    this.setBounds(middle, reach);
    this.setPoints(labels, colours, kinds);
    const size = 2 * labels.length;
    this.codes = Array.from({ length: size ? points.length / size : 0 }, (_, snapshot) =>
      this.sorted(points.subarray(snapshot * size, (snapshot + 1) * size)),
    );
    const grid = plane && {
      columns: plane.across,
      rows: plane.up,
      cell: plane.cell,
      middle: plane.middle,
    };
    this.startPlane(grid, networks);
  }

  /**
   * Starts another plane.
   * @param {?Grid} grid  null for no plane
   * @param {(?Network)[]} networks  its decoders
   */
  startPlane(grid, networks) {
    this.grid = grid;
    this.plane.canvas.hidden = !grid;
    if (grid) this.plane.follow(grid, networks, (place) => Float32Array.from(place));
    else this.plane.leave();
    this.layPlane();
  }

  /** Reads the colours of the page again. */
  readTheme() {
    this.theme = themeOf(this.canvas);
  }

  /** @param {number} opacity  of the plane, 0 to 1 */
  fade(opacity) {
    this.plane.fade(opacity);
    this.canvas.style.opacity = this.grid ? String(1 - VEIL * opacity ** 2) : "";
  }

  // ---- the picture

  redraw() {
    this.layPlane();
    this.draw(this.place);
  }

  /** Positions the plane on the map according to its codes. */
  layPlane() {
    if (!this.grid || !this.sharpness) return;
    const { columns, rows, cell } = this.grid;
    const unit = this.scale / this.sharpness;
    const { style } = this.plane.canvas;
    style.width = `${columns * cell * unit}px`;
    style.height = `${rows * cell * unit}px`;
    // Pixels of uneven size look worse than smooth ones, unless they are large.
    const pixel = (cell * unit * this.sharpness) / DIGIT_SIDE;
    style.imageRendering = pixel >= 2 ? "pixelated" : "auto";
  }

  /**
   * Draws a position in the run.
   * @param {number} place  0 is the first snapshot, 1.5 is halfway between the second and the third
   */
  draw(place) {
    this.place = place;
    const { ink, codes } = this;
    if (!codes.length || !this.sharpness) return;
    const from = Math.floor(place);
    const next = Math.min(from + 1, codes.length - 1);
    this.drawPoints(ink, codes[from], codes[next], ease(place - from));
    const ring = this.ringAt();
    if (!ring) return;
    this.circle(ink, ring[0], ring[1], RING);
    this.outline(ink, 2.5, 6);
  }

  /**
   * The position of the ring in device pixels; null for no ring.
   * @returns {?Point}
   */
  ringAt() {
    return null;
  }
}
