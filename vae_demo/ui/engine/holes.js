// The holes of a digit, as `benchmarks/transform.py` counts them.
import { DIGIT_SIDE } from "./dom.js";

const WIDE = DIGIT_SIDE + 2; // with a margin of paper
const FAINTEST = 100; // of 255; what is brighter is ink
const AROUND = [-WIDE, -1, 1, WIDE];

const paper = new Uint8Array(WIDE * WIDE);

/**
 * How many parts of the paper are surrounded by ink.
 * @param {ArrayLike<number>} pixels  (784) in 0 to 255
 */
export function countHoles(pixels) {
  paper.fill(1);
  for (let i = 0; i < pixels.length; i++) {
    const row = Math.floor(i / DIGIT_SIDE);
    if (pixels[i] > FAINTEST) paper[(row + 1) * WIDE + (i % DIGIT_SIDE) + 1] = 0;
  }
  let parts = 0;
  for (let start = 0; start < paper.length; start++) {
    if (!paper[start]) continue;
    parts++;
    paper[start] = 0;
    const open = [start];
    while (open.length) {
      const at = /** @type {number} */ (open.pop());
      for (const step of AROUND) {
        if (!paper[at + step]) continue;
        paper[at + step] = 0;
        open.push(at + step);
      }
    }
  }
  return parts - 1;
}
