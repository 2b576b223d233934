// The map of a run's code space: its test digits as dots, the decoded plane below them, and above
// them the code, which the visitor moves.

import { CodeMap } from "../../engine/code_map.js";
import { EMPTY_SPACE } from "../../engine/code_space.js";
import { contextOf, DIGIT_SIDE, digitCanvas, element } from "../../engine/dom.js";
import { Plane } from "../../engine/plane.js";
import { wayOf } from "../../engine/ways.js";

/**
 * @import { CodeSpace, Ellipse, Point } from "../../engine/code_space.js"
 * @import { Network } from "../../engine/network.js"
 */

const NEAR = 12; // a dot this many CSS pixels away is touched
const MARK = 9; // radius of the code's mark in CSS pixels
const DOT = 4; // radius of the touched dot
const STEPS_TO_EDGE = 50; // arrow keys from the middle to the edge
const LENS = 56; // side of the digit beside the pointer in CSS pixels
const AWAY = 20; // from the pointer to there

/** The map of a run. It shows a code, and calls back when the visitor moves it. */
export class LatentMap extends CodeMap {
  /** @type {?number} */
  pointer = null; // the id of the pointer that drags the code
  keyed = false; // a key that moves the code is held down
  space = EMPTY_SPACE; // the run's
  /** @type {?Network} */
  network = null; // that decodes the plane, once it is loaded
  /** @type {ArrayLike<number>} */
  points = []; // (n, 2) places
  /** @type {Float32Array} */
  codes = new Float32Array(); // (n, 2) the same by digit
  /** @type {ArrayLike<number>} */
  labels = []; // (n) digits
  /** @type {?Point} */
  place = null; // of the code
  dot = -1; // that is marked
  /** @type {?Ellipse} */
  posterior = null; // around it

  /**
   * @param {Object} on  callbacks
   * @param {() => void} on.grasp  the visitor begins to move the code
   * @param {(place: Point, dot: number) => void} on.move  to a place, near a dot or -1
   * @param {(place: ?Point, dot: number) => void} on.hover  the same of a pointer that moves
   *   nothing; null when it is gone
   * @param {() => void} on.release  the visitor releases it
   * @param {(dot: number) => void} on.choose  a dot is chosen
   * @param {(place: Point) => Float32Array} on.codeAt  asks for the code at a place of the plane
   */
  constructor(on) {
    const marks = element("canvas", {
      role: "application",
      tabindex: "0",
      "data-testid": "latent-map",
    });
    const dots = element("canvas", { "aria-hidden": "true", "data-testid": "latent-dots" });
    super(marks, [dots], 0);
    this.on = on;
    this.marks = marks;
    this.dots = dots;
    this.plane = new Plane("latent-plane");
    this.lens = digitCanvas({ class: "digit lens", "data-testid": "explore-lens" });
    this.lens.setAttribute("aria-hidden", "true");
    this.lens.hidden = true;
    this.root = element(
      "div",
      { class: "map" },
      this.plane.canvas,
      this.dots,
      this.marks,
      this.lens,
    );

    this.marks.onpointerdown = (event) => this.press(event);
    this.marks.onpointermove = (event) => this.point(event);
    this.marks.onpointerup = (event) => this.lift(event);
    this.marks.onpointercancel = (event) => this.lift(event);
    this.marks.onpointerleave = () => this.pointer === null && this.gone();
    this.marks.ondblclick = (event) => this.choose(this.dotAt(this.placeOf(event)));
    this.marks.onkeydown = (event) => this.key(event);
    this.marks.onkeyup = () => this.releaseKey();
    this.marks.onblur = () => this.releaseKey();
  }

  leave() {
    super.leave();
    this.plane.leave();
  }

  // ---- what is shown

  /**
   * Enters the space of a run.
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

  /** Starts an empty plane, with as many digits as the map has room for. */
  startPlane() {
    const { middle, reach } = this.space;
    const side = this.planeSide();
    const grid = { columns: side, rows: side, cell: (2 * reach) / side, middle };
    this.plane.follow(grid, [this.network], this.on.codeAt);
  }

  planeSide() {
    return Math.max(Math.round(this.width / (this.sharpness || 1) / DIGIT_SIDE), 1);
  }

  /**
   * Shows test digits, in the theme's present colours.
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
   * Marks a dot, and its posterior where it has one.
   * @param {number} dot  or -1
   * @param {?Ellipse} posterior
   */
  mark(dot, posterior) {
    this.dot = dot;
    this.posterior = posterior;
    this.drawMarks();
  }

  /**
   * Shows the decoded plane; the dots give way to it.
   * @param {number} opacity  of the plane, 0 to 1
   */
  fade(opacity) {
    this.plane.fade(opacity);
    this.dots.style.opacity = String(1 - 0.65 * opacity);
  }

  /**
   * Shows the decoded digit beside the pointer that makes it.
   * @param {HTMLCanvasElement} decoded
   */
  showLens(decoded) {
    contextOf(this.lens).drawImage(decoded, 0, 0);
    this.lens.hidden = false;
  }

  // ---- the visitor

  /** @param {PointerEvent} event */
  press(event) {
    if (this.pointer !== null || event.button > 0) return;
    try {
      this.marks.setPointerCapture(event.pointerId); // the pointer may leave the map and return
    } catch {
      // The pointer is gone already.
    }
    this.pointer = event.pointerId;
    this.on.grasp();
    this.point(event);
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (this.pointer !== null && event.pointerId !== this.pointer) return; // another finger
    const place = this.placeOf(event);
    this.placeLens(this.inBox(event)); // before anything is drawn: to measure then takes a layout
    const call = this.pointer === null ? this.on.hover : this.on.move;
    call(place, this.dotAt(place));
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.on.release();
    if (event.pointerType !== "mouse") this.gone();
  }

  gone() {
    this.lens.hidden = true;
    this.on.hover(null, -1);
  }

  /** @param {number} dot  or -1 */
  choose(dot) {
    if (dot >= 0) this.on.choose(dot);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.place) return;
    const way = wayOf(event);
    if (event.key === "Enter" || event.key === " ") {
      this.choose(this.dotAt(this.place));
    } else if (way) {
      if (!this.keyed) this.on.grasp();
      this.keyed = true;
      const step = this.space.reach / STEPS_TO_EDGE;
      const [x, y] = this.place;
      const [across, up] = way;
      const inside = this.space.inside([x + (across * step || 0), y + (up * step || 0)]);
      this.on.move(inside, this.dotAt(inside));
    } else {
      return;
    }
    event.preventDefault();
  }

  releaseKey() {
    if (this.keyed) this.on.release();
    this.keyed = false;
  }

  /**
   * The place on the map that an event is at, or the nearest one.
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
   * Where an event is on the map, in CSS pixels.
   * @param {MouseEvent} event
   */
  inBox(event) {
    const { left, top, width } = this.marks.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top, size: width };
  }

  /**
   * The nearest dot that a place touches, or -1.
   * @param {Point} place
   */
  dotAt([x, y]) {
    return this.nearest(this.x(x), this.y(y), NEAR * this.sharpness);
  }

  /**
   * Puts the lens beside the pointer, above it where there is room.
   * @param {{ x: number, y: number, size: number }} pointer  of `inBox`
   */
  placeLens({ x, y, size }) {
    const left = x + AWAY + LENS <= size ? x + AWAY : x - AWAY - LENS;
    const top = y - AWAY - LENS >= 0 ? y - AWAY - LENS : y + AWAY;
    this.lens.style.transform = `translate(${left}px, ${top}px)`;
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
   * The code's mark, the touched dot and its ellipse: a few strokes, each time the pointer moves.
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
    // A code beyond the map is at its edge.
    const [x, y] = this.space.inside(this.place);
    this.circle(ink, this.x(x), this.y(y), MARK);
    this.outline(ink, 3);
  }
}
