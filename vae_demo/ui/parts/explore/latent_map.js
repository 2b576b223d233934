// The map of a run's code space: test digits as dots, the decoded plane beneath them, and the code
// on top, which the visitor can move.

import { CodeMap } from "../../engine/code_map.js";
import { EMPTY_SPACE } from "../../engine/code_space.js";
import { contextOf, DIGIT_SIDE, element } from "../../engine/dom.js";
import { Plane } from "../../engine/plane.js";
import { Lens } from "./lens.js";

/**
 * @import { CodeSpace, Ellipse, Point } from "../../engine/code_space.js"
 * @import { Network } from "../../engine/network.js"
 */

const NEAR = 12; // a dot can be selected from this many CSS pixels away
const MARK = 9; // radius of the code's mark in CSS pixels
const DOT = 4; // radius of the selected dot

/** The map of a run. It shows a code, which `MapInput` moves. */
export class LatentMap extends CodeMap {
  space = EMPTY_SPACE; // the run's
  /** @type {?Network} */
  network = null; // decodes the plane, once it is loaded
  /** @type {ArrayLike<number>} */
  points = []; // (n, 2) places
  /** @type {Float32Array} */
  codes = new Float32Array(); // (n, 2) the same, sorted by digit
  /** @type {ArrayLike<number>} */
  labels = []; // (n) digits
  /** @type {?Point} */
  place = null; // of the code
  dot = -1; // that is marked
  /** @type {?Ellipse} */
  posterior = null; // around it

  /** @param {(place: Point) => Float32Array} codeAt  returns the code at a position on the plane */
  constructor(codeAt) {
    const marks = element("canvas", {
      role: "application",
      tabindex: "0",
      "data-testid": "latent-map",
    });
    const dots = element("canvas", { "aria-hidden": "true", "data-testid": "latent-dots" });
    super(marks, [dots], 0);
    this.codeOf = codeAt;
    this.marks = marks;
    this.dots = dots;
    this.plane = new Plane("latent-plane");
    this.lens = new Lens();
    this.root = element(
      "div",
      { class: "map" },
      this.plane.canvas,
      this.dots,
      this.marks,
      this.lens.canvas,
    );
  }

  leave() {
    super.leave();
    this.plane.leave();
  }

  // ---- what is shown

  /**
   * Shows the space of a run.
   * @param {CodeSpace} space
   */
  enter(space) {
    this.space = space;
    this.network = null;
    this.setBounds(space.middle, [space.reach, space.reach]);
    this.startPlane();
  }

  /** @param {Network} network  that decodes the plane */
  arrive(network) {
    this.network = network;
    this.startPlane();
  }

  /** Starts an empty plane with as many digits as fit the map. */
  startPlane() {
    const { middle, reach } = this.space;
    const side = this.planeSide();
    const grid = { columns: side, rows: side, cell: (2 * reach) / side, middle };
    this.plane.follow(grid, [this.network], this.codeOf);
  }

  planeSide() {
    return Math.max(Math.round(this.width / (this.sharpness || 1) / DIGIT_SIDE), 1);
  }

  /**
   * Shows test digits in the current colours of the theme.
   * @param {ArrayLike<number>} points  (n, 2) places
   * @param {ArrayLike<number>} labels  (n) digits
   * @param {string[]} colours  of the ten digits
   */
  follow(points, labels, colours) {
    this.points = points;
    this.labels = labels;
    this.setPoints(labels, colours);
    this.codes = this.sorted(points);
    this.resize();
  }

  /**
   * Shows where the code is.
   * @param {Point} place
   */
  show(place) {
    this.place = place;
    this.drawMarks();
  }

  /**
   * Marks a dot, and its posterior if there is one.
   * @param {number} dot  or -1
   * @param {?Ellipse} posterior
   */
  mark(dot, posterior) {
    this.dot = dot;
    this.posterior = posterior;
    this.drawMarks();
  }

  /**
   * Shows the decoded plane; the dots fade accordingly.
   * @param {number} opacity  of the plane, 0 to 1
   */
  fade(opacity) {
    this.plane.fade(opacity);
    this.dots.style.opacity = String(1 - 0.65 * opacity);
  }

  // ---- places

  /**
   * The position of an event on the map, or the nearest one inside it.
   * @param {MouseEvent} event
   */
  placeOf(event) {
    const { middle, reach } = this.space;
    const { x, y, size } = this.inBox(event);
    return this.space.inside([
      middle[0] + reach * ((2 * x) / size - 1),
      middle[1] - reach * ((2 * y) / size - 1),
    ]);
  }

  /**
   * The position of an event in the map's box, in CSS pixels.
   * @param {MouseEvent} event
   */
  inBox(event) {
    const { left, top, width } = this.marks.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top, size: width };
  }

  /**
   * The nearest dot that can be selected at a position, or -1.
   * @param {Point} place
   */
  dotAt([x, y]) {
    return this.nearest(this.x(x), this.y(y), NEAR * this.sharpness);
  }

  // ---- the picture

  resize() {
    super.resize();
    if (this.planeSide() !== this.plane.grid.columns) this.startPlane();
  }

  redraw() {
    this.drawPoints(contextOf(this.dots), this.codes);
    this.drawMarks();
  }

  /**
   * Draws the mark of the code, the selected dot and its ellipse, each time the pointer moves.
   */
  drawMarks() {
    if (!this.width || !this.place) return;
    const ink = contextOf(this.marks);
    ink.clearRect(0, 0, this.width, this.height);
    if (this.dot >= 0) {
      const x = this.x(this.points[2 * this.dot]);
      const y = this.y(this.points[2 * this.dot + 1]);
      ink.fillStyle = this.colours[this.labels[this.dot]];
      if (this.posterior) {
        const { long, short, angle } = this.posterior;
        this.ellipse(ink, x, y, long, short, angle);
        ink.globalAlpha = 0.3;
        ink.fill();
        ink.globalAlpha = 1;
        this.outline(ink, 1);
      }
      this.circle(ink, x, y, DOT);
      ink.fill();
      this.outline(ink, 1);
    }
    // A code outside the map is shown at its edge.
    const [x, y] = this.space.inside(this.place);
    this.circle(ink, this.x(x), this.y(y), MARK);
    this.outline(ink, 3);
  }
}
