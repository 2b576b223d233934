// The decoded plane through a training: what the decoder of each snapshot makes of the same codes.
import { contextOf, DIGIT_SIDE, element, setAttribute } from "./dom.js";

const SLICE = 8; // milliseconds of decoding in a frame
const REST = 120; // milliseconds without a move

/**
 * @typedef {Object} Decoders  the decoders of a training
 * @property {(snapshot: number) => boolean} has  whether a snapshot's decoder is loaded
 * @property {(snapshot: number, z: Float32Array) => ArrayLike<number>} decode  (784) in [0, 1]
 */

/**
 * @typedef {Object} PlanePicture  the plane of a snapshot
 * @property {number} done  digits that are decoded
 * @property {?ImageData} picture  null before the first of them
 * @property {boolean} first  whether there was no plane before this one
 */

/**
 * A canvas of across x up digits. The plane of a snapshot is decoded once, a few digits a frame,
 * and then cached; while the one that is shown is complete, those of the other snapshots are
 * decoded, nearest first. Nothing is decoded while the visitor moves the points, which must not
 * wait: a cached plane is shown, any other comes after the move. But something is shown in any
 * case: the first rough plane.
 */
export class SnapshotPlanes {
  snapshot = 0; // the one that is shown
  seen = false; // what is not seen is not decoded
  moved = -Infinity; // when the visitor moved the points last
  frame = 0; // the animation frame that is asked for, 0 for none
  pause = 0; // the timer until the end of a move, 0 for none
  /** @type {?Decoders} */
  decoders = null;
  /** @type {Float32Array[]} */
  codes = []; // of the digits, from the top left
  /** @type {number[]} */
  order = []; // in which they are decoded
  rough = 0; // as many of them make a rough plane
  /** @type {PlanePicture[]} */
  planes = [];
  /** @type {?ImageData} */
  picture = null; // what is shown

  constructor() {
    this.canvas = element("canvas", {
      class: "plane",
      "aria-hidden": "true",
      "data-testid": "epoch-plane",
    });
    this.ink = contextOf(this.canvas, { willReadFrequently: true });
  }

  /** Ends the painting. */
  leave() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.pause);
    this.frame = this.pause = 0;
    this.decoders = null;
  }

  /**
   * Shows another plane, empty until its decoders are loaded.
   * @param {{ across: number, up: number, cell: number }} plane
   * @param {[number, number]} middle
   * @param {number} snapshots
   */
  follow({ across, up, cell }, middle, snapshots) {
    this.leave();
    this.canvas.width = across * DIGIT_SIDE;
    this.canvas.height = up * DIGIT_SIDE;
    this.codes = Array.from({ length: across * up }, (_, at) =>
      Float32Array.of(
        middle[0] + ((at % across) - (across - 1) / 2) * cell,
        middle[1] + ((up - 1) / 2 - Math.floor(at / across)) * cell,
      ),
    );
    // Every second digit of every second row first: a rough plane is there at once.
    /** @param {number} at */
    const fine = (at) => ((at % across) % 2) + (Math.floor(at / across) % 2);
    this.order = [...this.codes.keys()].sort((a, b) => fine(a) - fine(b) || a - b);
    this.rough = Math.ceil(across / 2) * Math.ceil(up / 2);
    this.planes = Array.from({ length: snapshots }, () => ({
      done: 0,
      picture: null,
      first: false,
    }));
    this.picture = this.newPicture();
    this.picture.data.fill(255);
    this.canvas.removeAttribute("data-snapshot");
  }

  /** @param {number} opacity  0 to 1 */
  fade(opacity) {
    this.seen = opacity > 0;
    this.canvas.style.opacity = String(opacity);
    this.run();
  }

  /** @param {Decoders} decoders */
  arrive(decoders) {
    this.decoders = decoders;
    this.show(this.snapshot);
  }

  /**
   * Shows the plane of a snapshot, as far as it is decoded: the rest comes in the next frames.
   * @param {number} snapshot
   */
  show(snapshot) {
    this.snapshot = snapshot;
    if (this.decoders) this.paint();
    this.run();
  }

  newPicture() {
    return this.ink.createImageData(this.canvas.width, this.canvas.height);
  }

  /** Puts the snapshot's plane on the canvas, if any of it is there. */
  paint() {
    const { picture } = this.planes[this.snapshot];
    if (picture) this.ink.putImageData((this.picture = picture), 0, 0);
    this.mark();
  }

  /** Says which snapshot's plane is on the canvas, once it is whole. */
  mark() {
    const whole = this.planes[this.snapshot].done === this.order.length;
    setAttribute(this.canvas, "data-snapshot", whole ? String(this.snapshot) : "");
  }

  /**
   * Writes a digit into a picture.
   * @param {ImageData} picture
   * @param {number} at  the digit's place, counted from the top left
   * @param {ArrayLike<number>} ink  (784) in [0, 1]
   */
  write(picture, at, ink) {
    const { data, width } = picture;
    const across = width / DIGIT_SIDE;
    const left = (at % across) * DIGIT_SIDE,
      top = Math.floor(at / across) * DIGIT_SIDE;
    for (let y = 0, i = 0; y < DIGIT_SIDE; y++) {
      let spot = 4 * ((top + y) * width + left);
      for (let x = 0; x < DIGIT_SIDE; x++, i++, spot += 4) {
        data[spot] = data[spot + 1] = data[spot + 2] = 255 * ink[i];
      }
    }
    if (picture !== this.picture) return;
    this.ink.putImageData(picture, 0, 0, left, top, DIGIT_SIDE, DIGIT_SIDE);
  }

  // ---- the work

  /** Whether not even a rough plane is there. */
  get empty() {
    return this.planes.every(({ done }) => done < this.rough);
  }

  /** The snapshot to work on: the one that is shown, else the nearest that is not whole. */
  next() {
    const begun = this.empty ? this.planes.findIndex(({ done }) => done) : -1;
    if (begun >= 0) return begun;
    const open = [...this.planes.keys()].filter(
      (m) => this.planes[m].done < this.order.length && this.decoders?.has(m),
    );
    /** @param {number} snapshot */
    const away = (snapshot) => Math.abs(snapshot - this.snapshot);
    return open.reduce((best, m) => (best < 0 || away(m) < away(best) ? m : best), -1);
  }

  /** The visitor moves the points; where they play by themselves, the planes come first. */
  move() {
    this.moved = performance.now();
  }

  /** Goes on while there is something to decode, in the next frame or after the visitor's move. */
  run() {
    const wanted = this.decoders && this.seen && this.next() >= 0;
    if (!wanted || this.frame || this.pause) return;
    const wait = this.empty ? 0 : this.moved + REST - performance.now();
    if (wait <= 0) {
      this.frame = requestAnimationFrame(() => this.slice());
    } else {
      this.pause = setTimeout(() => {
        this.pause = 0;
        this.run();
      }, wait);
    }
  }

  slice() {
    this.frame = 0;
    const snapshot = this.next();
    if (!this.decoders || snapshot < 0) return;
    const end = performance.now() + SLICE;
    const plane = this.planes[snapshot];
    const picture = plane.picture ?? this.newPicture();
    if (!plane.picture) {
      // what is not decoded yet stays as it is shown
      plane.first = this.empty;
      plane.picture = picture;
      if (this.picture) picture.data.set(this.picture.data);
      if (plane.first || snapshot === this.snapshot) this.picture = picture;
    }
    const across = this.canvas.width / DIGIT_SIDE;
    while (plane.done < this.order.length && performance.now() < end) {
      const at = this.order[plane.done++];
      const ink = this.decoders.decode(snapshot, this.codes[at]);
      this.write(picture, at, ink);
      if (!plane.first || plane.done > this.rough) continue;
      // Nothing is there yet: neighbours, which look much the same, keep their places.
      const beside = (at + 1) % across ? [at + 1, at + across + 1] : [];
      for (const near of [...beside, at + across]) {
        if (near < this.order.length) this.write(picture, near, ink);
      }
    }
    if (snapshot === this.snapshot) this.mark();
    this.run();
  }
}
