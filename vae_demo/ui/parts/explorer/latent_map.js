// The map of a run's code space: its test digits as dots, the decoded plane below them, and above
// them the code, which the visitor moves.

import { EMPTY_SPACE } from "../../engine/code_space.js";
import { contextOf, DIGIT_SIDE, digitCanvas, element } from "../../engine/dom.js";
import { Plane } from "../../engine/plane.js";
import { byDigit, drawLabels, drawPoints, themeOf } from "../../engine/points.js";

/** @import { CodeSpace, Ellipse, Point } from "../../engine/code_space.js" */

const NEAR = 12; // a dot this many CSS pixels away is touched
const MARK = 9; // radius of the code's mark in CSS pixels
const STEPS_TO_EDGE = 50; // arrow keys from the middle to the edge
const LEAP = 10; // as many of them with PageUp and PageDown
const LENS = 56; // side of the digit beside the pointer in CSS pixels
const AWAY = 20; // from the pointer to there
/** @type {Object<string, [number, number]>} */
const WAYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, LEAP],
  PageDown: [0, -LEAP],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
};

/** The map of a run. It shows a code, and calls back when the visitor moves it. */
export class LatentMap {
  width = 0; // of its side, in device pixels
  sharpness = 1; // device pixels per CSS pixel
  /** @type {?number} */
  pointer = null; // the id of the pointer that drags the code
  keyed = false; // a key that moves the code is held down
  space = EMPTY_SPACE; // the run's
  /** @type {ArrayLike<number>} */
  points = []; // (n, 2) places
  /** @type {ArrayLike<number>} */
  labels = []; // (n) digits
  /** @type {string[]} */
  colours = []; // of the ten digits
  /** @type {number[]} */
  order = []; // of `byDigit`
  /** @type {number[]} */
  ends = []; // likewise
  /** @type {?Point} */
  place = null; // of the code
  dot = -1; // that is marked
  /** @type {?Ellipse} */
  ellipse = null; // around it
  ground = ""; // the page's colour
  text = ""; // the colour of its text

  /**
   * @param {Object} on  callbacks
   * @param {() => void} on.grasp  the visitor begins to move the code
   * @param {(place: Point, dot: number) => void} on.move  to a place, near a dot or -1
   * @param {(place: ?Point, dot: number) => void} on.hover  the same of a pointer that moves
   *   nothing; null when it is gone
   * @param {() => void} on.release  the visitor releases it
   * @param {(dot: number) => void} on.choose  a dot is chosen
   */
  constructor(on) {
    this.on = on;
    this.plane = new Plane();
    this.dots = element("canvas", { "aria-hidden": "true", "data-testid": "latent-dots" });
    this.marks = element("canvas", {
      role: "application",
      tabindex: "0",
      "data-testid": "latent-map",
    });
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
    this.marks.ondblclick = (event) => this.choose(this.nearest(this.placeOf(event)));
    this.marks.onkeydown = (event) => this.key(event);
    this.marks.onkeyup = () => this.releaseKey();
    this.marks.onblur = () => this.releaseKey();
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.root);
  }

  leave() {
    this.resizing.disconnect();
    this.plane.leave();
  }

  // ---- what is shown

  /**
   * Shows another run.
   * @param {CodeSpace} space
   * @param {ArrayLike<number>} points  (n, 2) places
   * @param {ArrayLike<number>} labels  (n) digits
   * @param {string[]} colours  of the ten digits
   */
  follow(space, points, labels, colours) {
    this.space = space;
    this.points = points;
    this.labels = labels;
    this.colours = colours;
    Object.assign(this, byDigit(labels));
    this.drawDots();
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
   * @param {?Ellipse} ellipse
   */
  mark(dot, ellipse) {
    this.dot = dot;
    this.ellipse = ellipse;
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
    call(place, this.nearest(place));
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
    if (event.key === "Enter" || event.key === " ") {
      this.choose(this.nearest(this.place));
    } else if (event.key in WAYS) {
      if (!this.keyed) this.on.grasp();
      this.keyed = true;
      const step = this.space.reach / STEPS_TO_EDGE;
      const [x, y] = this.place;
      const [across, up] = WAYS[event.key];
      const inside = this.space.inside([x + (across * step || 0), y + (up * step || 0)]);
      this.on.move(inside, this.nearest(inside));
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
  nearest([x, y]) {
    let found = -1;
    let least = ((NEAR * this.sharpness) / this.scale()) ** 2;
    for (let i = 0; i < this.labels.length; i++) {
      const square = (this.points[2 * i] - x) ** 2 + (this.points[2 * i + 1] - y) ** 2;
      if (square >= least) continue;
      least = square;
      found = i;
    }
    return found;
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

  /** Device pixels per unit of the map. */
  scale() {
    return this.width / (2 * this.space.reach);
  }

  /**
   * A place in device pixels.
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  spot(x, y) {
    const { middle, reach } = this.space;
    const scale = this.scale();
    return [(x - middle[0] + reach) * scale, (reach - y + middle[1]) * scale];
  }

  /** As many device pixels as the screen has under the map. */
  resize() {
    this.sharpness = window.devicePixelRatio || 1;
    const side = this.root.clientWidth;
    this.width = Math.round(side * this.sharpness);
    for (const canvas of [this.dots, this.marks]) canvas.width = canvas.height = this.width;
    this.plane.resize(Math.max(Math.round(side / DIGIT_SIDE), 1));
    if (this.labels.length) this.drawDots();
  }

  drawDots() {
    if (!this.width) return;
    const ink = contextOf(this.dots);
    const spots = new Float32Array(this.points.length);
    this.order.forEach((point, i) =>
      spots.set(this.spot(this.points[2 * point], this.points[2 * point + 1]), 2 * i),
    );
    const centres = drawPoints(ink, spots, this.ends, this.colours, this.sharpness);
    const theme = themeOf(this.root);
    drawLabels(ink, centres, this.sharpness, theme);
    this.ground = theme.ground;
    this.text = theme.text;
    this.drawMarks();
  }

  /**
   * The code's mark, the touched dot and its ellipse: a few strokes, each time the pointer moves.
   */
  drawMarks() {
    if (!this.width || !this.place) return;
    const { sharpness } = this;
    const ink = contextOf(this.marks);
    ink.clearRect(0, 0, this.width, this.width);
    if (this.dot >= 0) {
      const [x, y] = this.spot(this.points[2 * this.dot], this.points[2 * this.dot + 1]);
      const colour = this.colours[this.labels[this.dot]];
      if (this.ellipse) {
        const { long, short, angle } = this.ellipse;
        ink.beginPath();
        ink.ellipse(x, y, long * this.scale(), short * this.scale(), -angle, 0, 2 * Math.PI);
        ink.globalAlpha = 0.3;
        ink.fillStyle = colour;
        ink.fill();
        ink.globalAlpha = 1;
        this.outline(ink, 1);
      }
      ink.beginPath();
      ink.arc(x, y, 4 * sharpness, 0, 2 * Math.PI);
      ink.fillStyle = colour;
      ink.fill();
      this.outline(ink, 1);
    }
    // A code beyond the map is at its edge.
    ink.beginPath();
    ink.arc(...this.spot(...this.space.inside(this.place)), MARK * sharpness, 0, 2 * Math.PI);
    this.outline(ink, 3);
  }

  /**
   * A line in the text's colour on the page's, seen on dots, digits and either theme.
   * @param {CanvasRenderingContext2D} ink
   * @param {number} width  in CSS pixels
   */
  outline(ink, width) {
    ink.strokeStyle = this.ground;
    ink.lineWidth = (width + 3) * this.sharpness;
    ink.stroke();
    ink.strokeStyle = this.text;
    ink.lineWidth = width * this.sharpness;
    ink.stroke();
  }
}
