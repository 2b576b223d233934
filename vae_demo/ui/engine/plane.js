// The decoded plane: what the decoder makes of every place on the map, painted little by little.
import { contextOf, DIGIT_SIDE, element } from "./dom.js";
import { paintInk } from "./ink.js";
import { decode } from "./network.js";

/**
 * @import { CodeSpace, Point } from "./code_space.js"
 * @import { Network } from "./network.js"
 */

const SLICE = 6; // milliseconds of each frame, too few for the visitor to notice
const GOLDEN = 0.618; // of all digits is the step to the next one: they fill the plane evenly

/** A canvas of side x side digits that lies under the map's points. */
export class Plane {
  side = 0; // digits
  opacity = 0;
  next = 0; // the digit to paint, counted by steps of GOLDEN
  stale = 0; // digits that are still those of another plane
  step = 1; // digits from one to the next that is painted
  frame = 0; // the animation frame that is asked for, 0 for none
  /** @type {?Network} */
  network = null;
  /** @type {?CodeSpace} */
  space = null;
  /** @type {?Float32Array} */
  z = null; // a code of the plane

  constructor() {
    this.canvas = element("canvas", {
      class: "plane",
      "aria-hidden": "true",
      "data-testid": "latent-plane",
    });
  }

  /** Ends the painting. */
  leave() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  /**
   * Shows another run.
   * @param {?Network} network  null until it is loaded
   * @param {CodeSpace} space
   * @param {?Float32Array} z
   */
  follow(network, space, z) {
    this.leave();
    this.network = network;
    this.space = space;
    this.z = z;
    this.blank();
  }

  /** @param {number} side  digits in a row and in a column */
  resize(side) {
    if (side === this.side) return;
    this.side = side;
    this.canvas.width = this.canvas.height = side * DIGIT_SIDE;
    this.canvas.dataset.side = String(side);
    const count = side * side;
    this.step = Math.round(GOLDEN * count);
    while (commonDivisor(this.step, count) > 1) this.step++;
    this.blank();
  }

  /**
   * Shows the plane through a code; two latents have but one plane.
   * @param {Float32Array} z
   */
  aim(z) {
    if (this.z && this.space && this.space.latent <= 2) return;
    this.z = z;
    this.stale = this.side * this.side;
    this.run();
  }

  /** @param {number} opacity  0 to 1; a plane that is not seen is not painted */
  fade(opacity) {
    this.opacity = opacity;
    this.canvas.style.opacity = String(opacity);
    this.run();
  }

  blank() {
    const ink = contextOf(this.canvas, { willReadFrequently: true });
    ink.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.stale = this.side * this.side;
    this.run();
  }

  /** Asks for an animation frame while there is something to paint. */
  run() {
    const wanted = this.stale > 0 && this.opacity > 0 && this.network && this.z;
    this.canvas.toggleAttribute("data-busy", this.stale > 0);
    if (wanted) this.frame ||= requestAnimationFrame(() => this.slice());
  }

  /** Paints some digits, of the newest plane each, and asks to go on. */
  slice() {
    this.frame = 0;
    const { side, network, space, z } = this;
    if (!network || !space || !z) return;
    const end = performance.now() + SLICE;
    while (this.stale > 0 && performance.now() < end) {
      const at = (this.next * this.step) % (side * side);
      this.next = (this.next + 1) % (side * side);
      this.stale--;
      const column = at % side;
      const row = Math.floor(at / side);
      /** @type {Point} */
      const place = [
        space.middle[0] + space.reach * ((2 * column + 1) / side - 1),
        space.middle[1] - space.reach * ((2 * row + 1) / side - 1),
      ];
      const ink = decode(network, space.moved(z, place));
      paintInk(this.canvas, ink, column * DIGIT_SIDE, row * DIGIT_SIDE);
    }
    this.run();
  }
}

/** @param {number} a @param {number} b @returns {number} */
function commonDivisor(a, b) {
  return b ? commonDivisor(b, a % b) : a;
}
