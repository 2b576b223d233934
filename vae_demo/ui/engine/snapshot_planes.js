// The decoded plane through a training: what the decoder of each moment makes of the same codes.
import { DIGIT_SIDE, element, setAttribute } from "./dom.js";

const SLICE = 8; // milliseconds of decoding in a frame
const REST = 120; // milliseconds without a move

/**
 * A canvas of across x up digits. The plane of a moment is decoded once, a few digits a frame, and
 * then kept; while nobody asks for one, those of the other moments are decoded, nearest first.
 * Nothing is decoded under a moving hand, which must not wait: a plane that is kept is shown, any
 * other comes as soon as the hand rests. But something is shown in any case: the first rough plane.
 */
export class MomentPlanes {
  moment = 0; // the one that is shown
  seen = false; // what is not seen is not decoded
  moved = -Infinity; // when a hand moved the points last
  frame = 0; // the animation frame that is asked for, 0 for none
  pause = 0; // the timer that looks whether the hand rests, 0 for none

  constructor() {
    this.canvas = element("canvas", {
      class: "plane",
      "aria-hidden": "true",
      "data-testid": "epoch-plane",
    });
    this.ink = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  /** Ends the painting. */
  leave() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.pause);
    this.frame = this.pause = 0;
    this.decoders = null;
  }

  /**
   * Takes a plane over, empty until its decoders are here.
   * @param {{ across: number, up: number, cell: number }} plane
   * @param {[number, number]} middle
   * @param {number} moments
   */
  follow({ across, up, cell }, middle, moments) {
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
    const fine = (at) => ((at % across) % 2) + (Math.floor(at / across) % 2);
    this.order = [...this.codes.keys()].sort((a, b) => fine(a) - fine(b) || a - b);
    this.rough = Math.ceil(across / 2) * Math.ceil(up / 2);
    this.planes = Array.from({ length: moments }, () => ({ done: 0, picture: null }));
    this.picture = this.newPicture(); // what is shown
    this.picture.data.fill(255);
    this.canvas.removeAttribute("data-moment");
  }

  /** How much of it is seen, 0 to 1. */
  fade(opacity) {
    this.seen = opacity > 0;
    this.canvas.style.opacity = String(opacity);
    this.run();
  }

  /** @param {{ has: function(number): boolean, decode: function(number, Float32Array):
   *   Float32Array }} decoders  the decoder of each snapshot, of those that are here */
  arrive(decoders) {
    this.decoders = decoders;
    this.show(this.moment);
  }

  /** Shows the plane of a moment, as far as it is there: the rest comes in the next frames. */
  show(moment) {
    this.moment = moment;
    if (this.decoders) this.paint();
    this.run();
  }

  newPicture() {
    return this.ink.createImageData(this.canvas.width, this.canvas.height);
  }

  /** Puts the moment's plane on the canvas, if any of it is there. */
  paint() {
    const { picture } = this.planes[this.moment];
    if (picture) this.ink.putImageData((this.picture = picture), 0, 0);
    this.mark();
  }

  /** Says which moment's plane is on the canvas, once it is whole. */
  mark() {
    const whole = this.planes[this.moment].done === this.order.length;
    setAttribute(this.canvas, "data-moment", whole ? String(this.moment) : "");
  }

  /** Writes a digit into a moment's picture, its place counted from the top left. */
  write(moment, at, ink) {
    const { picture } = this.planes[moment];
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

  /** The moment to work on: the one that is shown, else the nearest that is not whole. */
  next() {
    const begun = this.empty ? this.planes.findIndex(({ done }) => done) : -1;
    if (begun >= 0) return begun;
    const open = [...this.planes.keys()].filter(
      (m) => this.planes[m].done < this.order.length && this.decoders?.has(m),
    );
    const away = (moment) => Math.abs(moment - this.moment);
    return open.reduce((best, m) => (best < 0 || away(m) < away(best) ? m : best), -1);
  }

  /** A hand moves the points; where they play by themselves, the planes come first. */
  move() {
    this.moved = performance.now();
  }

  /** Goes on while there is something to decode, in the next frame or once the hand rests. */
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
    const moment = this.next();
    if (!this.decoders || moment < 0) return;
    const end = performance.now() + SLICE;
    const plane = this.planes[moment];
    if (!plane.picture) {
      // what is not decoded yet stays as it is shown
      plane.first = this.empty;
      plane.picture = this.newPicture();
      plane.picture.data.set(this.picture.data);
      if (plane.first || moment === this.moment) this.picture = plane.picture;
    }
    const across = this.canvas.width / DIGIT_SIDE;
    while (plane.done < this.order.length && performance.now() < end) {
      const at = this.order[plane.done++];
      const ink = this.decoders.decode(moment, this.codes[at]);
      this.write(moment, at, ink);
      if (!plane.first || plane.done > this.rough) continue;
      // Nothing is there yet: neighbours, which look much the same, keep their places.
      const beside = (at + 1) % across ? [at + 1, at + across + 1] : [];
      for (const near of [...beside, at + across]) {
        if (near < this.order.length) this.write(moment, near, ink);
      }
    }
    if (moment === this.moment) this.mark();
    this.run();
  }
}
