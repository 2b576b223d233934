// The training of the bubbles: where it begins, its steps, and when it rests.
import { gaussian } from "../../engine/code_arithmetic.js";
import { LossCourse } from "../../engine/loss_course.js";
import { seededRandom } from "../../engine/seeded_random.js";

/** @import { BubbleVAE } from "./bubble_vae.js" */

const MOST = 4000; // steps after a change, then it rests

/**
 * @typedef {Object} Beginning
 * @property {number} start  the seed of an untrained network, or 0 for the first weights
 * @property {number} lr  learning rate
 */

/** Trains a VAE from a beginning; the weights of both terms may change between two steps. */
export class BubbleTraining {
  left = MOST; // steps until it rests
  losses = { distortion: NaN, rate: NaN }; // of the last step; unknown before the first
  course = new LossCourse(); // of the loss since the last change
  random = seededRandom(0);
  /** @type {?Beginning} */
  begun = null;

  /**
   * @param {BubbleVAE} vae
   * @param {Record<string, Float64Array>} first  weights of encoder and decoder
   */
  constructor(vae, first) {
    this.vae = vae;
    this.first = first;
  }

  /**
   * Begins there, unless it has: then it goes on.
   * @param {Beginning} wanted
   * @returns {boolean}  whether it begins
   */
  begin({ start, lr }) {
    const { vae, begun } = this;
    this.left = MOST;
    this.course = new LossCourse();
    if (begun?.start === start && begun.lr === lr) return false;
    this.begun = { start, lr };
    this.random = seededRandom(start);
    for (const side of /** @type {const} */ (["encoder", "decoder"])) {
      if (start) vae[side].initialise(this.random);
      else vae[side].parameters.set(this.first[side]);
    }
    vae.restart(lr);
    return true;
  }

  /** Goes on for as many steps as after a change. */
  goOn() {
    this.left = MOST;
  }

  /**
   * Makes steps until a time is over, at least one.
   * @param {number} milliseconds
   * @param {number} reconstruction  weight of the distortion
   * @param {number} weight  of the rate
   * @param {() => void} made  called after each step
   */
  work(milliseconds, reconstruction, weight, made) {
    const { vae, course, random } = this;
    const end = performance.now() + milliseconds;
    do {
      const noise = normals(random, 2 * vae.count);
      this.losses = vae.step(noise, reconstruction, weight);
      course.add(reconstruction * this.losses.distortion + weight * this.losses.rate);
      this.left--;
      made();
    } while (performance.now() < end && this.left > 0);
    vae.encode();
  }
}

/**
 * Normal numbers.
 * @param {() => number} random
 * @param {number} count
 */
export function normals(random, count) {
  return Float64Array.from({ length: count }, () => gaussian(random));
}
