// Draws changes as soon as the browser can show them, and no oftener.

/** Draws the first change immediately, and further ones together in the next frame. */
export class OncePerFrame {
  #frame = 0; // the requested animation frame; 0 for none
  #stale = false; // whether something has changed since that request
  #draw;

  /** @param {() => void} draw */
  constructor(draw) {
    this.#draw = draw;
  }

  /** Something has changed. */
  ask() {
    this.#stale = Boolean(this.#frame);
    if (!this.#stale) this.now();
  }

  /** Something has changed that the hand does not wait for, such as the news of a training. */
  later() {
    this.#stale = true;
    this.#request();
  }

  /** Draws at once. */
  now() {
    this.#stale = false;
    this.#request();
    this.#draw();
  }

  #request() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#stale) this.now();
    });
  }

  /** Forgets what has been asked for. */
  leave() {
    cancelAnimationFrame(this.#frame);
  }
}
