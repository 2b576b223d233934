// A view of points in space on a canvas, which the visitor turns.
import { contextOf, element } from "../../engine/dom.js";
import { themeOf } from "../../engine/points.js";

/** @import { Theme } from "../../engine/points.js" */

/** @typedef {[number, number, number]} Place  a point of space */

/**
 * @typedef {Object} Shown  a point on the canvas
 * @property {number} x  device pixels from the left
 * @property {number} y  device pixels from the top
 * @property {number} near  0 for the farthest points of the cube ±1, 1 for the nearest
 * @property {number} size  device pixels of one unit of space there
 */

const DISTANCE = 6; // of the eye from the middle, in units of space
const REACH = 1.45; // units of space from the middle to the edge of the canvas

/** A canvas on which points of the cube ±1 are seen from a side. */
export class SpaceView {
  turn = 0; // degrees around the vertical axis
  tilt = 0; // degrees by which the eye is above the middle
  sharpness = 0; // device pixels per CSS pixel; 0 until the canvas has a size
  width = 0; // device pixels
  height = 0;
  /** @type {?Theme} */
  theme = null;

  /** @param {() => void} redraw  called when the size has changed */
  constructor(redraw) {
    this.canvas = element("canvas", {
      class: "space",
      role: "application",
      tabindex: "0",
      "data-testid": "space",
    });
    this.ink = contextOf(this.canvas);
    this.resizing = new ResizeObserver(() => {
      this.resize();
      redraw();
    });
    this.resizing.observe(this.canvas);
  }

  leave() {
    this.resizing.disconnect();
  }

  resize() {
    const { canvas } = this;
    this.sharpness = window.devicePixelRatio || 1;
    this.width = canvas.width = Math.round(canvas.clientWidth * this.sharpness);
    this.height = canvas.height = Math.round(canvas.clientHeight * this.sharpness);
    this.theme = themeOf(canvas);
  }

  /**
   * Where a point of space is seen: its third number is the height.
   * @param {ArrayLike<number>} points  (n * 3)
   * @param {number} [at]  the first of its numbers
   * @returns {Shown}
   */
  see(points, at = 0) {
    const turn = (this.turn * Math.PI) / 180;
    const tilt = (this.tilt * Math.PI) / 180;
    const [x, y, z] = [points[at], points[at + 1], points[at + 2]];
    const right = x * Math.cos(turn) - y * Math.sin(turn);
    const away = x * Math.sin(turn) + y * Math.cos(turn);
    const up = z * Math.cos(tilt) + away * Math.sin(tilt);
    const deep = away * Math.cos(tilt) - z * Math.sin(tilt);
    const half = Math.min(this.width, this.height) / 2;
    const size = ((half / REACH) * DISTANCE) / (DISTANCE + deep);
    return {
      x: this.width / 2 + size * right,
      y: this.height / 2 - size * up,
      near: Math.min(Math.max(0.5 - deep / (2 * REACH), 0), 1),
      size,
    };
  }
}
