// Runs a training in animation frames, so that the page shows it and answers the hand meanwhile.

const LEAST = 9; // milliseconds of training in a frame
const MOST = 25;

/** Trains in every frame; on a slow machine for about half of the time. */
export class TrainingFrames {
  #frame = 0; // the requested animation frame; 0 for none
  #end = 0; // the time at which the last frame's work ended
  #work;
  gentle = false; // whether it leaves more time to the hand, which moves something

  /**
   * @param {(milliseconds: number) => boolean} work  trains for some time and shows the result;
   *   returns whether there is more to do
   */
  constructor(work) {
    this.#work = work;
  }

  get running() {
    return this.#frame !== 0;
  }

  /** Shows the present state at once, and goes on from it in the next frames. */
  start() {
    this.#run(0);
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** @param {number} milliseconds */
  #run(milliseconds) {
    this.stop();
    const goesOn = this.#work(milliseconds);
    this.#end = performance.now();
    if (!goesOn) return;
    this.#frame = requestAnimationFrame(() => {
      const most = this.gentle ? LEAST : MOST;
      this.#run(Math.min(Math.max(performance.now() - this.#end, LEAST), most));
    });
  }
}
