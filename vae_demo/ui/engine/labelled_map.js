// A map of a run's codes below a label: the test digits are faint points, and a subclass draws on them.
import { CodeMap } from "./code_map.js";
import { EMPTY_SPACE } from "./code_space.js";
import { contextOf, element, setAttribute, setText } from "./dom.js";

/**
 * @import { CodeSpace, Point } from "./code_space.js"
 */

/**
 * @typedef {Object} Codes  of test digits, as a file of a code space has them
 * @property {CodeSpace} space
 * @property {ArrayLike<number>} points  (n, 2)
 * @property {ArrayLike<number>} labels  (n) digits
 * @property {{ colours: string[] }} described
 */

const DOT = 6; // radius of a code in CSS pixels

/** The points are drawn once; each subclass draws on them in `draw`. */
export class LabelledMap extends CodeMap {
  space = EMPTY_SPACE;
  /** @type {?Float32Array} */
  codes = null; // (n, 2) sorted by digit, once they are loaded

  /**
   * @param {string} testId
   * @param {number} opacity  of the points
   */
  constructor(testId, opacity) {
    const points = element("canvas");
    super(element("canvas", { class: "cloud", role: "img", "data-testid": testId }), [points]);
    this.opacity = opacity;
    this.points = contextOf(points);
    this.ink = contextOf(this.canvas);
    this.label = element("div", { class: "label" });
    this.root = element("div", { class: "place" }, this.label, this.canvas);
  }

  /** @param {string} label */
  name(label) {
    setText(this.label, label);
    setAttribute(this.canvas, "aria-label", label);
  }

  /** @param {Codes} file */
  show({ space, points, labels, described }) {
    this.space = space;
    this.setBounds(space.middle, [space.reach, space.reach]);
    this.setPoints(labels, described.colours);
    this.codes = this.sorted(points);
    this.resize();
  }

  redraw() {
    if (this.codes) this.drawPoints(this.points, this.codes);
    this.draw();
  }

  /** Draws on the points. */
  draw() {}

  /** Clears the map but for the points. */
  clear() {
    const { ink, width, height } = this;
    ink.clearRect(0, 0, width, height);
    ink.globalAlpha = this.opacity;
    ink.drawImage(this.points.canvas, 0, 0);
    ink.globalAlpha = 1;
  }

  /** @param {Point} place @param {string} fill @param {string} border */
  dot([x, y], fill, border) {
    const { ink } = this;
    this.circle(ink, this.x(x), this.y(y), DOT);
    ink.fillStyle = fill;
    ink.fill();
    ink.strokeStyle = border;
    ink.lineWidth = 2 * this.sharpness;
    ink.stroke();
  }
}
