// The first page's map: moving points above the decoded plane, and a ring that the visitor moves.
import { arrowStep } from "../../engine/arrow_keys.js";
import { MovingPoints } from "../../engine/moving_points.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Snapshots } from "../../engine/snapshots.js"
 */

const STEPS = 100; // arrow keys from one side to the other
const ROWS = 15; // of decoded digits, over the height of the points

/**
 * Moving points with a ring around a code, above a plane over the whole canvas. It calls back when
 * the visitor moves the ring.
 */
export class HomeMap extends MovingPoints {
  /** @type {(?Network)[]} */
  networks = [null]; // that decodes the plane, once it is loaded
  /** @type {?Point} */
  code = null; // in the ring

  /** @param {(code: Point) => void} move  called with the code that the visitor points at */
  constructor(move) {
    super("latent-map", "home-plane");
    this.move = move;
    this.canvas.onpointerdown = (event) => this.point(event);
    this.canvas.onpointermove = (event) => this.point(event);
    this.canvas.onkeydown = (event) => this.key(event);
  }

  /**
   * Shows a run.
   * @param {Snapshots} run
   */
  enter(run) {
    this.follow({ ...run, plane: null }, []);
    this.fillPlane();
  }

  /** @param {Network} network  that decodes the plane */
  arrive(network) {
    this.networks[0] = network;
    this.plane.resume();
  }

  resize() {
    super.resize();
    this.fillPlane();
  }

  /** Starts a plane that covers the canvas, where there is not one already. */
  fillPlane() {
    const { width, height, scale, middle, reach, codes, grid } = this;
    if (!codes.length || !scale) return;
    const cell = (2 * reach[1]) / ROWS;
    const columns = Math.ceil(width / scale / cell);
    const rows = Math.ceil(height / scale / cell);
    if (grid?.columns === columns && grid.rows === rows && grid.cell === cell) return;
    this.startPlane({ columns, rows, cell, middle }, this.networks);
  }

  /** @param {PointerEvent} event */
  point({ offsetX, offsetY }) {
    this.moveTo(offsetX * this.sharpness, offsetY * this.sharpness);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const arrow = arrowStep(event);
    if (!arrow || !this.code) return;
    event.preventDefault();
    const step = Math.min(this.width, this.height) / STEPS;
    const [across, up] = arrow;
    this.moveTo(this.x(this.code[0]) + across * step, this.y(this.code[1]) - up * step);
  }

  /**
   * The visitor moves the ring to a point of the canvas, or to the nearest one.
   * @param {number} x  device pixels
   * @param {number} y
   */
  moveTo(x, y) {
    if (!this.scale) return;
    const inside = [Math.min(Math.max(x, 0), this.width), Math.min(Math.max(y, 0), this.height)];
    this.move(this.codeAt(inside[0], inside[1]));
  }

  /** @returns {?Point} */
  ringAt() {
    return this.code && [this.x(this.code[0]), this.y(this.code[1])];
  }
}
