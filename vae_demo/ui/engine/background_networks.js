// The networks by which a part repairs a digit while the visitor changes it, in the background: the
// page goes on at once, and shows their pictures as they come.
import { fetchFile } from "./files.js";
import { LatestAnswer } from "./latest_answer.js";

/**
 * @import { FileAddress } from "./files.js"
 */

/** @typedef {Map<string, Uint8ClampedArray>} Pictures  method -> (784) in 0 to 255 */

/**
 * @typedef {Object} Damaged  a digit to repair
 * @property {Float32Array} damaged  (784) in [0, 1]
 * @property {ArrayLike<number>} truth  (784) in 0 to 255, the digit before the damage
 */

/** Networks by the name of their method; the newest digit is repaired by all of them. */
export class BackgroundNetworks {
  /** @type {Set<string>} */
  #methods = new Set(); // whose files are loading or there
  /** @type {LatestAnswer<Damaged, Pictures>} */
  #answers;

  /** @param {(pictures: Pictures, of: Damaged) => void} show  called with what they have made */
  constructor(show) {
    this.#answers = new LatestAnswer(new URL("./repair_job.js", import.meta.url), show);
  }

  leave() {
    this.#answers.leave();
  }

  /**
   * Loads a network, once. If that fails, Python's pictures stay, and the next call tries again.
   * @param {string} method
   * @param {FileAddress} address
   */
  async load(method, address) {
    if (this.#methods.has(method)) return;
    this.#methods.add(method);
    try {
      this.#answers.tell({ method, file: await fetchFile(address) });
    } catch {
      this.#methods.delete(method);
    }
  }

  /** @param {Damaged} digit */
  repair(digit) {
    this.#answers.ask(digit);
  }

  /** What they make of earlier digits is no longer of use. */
  forget() {
    this.#answers.forget();
  }
}
