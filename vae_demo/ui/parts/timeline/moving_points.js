// The latent means of a run as points that move from snapshot to snapshot, on the decoded plane.

import { CodeMap } from "../../engine/code_map.js";
import { contextOf, DIGIT_SIDE, element, setAttribute } from "../../engine/dom.js";
import { ease } from "../../engine/ease.js";
import { Plane } from "../../engine/plane.js";
import { themeOf } from "../../engine/points.js";

/**
 * @import { Grid } from "../../engine/plane.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Snapshots } from "./snapshots.js"
 */

const TOUCH = 16; // a point can be clicked from this many CSS pixels away
const RING = 9; // radius in CSS pixels of the ring around the point that is followed
/** @type {Object<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const VEIL = 0.6; // how much the points fade when the plane is fully opaque

/** A scatter plot on a canvas. It calls back when the visitor chooses a point. */
export class MovingPoints extends CodeMap {
  chosen = -1; // the point that is followed
  place = 0; // the position in the run, in snapshots
  canChoose = false; // whether the visitor can choose a point
  /** @type {Map<number, number>} */
  ranks = new Map(); // point -> its rank in the order by digit
  /** @type {Float32Array[]} */
  codes = []; // the codes (n, 2) of each snapshot, sorted by digit
  /** @type {?Grid} */
  grid = null; // the grid of the plane

  /** @param {(point: number) => void} choose  called with a point that the visitor chooses */
  constructor(choose) {
    super(element("canvas", { class: "cloud", "data-testid": "latent-cloud" }));
    this.choose = choose;
    this.plane = new Plane("epoch-plane");
    this.ink = contextOf(this.canvas);
    this.root = element("div", { class: "scatter" }, this.plane.canvas, this.canvas);
    this.canvas.onclick = (event) => this.touch(event);
    this.canvas.onkeydown = (event) => this.key(event);
  }

  leave() {
    super.leave();
    this.plane.leave();
  }

  /**
   * Shows another run.
   * @param {Snapshots} run
   * @param {(?Network)[]} networks  one for each snapshot; null while it is loading
   */
  follow({ points, labels, colours, middle, reach, plane }, networks) {
    this.setBounds(middle, reach);
    this.setPoints(labels, colours);
    this.ranks = new Map(this.order.map((point, rank) => [point, rank]));
    const size = 2 * labels.length;
    this.codes = Array.from({ length: size ? points.length / size : 0 }, (_, snapshot) =>
      this.sorted(points.subarray(snapshot * size, (snapshot + 1) * size)),
    );
    this.plane.canvas.hidden = !plane;
    if (plane) {
      const { across, up, cell, middle } = plane;
      this.grid = { columns: across, rows: up, cell, middle };
      this.plane.follow(this.grid, networks, (place) => Float32Array.from(place));
    } else {
      this.grid = null;
      this.plane.leave();
    }
    this.layPlane();
  }

  /**
   * Sets the accessible name, the size and the theme.
   * @param {string} name
   * @param {number} height  in CSS pixels
   * @param {boolean} canChoose  whether points can be chosen, also by keyboard
   */
  label(name, height, canChoose) {
    this.canChoose = canChoose;
    this.canvas.style.setProperty("--height", `${height}px`);
    this.theme = themeOf(this.canvas);
    setAttribute(this.canvas, "role", canChoose ? "application" : "img");
    setAttribute(this.canvas, "tabindex", canChoose ? "0" : "");
    setAttribute(this.canvas, "aria-label", name);
  }

  /** @param {number} opacity  of the plane, 0 to 1 */
  fade(opacity) {
    this.plane.fade(opacity);
    this.canvas.style.opacity = this.grid ? String(1 - VEIL * opacity ** 2) : "";
  }

  /**
   * The code of a point at a snapshot; its position on the map if the codes have more latents.
   * @param {number} point
   * @param {number} snapshot
   */
  code(point, snapshot) {
    const start = 2 * (this.ranks.get(point) ?? 0);
    return this.codes[snapshot].subarray(start, start + 2);
  }

  // ---- the visitor

  /** @param {MouseEvent} event */
  touch({ offsetX, offsetY }) {
    if (!this.canChoose) return;
    const { sharpness } = this;
    const found = this.nearest(offsetX * sharpness, offsetY * sharpness, TOUCH * sharpness);
    if (found >= 0) this.choose(found);
  }

  /**
   * Moves to the next point with the arrow keys, in the order of the digits.
   * @param {KeyboardEvent} event
   */
  key(event) {
    const step = STEPS[event.key];
    if (!step || !this.canChoose || event.ctrlKey || event.metaKey || event.altKey) return;
    const count = this.order.length;
    if (!count) return;
    event.preventDefault();
    const rank = this.ranks.get(this.chosen) ?? -1;
    this.choose(this.order[(rank + step + count) % count]);
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
    const { ink, codes, spots } = this;
    if (!codes.length || !this.sharpness) return;
    const from = Math.floor(place);
    const next = Math.min(from + 1, codes.length - 1);
    this.drawPoints(ink, codes[from], codes[next], ease(place - from));
    if (this.chosen < 0) return;
    const rank = this.ranks.get(this.chosen) ?? 0;
    this.circle(ink, spots[2 * rank], spots[2 * rank + 1], RING);
    this.outline(ink, 2.5, 6);
  }
}
