// The course of a training's loss: whether the steps were too large for it.
import { magnitudeFormat, shortFormat } from "./number_format.js";

const SHARE = 0.1; // of a new loss in the running mean
const RISEN = 2; // times the first loss: steps that are not too large never get there

/** The first loss, the largest and the last one; the latter two as running means. */
export class LossCourse {
  steps = 0;
  first = NaN;
  largest = NaN;
  last = NaN;

  /** @param {number} loss  of one batch */
  add(loss) {
    if (!this.steps++) this.first = this.largest = this.last = loss;
    this.last += SHARE * (loss - this.last);
    this.largest = Math.max(this.largest, this.last);
  }

  /** Whether the loss has risen far above the first one. */
  get rose() {
    return this.largest > RISEN * this.first;
  }

  /**
   * The numbers of a sentence about it.
   * @param {string} language
   */
  words(language) {
    const n = magnitudeFormat(language);
    const { steps, first, largest, last } = this;
    const written = { first: n(first), largest: n(largest), loss: n(last) };
    return { ...written, steps: shortFormat(language)(steps) };
  }
}
