// The latent means of a run as points that move from snapshot to snapshot, above the decoded plane.

import { DIGIT_SIDE, element, setAttribute } from "../../engine/dom.js";
import { ease } from "../../engine/ease.js";
import { byDigit, drawLabels, drawPoints, mapScale, themeOf } from "../../engine/points.js";
import { SnapshotPlanes } from "../../engine/snapshot_planes.js";

const TOUCH = 16; // a point this many CSS pixels away is touched
const RING = 9; // radius in CSS pixels of the ring around the point that is followed
const FOLLOWING = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const VEIL = 0.6; // how much the points give way to the whole plane

/** A scatter on a canvas. It calls back when the visitor chooses a point. */
export class MovingPoints {
  chosen = -1; // the point that is followed
  place = 0; // the place in the run, counted in snapshots

  /** @param {function(number): void} choose  called with a point that the visitor chooses */
  constructor(choose) {
    this.choose = choose;
    this.planes = new SnapshotPlanes();
    this.canvas = element("canvas", { class: "cloud", "data-testid": "latent-cloud" });
    this.ink = this.canvas.getContext("2d");
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
   * Takes a run over.
   * @param {import("./snapshots.js").Snapshots} run
   */
  follow({ points, labels, colours, middle, reach, plane }) {
    Object.assign(this, { labels, colours, middle, reach, plane });
    Object.assign(this, byDigit(labels)); // one digit after another: each colour in one go
    this.ranks = new Map(this.order.map((point, rank) => [point, rank]));
    this.size = 2 * this.order.length; // numbers of a snapshot
    this.last = Math.max(points.length / this.size - 1, 0);
    this.spots = new Float32Array(this.size); // (points, 2) in device pixels, as they are drawn
    this.codes = new Float32Array(points.length); // as the points, but in the order of `byDigit`
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

  /** Size, theme and name; where points can be chosen, also by keyboard. */
  label(name, height, canChoose) {
    this.canChoose = canChoose;
    this.canvas.style.setProperty("--height", `${Number(height) || 360}px`);
    this.theme = themeOf(this.canvas);
    setAttribute(this.canvas, "role", canChoose ? "application" : "img");
    setAttribute(this.canvas, "tabindex", canChoose ? "0" : "");
    setAttribute(this.canvas, "aria-label", name);
  }

  /** How much of the plane is seen, 0 to 1. */
  fade(opacity) {
    this.planes.fade(opacity);
    this.canvas.style.opacity = this.plane ? String(1 - VEIL * opacity ** 2) : "";
  }

  /** The code of a point at a snapshot, or the point's place where the codes are wider. */
  code(point, snapshot) {
    const start = snapshot * this.size + 2 * this.ranks.get(point);
    return this.codes.subarray(start, start + 2);
  }

  // ---- the visitor

  touch({ offsetX, offsetY }) {
    if (!this.canChoose || !this.order) return;
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

  /** The arrow keys go from point to point, one kind of digit after another. */
  key(event) {
    const way = FOLLOWING[event.key];
    if (!way || !this.canChoose || !this.order || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    const count = this.order.length;
    const rank = this.ranks.get(this.chosen) ?? -1;
    this.choose(this.order[(rank + way + count) % count]);
  }

  // ---- the picture

  /** As many device pixels as the screen has under the canvas. */
  resize() {
    this.sharpness = window.devicePixelRatio || 1;
    this.theme = themeOf(this.canvas); // the first time that the canvas is on the page
    this.canvas.width = Math.round(this.canvas.clientWidth * this.sharpness);
    this.canvas.height = Math.round(this.canvas.clientHeight * this.sharpness);
    if (!this.order) return;
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
    // Uneven pixels are uglier than soft ones, but where they are large nobody sees it.
    const pixel = (cell * unit * this.sharpness) / DIGIT_SIDE;
    style.imageRendering = pixel >= 2 ? "pixelated" : "auto";
  }

  /** Draws a place in the run: 0 is its first snapshot, 1.5 between the second and third. */
  draw(place) {
    this.place = place;
    if (!this.order || !this.sharpness || !this.canvas.width) return;
    const { ink, codes, spots, sharpness } = this;
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
    drawLabels(ink, centres, sharpness, this.theme);
    if (this.chosen >= 0) this.drawRing();
  }

  /** The ring, in the text's colour on the page's: seen on points, digits and either theme. */
  drawRing() {
    const { ink, sharpness } = this;
    const rank = this.ranks.get(this.chosen);
    ink.beginPath();
    ink.arc(this.spots[2 * rank], this.spots[2 * rank + 1], RING * sharpness, 0, 2 * Math.PI);
    for (const [colour, line] of [
      [this.theme.ground, 6],
      [this.theme.text, 2.5],
    ]) {
      ink.strokeStyle = colour;
      ink.lineWidth = line * sharpness;
      ink.stroke();
    }
  }
}
