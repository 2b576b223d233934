// The map of a run's code space: test digits as dots, beneath them the decoded plane and what a
// classifier reads there, and the code on top, which the visitor can move.

import { CodeMap } from "../../engine/code_map.js";
import { EMPTY_SPACE } from "../../engine/code_space.js";
import { contextOf, DIGIT_SIDE, element } from "../../engine/dom.js";
import { Plane } from "../../engine/plane.js";
import { Lens } from "./lens.js";
import { ReadingLayer } from "./reading_layer.js";
import { inSquare, Spacing } from "./spacing.js";

/**
 * @import { CodeSpace, Ellipse, Point } from "../../engine/code_space.js"
 * @import { Network } from "../../engine/network.js"
 * @import { SpacingName } from "./spacing.js"
 */

const NEAR = 12; // a dot can be selected from this many CSS pixels away
const MARK = 9; // radius of the code's mark in CSS pixels
const DOT = 4; // radius of the selected dot
const ELLIPSE = 96; // corners of the ellipse's outline, which equal probability bends

/**
 * The map of a run: the square [-1, 1]², in which `spacing` places the codes. It shows a code, which
 * `MapInput` moves.
 */
export class LatentMap extends CodeMap {
  spacing = new Spacing(EMPTY_SPACE, "linear"); // of the run's space
  /** @type {?Network} */
  network = null; // decodes the plane, once it is loaded
  /** @type {ArrayLike<number>} */
  points = []; // (n, 2) places
  /** @type {Float32Array} */
  codes = new Float32Array(); // (n, 2) the same in the square, sorted by digit
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
    /** @param {Point} point  of the square */
    this.codeAtPoint = (point) => codeAt(this.spacing.toPlace(point));
    this.marks = marks;
    this.dots = dots;
    this.plane = new Plane("latent-plane");
    this.reading = new ReadingLayer(this.codeAtPoint);
    this.lens = new Lens();
    this.root = element(
      "div",
      { class: "map" },
      this.plane.canvas,
      this.reading.canvas,
      this.dots,
      this.marks,
      this.lens.root,
    );
  }

  leave() {
    super.leave();
    this.plane.leave();
    this.reading.leave();
  }

  // ---- what is shown

  /**
   * Shows the space of a run.
   * @param {CodeSpace} space
   */
  enter(space) {
    this.network = null;
    this.spacing = new Spacing(space, this.spacing.name);
    this.startLayers();
  }

  /** @param {Network} network  that decodes the plane */
  arrive(network) {
    this.network = network;
    this.startLayers();
  }

  /** @param {SpacingName} name  another spacing */
  space(name) {
    if (name === this.spacing.name) return;
    this.spacing = new Spacing(this.spacing.space, name);
    this.placeDots();
    this.startLayers();
    this.redraw();
  }

  /** Starts the layers beneath the dots anew; the plane with as many digits as fit the map. */
  startLayers() {
    const side = this.planeSide();
    /** @type {Point} */
    const middle = [0, 0];
    const grid = { columns: side, rows: side, cell: 2 / side, middle };
    this.plane.follow(grid, [this.network], this.codeAtPoint);
    this.reading.follow(this.network);
  }

  /** The layers follow a code that has left their plane. */
  repaint() {
    this.plane.repaint();
    this.reading.repaint();
  }

  planeSide() {
    return Math.max(Math.round(this.width / (this.sharpness || 1) / DIGIT_SIDE), 1);
  }

  /**
   * Shows test digits in the current colours of the theme.
   * @param {ArrayLike<number>} points  (n, 2) places
   * @param {ArrayLike<number>} labels  (n) digits, or the kinds of other pictures
   * @param {string[]} colours  of the labels
   * @param {string[]} names  likewise
   */
  follow(points, labels, colours, names) {
    this.points = points;
    this.labels = labels;
    this.setPoints(labels, colours, names);
    this.reading.paintIn(colours);
    this.placeDots();
    this.resize();
  }

  placeDots() {
    const { points, spacing } = this;
    const places = Array.from(points, (value, at) => spacing.forward(value, at % 2));
    this.codes = this.sorted(places);
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
    const { x, y, size } = this.inBox(event);
    return this.spacing.toPlace(inSquare([(2 * x) / size - 1, 1 - (2 * y) / size]));
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
  dotAt(place) {
    const [x, y] = this.spacing.toSquare(place);
    return this.nearest(this.x(x), this.y(y), NEAR * this.sharpness);
  }

  // ---- the picture

  resize() {
    super.resize();
    if (this.planeSide() !== this.plane.grid.columns) this.startLayers();
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
      /** @type {Point} */
      const centre = [this.points[2 * this.dot], this.points[2 * this.dot + 1]];
      const [x, y] = this.onCanvas(centre);
      ink.fillStyle = this.colours[this.labels[this.dot]];
      if (this.posterior) {
        this.outlineOf(ink, centre, this.posterior);
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
    const [x, y] = inSquare(this.spacing.toSquare(this.place));
    this.circle(ink, this.x(x), this.y(y), MARK);
    this.outline(ink, 3);
  }

  /**
   * @param {Point} place
   * @returns {Point}  in device pixels
   */
  onCanvas(place) {
    const [x, y] = this.spacing.toSquare(place);
    return [this.x(x), this.y(y)];
  }

  /**
   * Begins the outline of an ellipse.
   * @param {CanvasRenderingContext2D} ink
   * @param {Point} centre  its place
   * @param {Ellipse} ellipse
   */
  outlineOf(ink, [x, y], { long, short, angle }) {
    ink.beginPath();
    for (let corner = 0; corner < ELLIPSE; corner++) {
      const turn = (2 * Math.PI * corner) / ELLIPSE;
      const across = long * Math.cos(turn);
      const up = short * Math.sin(turn);
      ink.lineTo(
        ...this.onCanvas([
          x + across * Math.cos(angle) - up * Math.sin(angle),
          y + across * Math.sin(angle) + up * Math.cos(angle),
        ]),
      );
    }
    ink.closePath();
  }
}
