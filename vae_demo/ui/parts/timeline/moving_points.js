// The latent means of a run as points that move from snapshot to snapshot, above the decoded plane.

import { contextOf, DIGIT_SIDE, element, setAttribute } from "../../engine/dom.js";
import { ease } from "../../engine/ease.js";
import { byDigit, drawLabels, drawPoints, mapScale, themeOf } from "../../engine/points.js";
import { SnapshotPlanes } from "../../engine/snapshot_planes.js";

/**
 * @import { Theme } from "../../engine/points.js"
 * @import { Plane, Snapshots } from "./snapshots.js"
 */

const TOUCH = 16; // a point this many CSS pixels away is touched
const RING = 9; // radius in CSS pixels of the ring around the point that is followed
/** @type {Object<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const VEIL = 0.6; // how much the points give way to the whole plane

/** A scatter on a canvas. It calls back when the visitor chooses a point. */
export class MovingPoints {
  chosen = -1; // the point that is followed
  place = 0; // the place in the run, counted in snapshots
  canChoose = false; // whether the visitor can choose a point
  sharpness = 0; // device pixels per CSS pixel, 0 until the canvas is on the page
  /** @type {?Theme} */
  theme = null;
  /** @type {number[]} */
  order = []; // the points, one digit after another
  /** @type {number[]} */
  ends = []; // of each digit's points in this order
  /** @type {Map<number, number>} */
  ranks = new Map(); // of each point in this order
  codes = new Float32Array(); // (snapshots, points, 2) in this order
  spots = new Float32Array(); // (points, 2) in device pixels, as they are drawn
  size = 0; // numbers of a snapshot
  last = 0; // snapshot
  /** @type {string[]} */
  colours = []; // of the ten digits
  /** @type {[number, number]} */
  middle = [0, 0]; // of the map
  /** @type {[number, number]} */
  reach = [1, 1]; // from there to the edges
  /** @type {?Plane} */
  plane = null;

  /** @param {(point: number) => void} choose  called with a point that the visitor chooses */
  constructor(choose) {
    this.choose = choose;
    this.planes = new SnapshotPlanes();
    this.canvas = element("canvas", { class: "cloud", "data-testid": "latent-cloud" });
    this.ink = contextOf(this.canvas);
    this.root = element("div", { class: "scatter" }, this.planes.canvas, this.canvas);
    this.canvas.onclick = (event) => this.touch(event);
    this.canvas.onkeydown = (event) => this.key(event);
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.canvas);
  }

  leave() {
    this.resizing.disconnect();
    this.planes.leave();
  }

  /**
   * Shows another run.
   * @param {Snapshots} run
   */
  follow({ points, labels, colours, middle, reach, plane }) {
    this.colours = colours;
    this.middle = middle;
    this.reach = reach;
    this.plane = plane;
    Object.assign(this, byDigit(labels)); // each colour in one go
    this.ranks = new Map(this.order.map((point, rank) => [point, rank]));
    this.size = 2 * this.order.length;
    this.last = Math.max(points.length / this.size - 1, 0);
    this.spots = new Float32Array(this.size);
    this.codes = new Float32Array(points.length);
    for (let start = 0; start < points.length; start += this.size) {
      this.order.forEach((point, rank) => {
        this.codes[start + 2 * rank] = points[start + 2 * point];
        this.codes[start + 2 * rank + 1] = points[start + 2 * point + 1];
      });
    }
    this.planes.canvas.hidden = !plane;
    if (plane) this.planes.follow(plane, plane.middle, this.last + 1);
    else this.planes.leave();
    if (this.sharpness) this.layPlane();
  }

  /**
   * Sets name, size and theme.
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
    this.planes.fade(opacity);
    this.canvas.style.opacity = this.plane ? String(1 - VEIL * opacity ** 2) : "";
  }

  /**
   * The code of a point at a snapshot, or the point's place where the codes are wider.
   * @param {number} point
   * @param {number} snapshot
   */
  code(point, snapshot) {
    const start = snapshot * this.size + 2 * (this.ranks.get(point) ?? 0);
    return this.codes.subarray(start, start + 2);
  }

  // ---- the visitor

  /** @param {MouseEvent} event */
  touch({ offsetX, offsetY }) {
    if (!this.canChoose) return;
    let least = (TOUCH * this.sharpness) ** 2;
    let found = -1;
    this.order.forEach((point, rank) => {
      const x = this.spots[2 * rank] - offsetX * this.sharpness;
      const y = this.spots[2 * rank + 1] - offsetY * this.sharpness;
      if (x * x + y * y >= least) return;
      least = x * x + y * y;
      found = point;
    });
    if (found >= 0) this.choose(found);
  }

  /**
   * The arrow keys go from point to point, one kind of digit after another.
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

  /** As many device pixels as the screen has under the canvas. */
  resize() {
    this.sharpness = window.devicePixelRatio || 1;
    this.theme = themeOf(this.canvas); // the first time that the canvas is on the page
    this.canvas.width = Math.round(this.canvas.clientWidth * this.sharpness);
    this.canvas.height = Math.round(this.canvas.clientHeight * this.sharpness);
    if (!this.order.length) return;
    this.layPlane();
    this.draw(this.place);
  }

  /** Puts the plane where its codes are on the map. */
  layPlane() {
    if (!this.plane) return;
    const { across, up, cell } = this.plane;
    const unit = mapScale(this.canvas, this.reach, this.sharpness) / this.sharpness;
    const { style } = this.planes.canvas;
    style.width = `${across * cell * unit}px`;
    style.height = `${up * cell * unit}px`;
    // Uneven pixels are uglier than soft ones, but large ones are not noticed.
    const pixel = (cell * unit * this.sharpness) / DIGIT_SIDE;
    style.imageRendering = pixel >= 2 ? "pixelated" : "auto";
  }

  /**
   * Draws a place in the run.
   * @param {number} place  0 is its first snapshot, 1.5 between the second and third
   */
  draw(place) {
    this.place = place;
    const { ink, codes, spots, sharpness, theme } = this;
    if (!this.order.length || !sharpness || !theme || !this.canvas.width) return;
    const { width, height } = this.canvas;
    const scale = mapScale(this.canvas, this.reach, sharpness);
    const [middleX, middleY] = this.middle;
    const from = Math.floor(place);
    const now = from * this.size;
    const next = Math.min(from + 1, this.last) * this.size;
    const way = ease(place - from);
    for (let i = 0; i < this.size; i += 2) {
      const x = codes[now + i] + way * (codes[next + i] - codes[now + i]);
      const y = codes[now + i + 1] + way * (codes[next + i + 1] - codes[now + i + 1]);
      spots[i] = width / 2 + scale * (x - middleX);
      spots[i + 1] = height / 2 - scale * (y - middleY);
    }
    const centres = drawPoints(ink, spots, this.ends, this.colours, sharpness);
    drawLabels(ink, centres, sharpness, theme);
    if (this.chosen >= 0) this.drawRing(theme);
  }

  /**
   * Draws a ring around the point that is followed, in the text's colour on the page's: seen on
   * points, digits and either theme.
   * @param {Theme} theme
   */
  drawRing(theme) {
    const { ink, sharpness } = this;
    const rank = this.ranks.get(this.chosen) ?? 0;
    ink.beginPath();
    ink.arc(this.spots[2 * rank], this.spots[2 * rank + 1], RING * sharpness, 0, 2 * Math.PI);
    for (const { colour, line } of [
      { colour: theme.ground, line: 6 },
      { colour: theme.text, line: 2.5 },
    ]) {
      ink.strokeStyle = colour;
      ink.lineWidth = line * sharpness;
      ink.stroke();
    }
  }
}
