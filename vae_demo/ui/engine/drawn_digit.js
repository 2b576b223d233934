// The digit that is shown: the drawing after the preprocessing, or an example for an empty pad.
import { DIGIT_PIXELS, fromBase64 } from "./dom.js";
import { isBlank, PAD_SIDE } from "./ink_canvas.js";
import { grey, isPaper, toDigit } from "./preprocessing.js";

/** @import { Pad } from "./drawing_pad.js" */

const REHEARSALS = 30; // number of trial strokes, so that the browser compiles the code

/** The digit of a drawing pad, or the one that Python gives. */
export class DrawnDigit {
  /** @type {Uint8Array} */
  pixels = new Uint8Array(DIGIT_PIXELS);
  isExample = true;
  inked = false; // whether the pad has ink that is not in the digit yet

  /** @param {Pad} pad */
  constructor(pad) {
    this.pad = pad;
  }

  /**
   * Takes Python's digit.
   * @param {string} digit  base64 of (784) bytes
   * @param {boolean} isExample
   */
  take(digit, isExample) {
    this.pixels = fromBase64(digit);
    this.isExample = isExample;
    this.inked = false;
  }

  /**
   * Preprocesses new ink; if only Python can, the last digit stays until it answers.
   * @param {string[]} stages
   * @param {string} example  the digit of an empty pad, base64 of (784) bytes
   */
  prepare(stages, example) {
    if (!this.inked) return;
    this.inked = false;
    // Skip the empty margin, which the crop would remove.
    const { data, width, height } = stages.includes("cut")
      ? this.pad.drawing()
      : this.pad.snapshot();
    const light = grey(data);
    if (isPaper(light, width, height)) return;
    const digit = toDigit(light, width, height, stages);
    if (digit) {
      this.pixels = digit;
      this.isExample = false;
    } else if (isBlank(data)) {
      this.take(example, true);
    }
  }
}

/**
 * Processes trial strokes while the browser is idle, so that the first real stroke is fast.
 */
export function rehearse() {
  if (!window.requestIdleCallback) return;
  let left = REHEARSALS;
  const light = new Uint8Array(PAD_SIDE * PAD_SIDE);
  for (let y = 80; y < 200; y++) light.fill(255, y * PAD_SIDE + y, y * PAD_SIDE + y + 20);
  const again = () => {
    toDigit(light, PAD_SIDE, PAD_SIDE);
    if (--left) requestIdleCallback(again);
  };
  requestIdleCallback(again);
}
