// The decoded plane: what decoders make of every place of a map, painted little by little.
import { contextOf, DIGIT_SIDE, element, setAttribute } from "./dom.js";
import { decode } from "./network.js";

/**
 * @import { Point } from "./code_space.js"
 * @import { Network } from "./network.js"
 */

const SLICE = 6; // milliseconds of decoding in a frame: the visitor's movements must stay smooth
const REST = 120; // milliseconds after a movement that puts the painting off
const GOLDEN = 0.618034; // multiples of it, modulo 1, are evenly spread

/**
 * @typedef {Object} Grid  the places whose codes are decoded
 * @property {number} columns
 * @property {number} rows
 * @property {number} cell  distance between neighbours, in units of the map
 * @property {Point} middle  of the grid
 */

/**
 * @typedef {Object} Picture  the plane of one decoder
 * @property {?ImageData} image  null before its first digit
 * @property {number} painted  digits that are painted
 * @property {number} start  where in the order the first of them is
 * @property {boolean} rough  whether every place has a digit, if only a neighbour's
 */

/**
 * A canvas of columns x rows digits, for one decoder or for several of which one is shown, as the
 * snapshots of a training. The plane of the decoder that is shown is painted first, a few digits a
 * frame, and then cached; those of the other decoders follow, nearest first.
 */
export class Plane {
  opacity = 0; // what is not seen is not painted
  shown = 0; // position of the decoder whose plane is shown
  /** @type {(?Network)[]} */
  networks = [];
  /** @type {Picture[]} */
  pictures = []; // of each network
  /** @type {?ImageData} */
  image = null; // on the canvas
  /** @type {number[]} */
  order = []; // of the cells, counted from the top left
  coarse = 0; // so many cells of `order` make a rough plane
  paused = -Infinity; // until when nothing is painted
  frame = 0; // the animation frame that is asked for, 0 for none
  timer = 0; // until the end of a pause, 0 for none
  /** @type {?(place: Point) => Float32Array} */
  codeAt = null; // the code at a place of the map
  /** @type {Grid} */
  grid = { columns: 0, rows: 0, cell: 0, middle: [0, 0] };

  /** @param {string} testid */
  constructor(testid) {
    this.canvas = element("canvas", {
      class: "plane",
      "aria-hidden": "true",
      "data-testid": testid,
    });
    this.ink = contextOf(this.canvas, { willReadFrequently: true });
  }

  /** Ends the painting. */
  leave() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = this.timer = 0;
    this.networks = [];
    this.pictures = [];
  }

  /**
   * Starts an empty plane.
   * @param {Grid} grid
   * @param {(?Network)[]} networks  null where one is still loading; see `resume`
   * @param {(place: Point) => Float32Array} codeAt  the code at a place of the map
   */
  follow(grid, networks, codeAt) {
    this.leave();
    const { columns, rows } = (this.grid = grid);
    this.codeAt = codeAt;
    this.networks = networks;
    this.pictures = networks.map(() => ({ image: null, painted: 0, start: 0, rough: false }));
    this.image = null;
    this.shown = 0;
    this.canvas.width = columns * DIGIT_SIDE;
    this.canvas.height = rows * DIGIT_SIDE;
    this.canvas.dataset.columns = String(columns);
    // Every second digit of every second row first: a rough plane is there at once.
    /** @param {number} at */
    const level = (at) => ((at % columns) % 2) + (Math.floor(at / columns) % 2);
    /** @param {number} at */
    const spread = (at) => (at * GOLDEN) % 1;
    this.order = Array.from({ length: columns * rows }, (_, at) => at);
    this.order.sort((a, b) => level(a) - level(b) || spread(a) - spread(b));
    this.coarse = Math.ceil(columns / 2) * Math.ceil(rows / 2);
    this.resume();
  }

  /** @param {number} opacity  0 to 1 */
  fade(opacity) {
    this.opacity = opacity;
    this.canvas.style.opacity = String(opacity);
    this.resume();
  }

  /**
   * Shows the plane of a decoder, as far as it is painted: the rest comes in the next frames.
   * @param {number} at  position of the decoder
   */
  show(at) {
    this.shown = at;
    const image = this.pictures[at]?.image;
    if (image) this.ink.putImageData((this.image = image), 0, 0);
    this.resume();
  }

  /** Paints all planes again, for other codes; the old digits are seen until then. */
  repaint() {
    for (const picture of this.pictures) {
      picture.start = (picture.start + picture.painted) % this.order.length;
      picture.painted = 0;
    }
    this.resume();
  }

  /**
   * Puts the painting off for a moment, for it would slow down what the visitor moves. A rough plane
   * is painted in any case.
   */
  pause() {
    this.paused = performance.now() + REST;
  }

  /** Goes on, where there is something to paint, in the next frame or after the pause. */
  resume() {
    this.mark();
    if (this.frame || this.timer || this.opacity <= 0 || this.next() < 0) return;
    const wait = this.empty() ? 0 : this.paused - performance.now();
    if (wait <= 0) {
      this.frame = requestAnimationFrame(() => this.paint());
    } else {
      this.timer = setTimeout(() => {
        this.timer = 0;
        this.resume();
      }, wait);
    }
  }

  /** Says which decoder's plane is on the canvas, once it is whole. */
  mark() {
    const whole = this.pictures[this.shown]?.painted === this.order.length;
    setAttribute(this.canvas, "data-painted", whole ? String(this.shown) : "");
  }

  /** Whether not even a rough plane is there. */
  empty() {
    return !this.pictures.some(({ rough }) => rough);
  }

  /** The plane to paint: the one that is shown, else the nearest that is not whole; -1 for none. */
  next() {
    const empty = this.empty();
    let found = -1;
    for (let at = 0; at < this.pictures.length; at++) {
      const { image, painted } = this.pictures[at];
      if (!this.networks[at] || painted === this.order.length) continue;
      if (empty && image) return at; // it is begun: that it is rough is what is needed first
      if (found < 0 || Math.abs(at - this.shown) < Math.abs(found - this.shown)) found = at;
    }
    return found;
  }

  /** Paints some digits, and asks to go on. */
  paint() {
    this.frame = 0;
    const at = this.next();
    const network = this.networks[at];
    if (!network || !this.codeAt) return;
    const end = performance.now() + SLICE;
    const { order } = this;
    const { columns, rows, cell, middle } = this.grid;
    const picture = this.pictures[at];
    const image = (picture.image ??= this.newImage(at));
    while (picture.painted < order.length && performance.now() < end) {
      const place = (picture.start + picture.painted++) % order.length;
      const spot = order[place];
      const column = spot % columns;
      const row = Math.floor(spot / columns);
      const values = decode(
        network,
        this.codeAt([
          middle[0] + (column - (columns - 1) / 2) * cell,
          middle[1] + ((rows - 1) / 2 - row) * cell,
        ]),
      );
      // In an empty plane neighbours, which look much the same, keep each other's places.
      const size = picture.rough ? 1 : 2;
      picture.rough ||= place + 1 >= this.coarse;
      for (let y = row; y < Math.min(row + size, rows); y++) {
        for (let x = column; x < Math.min(column + size, columns); x++) {
          this.write(image, x, y, values);
        }
      }
    }
    this.resume();
  }

  /**
   * The image of a decoder's plane: what is not painted yet stays as it is on the canvas.
   * @param {number} at
   * @returns {ImageData}
   */
  newImage(at) {
    const image = this.ink.createImageData(this.canvas.width, this.canvas.height);
    const empty = this.empty();
    if (this.image) image.data.set(this.image.data);
    if (empty || at === this.shown) this.image = image;
    this.pictures[at].rough = !empty;
    return image;
  }

  /**
   * Writes a digit into an image.
   * @param {ImageData} image
   * @param {number} column
   * @param {number} row
   * @param {ArrayLike<number>} values  (784) in [0, 1]
   */
  write(image, column, row, values) {
    const { data, width } = image;
    const left = column * DIGIT_SIDE;
    const top = row * DIGIT_SIDE;
    for (let y = 0, i = 0; y < DIGIT_SIDE; y++) {
      let at = 4 * ((top + y) * width + left);
      for (let x = 0; x < DIGIT_SIDE; x++, i++, at += 4) {
        data[at] = data[at + 1] = data[at + 2] = 255 * values[i];
        data[at + 3] = 255;
      }
    }
    if (image !== this.image) return;
    this.ink.putImageData(image, 0, 0, left, top, DIGIT_SIDE, DIGIT_SIDE);
  }
}
