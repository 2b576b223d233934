// The decoded plane: the digits that decoders make of a grid of codes, painted a few per frame.
import { contextOf, DIGIT_SIDE, element, setAttribute } from "./dom.js";
import { decode } from "./network.js";
import { Slices } from "./slices.js";

/**
 * @import { Point } from "./code_space.js"
 * @import { Network } from "./network.js"
 */

const GOLDEN = 0.618034; // its multiples, modulo 1, are evenly distributed

/**
 * @typedef {Object} Grid  the grid of decoded codes
 * @property {number} columns
 * @property {number} rows
 * @property {number} cell  distance between neighbours, in units of the map
 * @property {Point} middle  of the grid
 */

/**
 * @typedef {Object} Picture  the plane of one decoder
 * @property {?ImageData} image  null before its first digit
 * @property {number} painted  number of painted digits
 * @property {number} start  the index of the first of them in the order
 * @property {boolean} rough  whether every cell has a digit, its own or a neighbour's
 */

/**
 * A canvas of columns x rows digits, for one decoder or for several, such as the snapshots of a
 * training, of which one is shown. The plane of that decoder is painted first, a few digits per
 * frame, and cached. The planes of the others follow, the nearest first.
 */
export class Plane {
  opacity = 0; // nothing is painted while it is 0
  shown = 0; // index of the decoder whose plane is shown
  /** @type {(?Network)[]} */
  networks = [];
  /** @type {Picture[]} */
  pictures = []; // one for each network
  /** @type {?ImageData} */
  image = null; // the image on the canvas
  /** @type {number[]} */
  order = []; // the cells, numbered from the top left, in the order of painting
  coarse = 0; // number of cells at the start of `order` that make a rough plane
  slices = new Slices((end) => this.paint(end));
  /** @type {?(place: Point) => Float32Array} */
  codeAt = null; // the code at a position on the map
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

  /** Stops the painting. */
  leave() {
    this.slices.leave();
    this.networks = [];
    this.pictures = [];
  }

  /**
   * Starts an empty plane.
   * @param {Grid} grid
   * @param {(?Network)[]} networks  null for a network that is still loading; see `resume`
   * @param {(place: Point) => Float32Array} codeAt  the code at a position on the map
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
    // Every second digit of every second row comes first, so that a rough plane appears quickly.
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
   * Shows the plane of a decoder as far as it is painted; the rest follows in the next frames.
   * @param {number} at  index of the decoder
   */
  show(at) {
    this.shown = at;
    const image = this.pictures[at]?.image;
    if (image) this.ink.putImageData((this.image = image), 0, 0);
    this.resume();
  }

  /** Paints all planes again for other codes; until then, the old digits are shown. */
  repaint() {
    for (const picture of this.pictures) {
      picture.start = (picture.start + picture.painted) % this.order.length;
      picture.painted = 0;
    }
    this.resume();
  }

  /**
   * Pauses the painting for a moment, because it would slow down the visitor's movements. A rough
   * plane is painted in any case.
   */
  pause() {
    this.slices.pause();
  }

  /** Continues in the next frame or after the pause, if there is something to paint. */
  resume() {
    this.mark();
    if (this.opacity > 0 && this.next() >= 0) this.slices.resume(this.empty());
  }

  /** Marks which decoder's plane is on the canvas, once it is complete. */
  mark() {
    const whole = this.pictures[this.shown]?.painted === this.order.length;
    setAttribute(this.canvas, "data-painted", whole ? String(this.shown) : "");
  }

  /** Whether there is not even a rough plane. */
  empty() {
    return !this.pictures.some(({ rough }) => rough);
  }

  /** The plane to paint: the one that is shown or the nearest incomplete one; -1 for none. */
  next() {
    const empty = this.empty();
    let found = -1;
    for (let at = 0; at < this.pictures.length; at++) {
      const { image, painted } = this.pictures[at];
      if (!this.networks[at] || painted === this.order.length) continue;
      if (empty && image) return at; // this one first, until it has a rough plane
      if (found < 0 || Math.abs(at - this.shown) < Math.abs(found - this.shown)) found = at;
    }
    return found;
  }

  /**
   * Paints some digits and requests the next frame.
   * @param {number} end  the time until which it paints
   */
  paint(end) {
    const at = this.next();
    const network = this.networks[at];
    if (!network || !this.codeAt) return;
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
      // In an empty plane, a digit also fills the cells of its neighbours, which look similar.
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
   * The image of a decoder's plane. Cells that are not painted yet stay as they are on the canvas.
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
