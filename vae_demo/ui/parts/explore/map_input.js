// Pointer and keyboard on the map: the visitor moves the code, points at dots and chooses one.

import { arrowStep } from "../../engine/arrow_keys.js";
import { capturePointer } from "../../engine/pointer.js";
import { inSquare } from "./spacing.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { LatentMap } from "./latent_map.js"
 */

const STEPS_TO_EDGE = 50; // arrow key presses from the centre to the edge

/** What the visitor does on the map, as callbacks. */
export class MapInput {
  /** @type {?number} */
  pointer = null; // the id of the pointer that drags the code
  keyed = false; // whether a key that moves the code is held down

  /**
   * @param {LatentMap} map
   * @param {Object} on  callbacks
   * @param {() => void} on.grasp  called when the visitor begins to move the code
   * @param {(place: Point, dot: number) => void} on.move  called with the new position and the dot
   *   near it, or -1
   * @param {(place: ?Point, dot: number) => void} on.hover  the same for a pointer that moves
   *   nothing; null when it has left
   * @param {() => void} on.release  called when the visitor releases the code
   * @param {(dot: number) => void} on.choose  called when a dot is chosen
   */
  constructor(map, on) {
    this.map = map;
    this.on = on;
    const { marks } = map;
    marks.onpointerdown = (event) => this.press(event);
    marks.onpointermove = (event) => this.point(event);
    marks.onpointerup = (event) => this.lift(event);
    marks.onpointercancel = (event) => this.lift(event);
    marks.onpointerleave = () => this.pointer === null && this.gone();
    marks.ondblclick = (event) => this.choose(map.dotAt(map.placeOf(event)));
    marks.onkeydown = (event) => this.key(event);
    marks.onkeyup = () => this.releaseKey();
    marks.onblur = () => this.releaseKey();
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (this.pointer !== null || event.button > 0) return;
    capturePointer(this.map.marks, event); // it may leave the map and return
    this.pointer = event.pointerId;
    this.on.grasp();
    this.point(event);
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (this.pointer !== null && event.pointerId !== this.pointer) return; // another finger
    const { map } = this;
    const place = map.placeOf(event);
    map.lens.place(map.inBox(event)); // before drawing, since measuring after it causes a layout
    const call = this.pointer === null ? this.on.hover : this.on.move;
    call(place, map.dotAt(place));
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.on.release();
    if (event.pointerType !== "mouse") this.gone();
  }

  gone() {
    this.map.lens.hide();
    this.on.hover(null, -1);
  }

  /** @param {number} dot  or -1 */
  choose(dot) {
    if (dot >= 0) this.on.choose(dot);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { map } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || !map.place) return;
    const arrow = arrowStep(event);
    if (event.key === "Enter" || event.key === " ") {
      this.choose(map.dotAt(map.place));
    } else if (arrow) {
      if (!this.keyed) this.on.grasp();
      this.keyed = true;
      const [x, y] = map.spacing.toSquare(map.place);
      const [across, up] = arrow;
      const point = inSquare([x + across / STEPS_TO_EDGE, y + up / STEPS_TO_EDGE]);
      const inside = map.spacing.toPlace(point);
      this.on.move(inside, map.dotAt(inside));
    } else {
      return;
    }
    event.preventDefault();
  }

  releaseKey() {
    if (this.keyed) this.on.release();
    this.keyed = false;
  }
}
