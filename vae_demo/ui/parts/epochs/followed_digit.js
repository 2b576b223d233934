// The test digit that is followed through a training, and its reconstruction by the run.
import { readSheet } from "../../engine/contact_sheet.js";
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { paintInk } from "../../engine/ink.js";
import { decode, encode, readNetwork } from "../../engine/network.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Following } from "./data.js"
 */

/** Two pictures side by side. */
export class FollowedDigit {
  point = -1; // the index of its point
  /** @type {?Uint8Array} */
  sheet = null; // (n * 784) the pixels of all digits, once they are loaded
  sheetKey = ""; // of their file, which is the same for many runs
  /** @type {?Network} */
  network = null; // the trained network, once it is loaded

  constructor() {
    this.original = digitCanvas({ "data-testid": "chosen-digit" });
    this.reconstruction = digitCanvas({ "data-testid": "chosen-again" });
    this.names = [0, 1].map(() => element("div", { class: "label" }));
    this.root = element(
      "div",
      { class: "chosen" },
      element("figure", {}, this.names[0], this.original),
      element("figure", {}, this.names[1], this.reconstruction),
    );
  }

  /**
   * Loads the network of another run and, if they are not those of the run before, all digits.
   * @param {Following} files
   * @param {() => boolean} wanted  whether the run is still the same when a file is loaded
   * @param {() => void} loaded  called after each file
   */
  load({ network, sheet }, wanted, loaded) {
    this.network = null;
    /** @type {(file: FileAddress, read: (bytes: ArrayBuffer) => void|Promise<void>) => Promise<void>} */
    const load = async (file, read) => {
      const bytes = await fetchFile(file);
      if (!wanted()) return;
      await read(bytes);
      loaded();
    };
    if (network) {
      load(network, (bytes) => {
        this.network = readNetwork(bytes);
      });
    }
    if (sheet.key !== this.sheetKey) this.sheet = null;
    if (!this.sheet) {
      load(sheet, async (bytes) => {
        this.sheet = await readSheet(bytes);
        this.sheetKey = sheet.key;
      });
    }
  }

  /**
   * Shows Python's pictures until the files are loaded.
   * @param {string} pair  base64 of (2, 784) bytes
   */
  paint(pair) {
    const pixels = fromBase64(pair);
    paintDigit(this.original, pixels.subarray(0, DIGIT_PIXELS));
    paintDigit(this.reconstruction, pixels.subarray(DIGIT_PIXELS));
  }

  /**
   * Sets the labels of both pictures.
   * @param {string} original
   * @param {string} reconstruction
   */
  name(original, reconstruction) {
    setText(this.names[0], original);
    setText(this.names[1], reconstruction);
    setAttribute(this.original, "aria-label", original);
    setAttribute(this.reconstruction, "aria-label", reconstruction);
  }

  /**
   * Shows another digit and its reconstruction by the trained network, as far as both are loaded.
   * @param {number} point  the index of its point, or -1
   */
  choose(point) {
    this.point = point;
    if (!this.sheet || point < 0) return;
    const pixels = this.sheet.subarray(DIGIT_PIXELS * point, DIGIT_PIXELS * (point + 1));
    paintDigit(this.original, pixels);
    if (!this.network) return;
    const { mean } = encode(
      this.network,
      Float32Array.from(pixels, (v) => v / 255),
    );
    paintInk(this.reconstruction, decode(this.network, mean));
  }
}
