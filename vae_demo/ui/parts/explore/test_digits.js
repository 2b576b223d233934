// The test digits that the map of Explore shows as dots: their places, pixels and codes.

import { readSheet } from "../../engine/contact_sheet.js";
import { DIGIT_PIXELS } from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { encode, readNetwork } from "../../engine/network.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { SpaceFile } from "./space.js"
 */

/** The test digits in the space of a run. */
export class TestDigits {
  /** @type {ArrayLike<number>} */
  points = []; // (n, 2) their places on the map
  /** @type {ArrayLike<number>} */
  labels = []; // (n) their kinds
  /** @type {string[]} */
  kinds = []; // the names of the kinds; empty if there are none
  ofMnist = true; // whether they are digits of MNIST
  /** @type {number[]} */
  positions = []; // (n) their numbers
  next = new NextDigits([], []);
  /** @type {?Uint8Array} */
  sheet = null; // (n * 784) their pixels, once the file is loaded; the same for many runs
  sheetKey = ""; // of that file
  /** @type {?Network} */
  encoder = null; // the run's, likewise
  /** @type {Promise<void>} */
  loading = Promise.resolve();

  /**
   * Enters the space of a run.
   * @param {SpaceFile} file
   */
  enter({ points, labels, positions, described }) {
    const { kinds, ofMnist } = described;
    Object.assign(this, { points, labels, positions, kinds, ofMnist, encoder: null });
    this.next = new NextDigits(labels, described.typical);
  }

  /**
   * Loads their pixels and the run's encoder.
   * @param {{ sheet: FileAddress, encoder: FileAddress }} files
   * @param {() => boolean} wanted  whether the run is still the same when they are loaded
   */
  load({ sheet, encoder }, wanted) {
    if (sheet.key !== this.sheetKey) this.sheet = null;
    const reading = Promise.all([
      this.sheet ?? fetchFile(sheet).then(readSheet),
      fetchFile(encoder).then(readNetwork),
    ]);
    this.loading = reading.then(([pixels, network]) => {
      if (!wanted()) return;
      this.sheet = pixels;
      this.sheetKey = sheet.key;
      this.encoder = network;
    });
    return this.loading;
  }

  /** Whether they can be shown and encoded. */
  ready() {
    return this.sheet !== null && this.encoder !== null;
  }

  /**
   * A test digit's pixels.
   * @param {number} dot
   * @returns {Float32Array}  (784) in [0, 1]
   */
  ink(dot) {
    const pixels =
      this.sheet?.subarray(DIGIT_PIXELS * dot, DIGIT_PIXELS * (dot + 1)) ??
      new Uint8Array(DIGIT_PIXELS);
    return Float32Array.from(pixels, (v) => v / 255);
  }

  /**
   * A test digit's posterior, or code; null until the encoder is loaded.
   * @param {number} dot
   */
  posterior(dot) {
    return this.encoder && encode(this.encoder, this.ink(dot));
  }

  /** @param {number} dot */
  words(dot) {
    return { position: this.positions[dot], digit: this.kinds[this.labels[dot]] ?? "" };
  }
}

/** The order of the digits from which the buttons start. */
export class NextDigits {
  /**
   * @param {ArrayLike<number>} labels  (n) their kinds
   * @param {(?number)[]} typical  for each kind, the index of a typical one
   */
  constructor(labels, typical) {
    this.labels = Array.from(labels);
    this.last = typical.map((dot) => dot ?? -1); // the last start digit of each kind
    this.fresh = new Set(typical.keys()); // kinds that were not used yet
  }

  /**
   * Another digit of a kind at each call, a typical one first.
   * @param {number} kind
   * @param {number} now  the digit that is shown, or -1
   * @returns {number}
   */
  next(kind, now) {
    if (this.labels[now] === kind) this.note(now);
    else if (this.fresh.has(kind)) return this.last[kind];
    const all = [...this.labels.keys()].filter((i) => this.labels[i] === kind);
    return all[(all.indexOf(this.last[kind]) + 1) % all.length];
  }

  /**
   * Notes that a digit was the start.
   * @param {number} dot
   */
  note(dot) {
    this.last[this.labels[dot]] = dot;
    this.fresh.delete(this.labels[dot]);
  }
}
