// A two-dimensional map of codes on canvases: its scale, its points with their labels, and marks.
import { byDigit, drawLabels, drawPoints, themeOf } from "./points.js";

/**
 * @import { Point } from "./code_space.js"
 * @import { Theme } from "./points.js"
 */

const MARGIN = 8; // CSS pixels between the farthest point and the canvas's edge

/** The base class of all maps of codes. Each subclass draws its own picture in `redraw`. */
export class CodeMap {
  sharpness = 0; // device pixels per CSS pixel; 0 until the map has a size
  width = 0; // of the map, in device pixels
  height = 0;
  scale = 0; // device pixels per unit of the code
  /** @type {Point} */
  middle = [0, 0]; // the code in the middle of the map
  /** @type {[number, number]} */
  reach = [1, 1]; // from the middle to the farthest points
  /** @type {?Theme} */
  theme = null; // at the last `resize`
  /** @type {string[]} */
  colours = []; // of the labels
  /** @type {string[]} */
  names = []; // likewise
  /** @type {number[]} */
  order = []; // the points sorted by digit, see `byDigit`
  /** @type {number[]} */
  ends = []; // where each digit's points end in `order`
  spots = new Float32Array(); // (n, 2) places of the points in device pixels, by digit

  /**
   * @param {HTMLCanvasElement} canvas  the canvas on the page, which determines the size of the map
   * @param {HTMLCanvasElement[]} [others]  of the same size
   * @param {number} [margin]  CSS pixels left free outside `reach`
   */
  constructor(canvas, others = [], margin = MARGIN) {
    this.canvas = canvas;
    this.canvases = [canvas, ...others];
    this.margin = margin;
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(canvas);
  }

  leave() {
    this.resizing.disconnect();
  }

  /** Fits the canvases to the device pixels of the map, and draws in the current theme. */
  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || !clientHeight) return;
    this.sharpness = window.devicePixelRatio || 1;
    this.width = Math.round(clientWidth * this.sharpness);
    this.height = Math.round(clientHeight * this.sharpness);
    for (const canvas of this.canvases) {
      canvas.width = this.width;
      canvas.height = this.height;
    }
    this.theme = themeOf(this.canvas);
    this.rescale();
    this.redraw();
  }

  /** Draws everything. */
  redraw() {}

  /**
   * Sets the part of the code space that is shown.
   * @param {Point} middle
   * @param {[number, number]} reach
   */
  setBounds(middle, reach) {
    this.middle = middle;
    this.reach = reach;
    this.rescale();
  }

  /** Both axes have the same scale, so that distances can be compared. */
  rescale() {
    const edge = 2 * this.margin * this.sharpness;
    const [across, up] = this.reach;
    this.scale = Math.min((this.width - edge) / across, (this.height - edge) / up) / 2;
  }

  // ---- places

  /** @param {number} code  its first number @returns {number} device pixels from the left */
  x(code) {
    return this.width / 2 + this.scale * (code - this.middle[0]);
  }

  /** @param {number} code  its second number @returns {number} device pixels from the top */
  y(code) {
    return this.height / 2 - this.scale * (code - this.middle[1]);
  }

  /**
   * The code at a point of the canvas, the inverse of `x` and `y`.
   * @param {number} x  device pixels
   * @param {number} y
   * @returns {Point}
   */
  codeAt(x, y) {
    const { middle, scale, width, height } = this;
    return [middle[0] + (x - width / 2) / scale, middle[1] - (y - height / 2) / scale];
  }

  /**
   * The point nearest to a position, in device pixels.
   * @param {number} x
   * @param {number} y
   * @param {number} radius  the largest allowed distance
   * @returns {number}  its index in the labels; -1 if there is none
   */
  nearest(x, y, radius) {
    const { order, spots } = this;
    let least = radius ** 2;
    let found = -1;
    for (let rank = 0; rank < order.length; rank++) {
      const square = (spots[2 * rank] - x) ** 2 + (spots[2 * rank + 1] - y) ** 2;
      if (square >= least) continue;
      least = square;
      found = order[rank];
    }
    return found;
  }

  // ---- points

  /**
   * Sets the label of each point: a digit, or the kind of another picture.
   * @param {ArrayLike<number>} labels  (n)
   * @param {string[]} colours  of the labels
   * @param {string[]} [names]  likewise; by default their numbers
   */
  setPoints(labels, colours, names = colours.map((_, label) => String(label))) {
    this.colours = colours;
    this.names = names;
    Object.assign(this, byDigit(labels, colours.length));
    this.spots = new Float32Array(2 * labels.length);
  }

  /**
   * Sorts codes by digit, for `drawPoints`.
   * @param {ArrayLike<number>} codes  (n, 2)
   * @returns {Float32Array}  (n, 2)
   */
  sorted(codes) {
    const found = new Float32Array(codes.length);
    this.order.forEach((point, rank) => {
      found[2 * rank] = codes[2 * point];
      found[2 * rank + 1] = codes[2 * point + 1];
    });
    return found;
  }

  /**
   * Clears a canvas and draws the points, each digit in its colour and with its label.
   * @param {CanvasRenderingContext2D} ink
   * @param {Float32Array} codes  (n, 2) from `sorted`
   * @param {Float32Array} [next]  (n, 2) to which the points move
   * @param {number} [share]  share of the way to `next`, 0 to 1
   */
  drawPoints(ink, codes, next = codes, share = 0) {
    const { spots, scale, sharpness, theme } = this;
    if (!theme) return;
    const left = this.x(0);
    const top = this.y(0);
    for (let i = 0; i < spots.length; i += 2) {
      spots[i] = left + scale * (codes[i] + share * (next[i] - codes[i]));
      spots[i + 1] = top - scale * (codes[i + 1] + share * (next[i + 1] - codes[i + 1]));
    }
    const centres = drawPoints(ink, spots, this.ends, this.colours, sharpness);
    drawLabels(ink, centres, sharpness, theme, this.names);
  }

  // ---- marks

  /**
   * Begins a circle.
   * @param {CanvasRenderingContext2D} ink
   * @param {number} x  device pixels
   * @param {number} y
   * @param {number} radius  CSS pixels
   */
  circle(ink, x, y, radius) {
    ink.beginPath();
    ink.arc(x, y, radius * this.sharpness, 0, 2 * Math.PI);
  }

  /**
   * Adds a circle to the current path: one path for many takes a fraction of the time of many paths.
   * @param {CanvasRenderingContext2D} ink
   * @param {number} x  device pixels
   * @param {number} y
   * @param {number} radius  CSS pixels
   */
  addCircle(ink, x, y, radius) {
    const r = radius * this.sharpness;
    ink.moveTo(x + r, y);
    ink.arc(x, y, r, 0, 2 * Math.PI);
  }

  /**
   * Begins an ellipse.
   * @param {CanvasRenderingContext2D} ink
   * @param {number} x  device pixels
   * @param {number} y
   * @param {number} across  half of its first axis, in units of the code
   * @param {number} up  half of its second axis
   * @param {number} [angle]  of the first axis, in radians, anticlockwise
   */
  ellipse(ink, x, y, across, up, angle = 0) {
    ink.beginPath();
    ink.ellipse(x, y, across * this.scale, up * this.scale, -angle, 0, 2 * Math.PI);
  }

  /**
   * Strokes the current path in the text colour on a wider line in the page colour, so that it is
   * visible on points, on digits and in both themes.
   * @param {CanvasRenderingContext2D} ink
   * @param {number} line  its width in CSS pixels
   * @param {number} [border]  width of the line beneath, CSS pixels
   */
  outline(ink, line, border = line + 3) {
    if (!this.theme) return;
    ink.strokeStyle = this.theme.ground;
    ink.lineWidth = border * this.sharpness;
    ink.stroke();
    ink.strokeStyle = this.theme.text;
    ink.lineWidth = line * this.sharpness;
    ink.stroke();
  }
}
