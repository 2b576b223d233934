// Work that takes longer than a frame, done in slices, so that the visitor's movements stay smooth.

const SLICE = 6; // milliseconds of work per frame
const REST = 120; // milliseconds without work after a movement

/** Does some work in each frame until nothing is left to do. */
export class Slices {
  paused = -Infinity; // the time until which nothing is done
  frame = 0; // the requested animation frame; 0 for none
  timer = 0; // the timer for the end of a pause; 0 for none

  /** @param {(end: number) => void} work  works until this time, and calls `resume` if work is left */
  constructor(work) {
    this.work = work;
  }

  /** Forgets the work that is left. */
  leave() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = this.timer = 0;
  }

  /** Pauses for a moment, because the work would slow down the visitor's movements. */
  pause() {
    this.paused = performance.now() + REST;
  }

  /** Works in the next frame, or after the pause unless it is urgent. */
  resume(urgent = false) {
    if (this.frame || this.timer) return;
    const wait = urgent ? 0 : this.paused - performance.now();
    if (wait <= 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.work(performance.now() + SLICE);
      });
    } else {
      this.timer = setTimeout(() => {
        this.timer = 0;
        this.resume(urgent);
      }, wait);
    }
  }
}
