// The files of the run that Explore shows, loaded in the order in which they are needed.

import { EMPTY_SPACE } from "../../engine/code_space.js";
import { fetchFile } from "../../engine/files.js";
import { readNetwork } from "../../engine/network.js";
import { readSpace } from "./space.js";
import { TestDigits } from "./test_digits.js";

/**
 * @import { Network } from "../../engine/network.js"
 * @import { ExploreData } from "./data.js"
 * @import { Description, SpaceFile } from "./space.js"
 */

/** A run: its space of codes, its decoder, and the test digits with its encoder. */
export class Run {
  /** @type {?string} */
  key = null; // of its network
  space = EMPTY_SPACE; // until its file is loaded
  /** @type {?Description} */
  described = null; // likewise
  /** @type {?Network} */
  decoder = null; // likewise
  digits = new TestDigits();

  /**
   * @param {Object} on  callbacks
   * @param {(file: SpaceFile) => void} on.space  called when the space is loaded
   * @param {(decoder: Network) => void} on.decoder
   * @param {() => void} on.digits
   */
  constructor(on) {
    this.on = on;
  }

  /** Forgets the run; what is still loading calls nothing. */
  leave() {
    this.key = this.described = this.decoder = null;
  }

  /**
   * Loads what a slider needs to be answered, and only then what the test digits need.
   * @param {ExploreData} data  of another run
   */
  async load(data) {
    this.leave();
    this.key = data.key;
    const same = () => data.key === this.key;
    const decoding = fetchFile(data.decoder).then(readNetwork);
    const file = readSpace(await fetchFile(data.space));
    if (!same()) return;
    this.space = file.space;
    this.described = file.described;
    this.digits.enter(file);
    this.on.space(file);
    const decoder = await decoding;
    if (!same()) return;
    this.decoder = decoder;
    this.on.decoder(decoder);
    await this.digits.load(data, same);
    if (same()) this.on.digits();
  }
}
