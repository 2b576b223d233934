// Pointer and keyboard on the map: the visitor moves the point, or draws a curve.
import { arrowStep } from "../../engine/arrow_keys.js";
import { capturePointer, holdPage, spotOf } from "../../engine/pointer.js";
import { REACH } from "./distances.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { PlaneMap } from "./plane_map.js"
 */

const KEY_STEP = 0.05; // by which an arrow key moves the point or the pen
const GRASP = 32; // CSS pixels around the point, for a finger
const STROKE_STEP = 0.04; // the least distance between two points of a stroke
const LONGEST_STROKE = 150; // points

/** What the visitor does on the map, as callbacks. */
export class MapInput {
  /** @type {?number} */
  pointer = null; // the id of the pointer that is pressed on the map
  holds = false; // whether that pointer holds the point or the pen; a finger may also scroll
  keyed = false; // whether an arrow key has moved the point
  penDown = false;
  /** @type {Point} */
  kept = [0, 0]; // where the visitor has put the point

  /**
   * @param {PlaneMap} map
   * @param {Object} on  callbacks
   * @param {() => void} on.move  called when the map has to be drawn again
   * @param {(place: Point) => void} on.keep  called when the visitor has put the point elsewhere
   * @param {() => void} on.stop  called when the visitor no longer draws a curve
   * @param {(stroke: number[]) => void} on.stroke  called with the points, (n * 2), of a curve
   */
  constructor(map, on) {
    this.map = map;
    this.on = on;
    const { canvas } = map;
    canvas.onpointerdown = (event) => this.press(event);
    holdPage(canvas, () => this.pointer !== null && this.holds);
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => this.lift(event);
    canvas.onpointerleave = () => this.pointer === null && this.rest();
    canvas.onkeydown = (event) => this.key(event);
    canvas.onkeyup = () => this.releaseKey();
    canvas.onblur = () => this.releaseKey();
  }

  // ---- the point

  /**
   * Puts the point somewhere.
   * @param {Point} place
   */
  put(place) {
    this.kept = place;
    this.map.point = place;
  }

  /**
   * Moves the point, or the pen.
   * @param {Point} place
   */
  moveTo([x, y]) {
    const { map } = this;
    map.point = [inside(x), inside(y)];
    if (this.penDown) extend(map.stroke, map.point);
    else map.follow();
    this.on.move();
  }

  /** The pointer has left the map: the point is again where the visitor has put it. */
  rest() {
    if (!this.map.drawing) this.moveTo(this.kept);
  }

  /** The point stays where it is. */
  keep() {
    const [x, y] = this.map.point.map((v) => Number(v.toFixed(2)));
    if (x === this.kept[0] && y === this.kept[1]) return;
    this.put([x, y]);
    this.on.keep(this.kept);
  }

  // ---- the curve

  /** The visitor begins to draw a curve. */
  startDrawing() {
    this.map.drawing = true;
    this.map.stroke = [];
    this.penDown = false;
    this.map.canvas.focus({ preventScroll: true });
    this.on.move();
  }

  stopDrawing() {
    this.map.drawing = this.penDown = false;
    this.map.point = this.kept;
    this.on.stop();
  }

  /** @param {Point} place */
  putPenDown(place) {
    this.map.point = place;
    this.map.stroke = [...place];
    this.penDown = true;
    this.on.move();
  }

  liftPen() {
    this.penDown = false;
    this.on.stroke(this.map.stroke);
  }

  // ---- events

  /** @param {PointerEvent} event @returns {Point} */
  placeOf(event) {
    const { x, y } = spotOf(this.map.canvas, event);
    const [right, up] = this.map.codeAt(x, y);
    return [inside(right), inside(up)];
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (this.pointer !== null || event.button > 0) return;
    capturePointer(this.map.canvas, event); // it may leave the map and return
    this.pointer = event.pointerId;
    this.holds = event.pointerType === "mouse" || this.map.drawing || this.isNear(event);
    if (this.map.drawing) this.putPenDown(this.placeOf(event));
    else if (this.holds) this.moveTo(this.placeOf(event));
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (this.pointer !== null && event.pointerId !== this.pointer) return; // another finger
    if (this.map.drawing && this.pointer === null) return;
    this.moveTo(this.placeOf(event));
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    if (this.penDown) return this.liftPen();
    if (this.map.drawing) return;
    if (this.holds || event.type === "pointerup") {
      this.moveTo(this.placeOf(event));
      this.keep();
    } else this.rest(); // the finger has scrolled the page
  }

  /** Whether a pointer is at the point. @param {PointerEvent} event */
  isNear(event) {
    const { map } = this;
    const { x, y } = spotOf(map.canvas, event);
    const [right, up] = map.point;
    return Math.hypot(map.x(right) - x, map.y(up) - y) < GRASP * map.sharpness;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { map } = this;
    const arrow = arrowStep(event);
    if (arrow) {
      this.keyed = true;
      const [x, y] = map.point;
      this.moveTo([x + (KEY_STEP * arrow[0] || 0), y + (KEY_STEP * arrow[1] || 0)]);
    } else if (map.drawing && (event.key === " " || event.key === "Enter")) {
      if (this.penDown) this.liftPen();
      else if (!event.repeat) this.putPenDown(map.point);
    } else if (map.drawing && event.key === "Escape") {
      this.stopDrawing();
    } else {
      return;
    }
    event.preventDefault();
  }

  releaseKey() {
    if (this.keyed && !this.map.drawing) this.keep();
    this.keyed = false;
  }
}

/**
 * A coordinate, at most as far out as the edges of the map.
 * @param {number} v
 */
function inside(v) {
  return Math.min(Math.max(v, -REACH), REACH);
}

/**
 * Adds a point to a stroke, if it is not too near to the last one.
 * @param {number[]} stroke  (n * 2)
 * @param {Point} place
 */
function extend(stroke, [x, y]) {
  const [lastX, lastY] = stroke.slice(-2);
  if (Math.hypot(x - lastX, y - lastY) < STROKE_STEP) return;
  if (stroke.length < 2 * LONGEST_STROKE) stroke.push(x, y);
}
