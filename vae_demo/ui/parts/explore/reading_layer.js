// A layer of the map: the digit that a classifier reads at each place, and how sure it is.

import { readDigit } from "../../engine/classifier.js";
import { contextOf, element, setAttribute } from "../../engine/dom.js";
import { decode } from "../../engine/network.js";
import { Slices } from "../../engine/slices.js";

/**
 * @import { Reading } from "../../engine/classifier.js"
 * @import { Point } from "../../engine/code_space.js"
 * @import { Layer } from "../../engine/layers.js"
 * @import { Network } from "../../engine/network.js"
 */

const SIDE = 48; // cells
const STEPS = [4, 2, 1]; // every fourth cell of every fourth row first, which fills 4×4 cells
const GOLDEN = 0.618034; // its multiples, modulo 1, are evenly distributed
const CLASSES = 10;

/** @typedef {{ row: number, column: number, step: number }} Cell  it fills step × step cells */

/** Colours the map: each cell in the colour of its digit, the stronger the surer it is. */
export class ReadingLayer {
  on = false;
  painted = 0; // cells of the order
  start = 0; // where the coarse ones begin
  /** @type {?Layer[]} */
  classifier = null; // once it is loaded
  /** @type {?Network} */
  network = null; // decodes the codes, likewise
  /** @type {number[][]} */
  colours = []; // red, green and blue of the ten digits
  slices = new Slices((end) => this.paint(end));

  /** @param {(point: Point) => Float32Array} codeAt  the code at a point of the map's square */
  constructor(codeAt) {
    this.codeAt = codeAt;
    this.canvas = element("canvas", {
      class: "reading",
      "aria-hidden": "true",
      "data-testid": "latent-reading",
      width: String(SIDE),
      height: String(SIDE),
    });
    this.ink = contextOf(this.canvas, { willReadFrequently: true });
    this.image = this.ink.createImageData(SIDE, SIDE);
    this.order = cells();
    this.coarse = this.order.findIndex(({ step }) => step < STEPS[0]);
  }

  leave() {
    this.slices.leave();
    this.network = null;
  }

  /**
   * Empties the layer, for another run or spacing.
   * @param {?Network} network  null while it is loading
   */
  follow(network) {
    this.network = network;
    this.image.data.fill(0);
    this.ink.putImageData(this.image, 0, 0);
    this.painted = this.start = 0;
    this.resume();
  }

  /** @param {string[]} colours  of the ten digits, #rrggbb */
  paintIn(colours) {
    this.colours = colours.map((colour) =>
      [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)),
    );
    this.resume();
  }

  /** @param {boolean} on */
  show(on) {
    this.on = on;
    this.canvas.hidden = !on;
    this.resume();
  }

  /** Reads all places again, since they have other codes; until then, the old readings are shown. */
  repaint() {
    this.start = this.painted < this.coarse ? (this.start + this.painted) % this.coarse : 0;
    this.painted = 0;
    this.resume();
  }

  resume() {
    const whole = this.painted === this.order.length;
    setAttribute(this.canvas, "data-painted", whole ? "whole" : "");
    if (this.on && this.classifier && this.network && this.colours.length && !whole) {
      this.slices.resume();
    }
  }

  /**
   * What the classifier reads in the digit of a code; null until it is loaded.
   * @param {Float32Array} z
   * @returns {?Reading}
   */
  read(z) {
    const { classifier, network } = this;
    return classifier && network && readDigit(classifier, decode(network, z));
  }

  /** @param {number} end  the time until which cells are painted */
  paint(end) {
    const { order, coarse } = this;
    while (this.painted < order.length && performance.now() < end) {
      const at = this.painted < coarse ? (this.start + this.painted) % coarse : this.painted;
      const { row, column } = order[at];
      const reading = this.read(
        this.codeAt([(2 * column + 1) / SIDE - 1, 1 - (2 * row + 1) / SIDE]),
      );
      if (!reading) return;
      this.fill(order[at], reading);
      this.painted++;
    }
    this.ink.putImageData(this.image, 0, 0);
    this.resume();
  }

  /**
   * @param {Cell} cell
   * @param {Reading} reading
   */
  fill({ row, column, step }, { digit, probability }) {
    const [red, green, blue] = this.colours[digit];
    const alpha = 255 * sureness(probability);
    const top = row - (row % step);
    const left = column - (column % step);
    for (let y = top; y < top + step; y++) {
      for (let x = left; x < left + step; x++) {
        this.image.data.set([red, green, blue, alpha], 4 * (SIDE * y + x));
      }
    }
  }
}

/**
 * How sure a classifier is, from 0, when all digits are as probable, to 1.
 * @param {number} probability  of the digit that it reads
 */
export function sureness(probability) {
  return Math.max((CLASSES * probability - 1) / (CLASSES - 1), 0);
}

/** All cells in the order of painting, the coarse ones first; each is within the cells it fills. */
function cells() {
  /** @type {(Cell & { level: number, spread: number })[]} */
  const found = Array.from({ length: SIDE * SIDE }, (_, at) => {
    const row = Math.floor(at / SIDE);
    const column = at % SIDE;
    const level = STEPS.findIndex((step) =>
      [row, column].every((place) => place % step === Math.min(step - 1, 1)),
    );
    return { row, column, step: STEPS[level], level, spread: (at * GOLDEN) % 1 };
  });
  return found.sort((a, b) => a.level - b.level || a.spread - b.spread);
}
