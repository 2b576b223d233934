// The map of a run's code space: test digits as dots, the decoded plane beneath them, and the code
// on top, which the visitor can move.

import { CodeMap } from "../../engine/code_map.js";
import { EMPTY_SPACE } from "../../engine/code_space.js";
import { contextOf, DIGIT_SIDE, digitCanvas, element } from "../../engine/dom.js";
import { Plane } from "../../engine/plane.js";
import { wayOf } from "../../engine/ways.js";

/**
 * @import { CodeSpace, Ellipse, Point } from "../../engine/code_space.js"
 * @import { Network } from "../../engine/network.js"
 */

const NEAR = 12; // a dot can be selected from this many CSS pixels away
const MARK = 9; // radius of the code's mark in CSS pixels
const DOT = 4; // radius of the selected dot
const STEPS_TO_EDGE = 50; // arrow key presses from the centre to the edge
const LENS = 56; // side of the digit beside the pointer in CSS pixels
const AWAY = 20; // distance from the pointer to that digit

/** The map of a run. It shows a code and calls back when the visitor moves it. */
export class LatentMap extends CodeMap {
  /** @type {?number} */
  pointer = null; // the id of the pointer that drags the code
  keyed = false; // whether a key that moves the code is held down
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

  /**
   * @param {Object} on  callbacks
   * @param {() => void} on.grasp  called when the visitor begins to move the code
   * @param {(place: Point, dot: number) => void} on.move  called with the new position and the dot
   *   near it, or -1
   * @param {(place: ?Point, dot: number) => void} on.hover  the same for a pointer that moves
   *   nothing; null when it has left
   * @param {() => void} on.release  called when the visitor releases the code
   * @param {(dot: number) => void} on.choose  called when a dot is chosen
   * @param {(place: Point) => Float32Array} on.codeAt  returns the code at a position on the plane
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
    this.plane.follow(grid, [this.network], this.on.codeAt);
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

  /**
   * Shows the decoded digit beside the pointer.
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
      // The pointer is already up.
    }
    this.pointer = event.pointerId;
    this.on.grasp();
    this.point(event);
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (this.pointer !== null && event.pointerId !== this.pointer) return; // another finger
    const place = this.placeOf(event);
    this.placeLens(this.inBox(event)); // before drawing, since measuring after it causes a layout
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

  /**
   * Places the lens beside the pointer, above it if there is room.
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
