// The moving points of a run, of which the visitor chooses one to follow.
import { MovingPoints } from "../../engine/moving_points.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Snapshots } from "../../engine/snapshots.js"
 */

const TOUCH = 16; // a point can be clicked from this many CSS pixels away
/** @type {Object<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Moving points with a ring around one of them. It calls back when the visitor chooses another. */
export class PointsToFollow extends MovingPoints {
  chosen = -1; // the point that is followed
  /** @type {Map<number, number>} */
  ranks = new Map(); // point -> its rank in the order by digit

  /** @param {(point: number) => void} choose  called with a point that the visitor chooses */
  constructor(choose) {
    super("latent-cloud", "epoch-plane");
    this.choose = choose;
    this.canvas.onclick = (event) => this.touch(event);
    this.canvas.onkeydown = (event) => this.key(event);
  }

  /**
   * Shows another run.
   * @param {Snapshots} run
   * @param {(?Network)[]} networks  one for each snapshot; null while it is loading
   */
  follow(run, networks) {
    super.follow(run, networks);
    this.ranks = new Map(this.order.map((point, rank) => [point, rank]));
  }

  /**
   * The code of a point at a snapshot; its position on the map if the codes have more latents.
   * @param {number} point
   * @param {number} snapshot
   */
  code(point, snapshot) {
    const start = 2 * (this.ranks.get(point) ?? 0);
    return this.codes[snapshot].subarray(start, start + 2);
  }

  /** @param {MouseEvent} event */
  touch({ offsetX, offsetY }) {
    const { sharpness } = this;
    const found = this.nearest(offsetX * sharpness, offsetY * sharpness, TOUCH * sharpness);
    if (found >= 0) this.choose(found);
  }

  /**
   * Moves to the next point with the arrow keys, in the order of the digits.
   * @param {KeyboardEvent} event
   */
  key(event) {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const count = this.order.length;
    if (!count) return;
    event.preventDefault();
    const rank = this.ranks.get(this.chosen) ?? -1;
    this.choose(this.order[(rank + step + count) % count]);
  }

  /** @returns {?Point} */
  ringAt() {
    if (this.chosen < 0) return null;
    const start = 2 * (this.ranks.get(this.chosen) ?? 0);
    return [this.spots[start], this.spots[start + 1]];
  }
}
