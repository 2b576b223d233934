// The map of the VAE's codes, with the paths of the descents.
import { CodeMap } from "../../engine/code_map.js";
import { EMPTY_SPACE } from "../../engine/code_space.js";
import { contextOf, element, setAttribute, setText } from "../../engine/dom.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { SpaceFile } from "../explore/space.js"
 * @import { Descent } from "./race.js"
 */

const DOT = 6; // radius of the current code in CSS pixels

/** Points of test digits, drawn once, and the paths up to a step. */
export class PathMap extends CodeMap {
  space = EMPTY_SPACE;
  /** @type {Point[][]} */
  paths = []; // one for each descent, with one place a step
  best = 0;
  step = 0;
  /** @type {?Float32Array} */
  codes = null; // (n, 2) sorted by digit, once they are loaded

  constructor() {
    const points = element("canvas");
    super(element("canvas", { class: "cloud", role: "img", "data-testid": "path-map" }), [points]);
    this.points = contextOf(points);
    this.ink = contextOf(this.canvas);
    this.title = element("div", { class: "label" });
    this.root = element("div", { class: "place" }, this.title, this.canvas);
  }

  /** @param {string} title */
  name(title) {
    setText(this.title, title);
    setAttribute(this.canvas, "aria-label", title);
  }

  /** @param {SpaceFile} file */
  enter({ space, points, labels, described }) {
    if (this.codes) return;
    this.space = space;
    this.setBounds(space.middle, [space.reach, space.reach]);
    this.setPoints(labels, described.colours);
    this.codes = this.sorted(points);
    this.resize();
  }

  /**
   * @param {Descent[]} descents
   * @param {number} best
   */
  follow(descents, best) {
    this.paths = descents.map(({ codes }) => codes.map((code) => this.space.place(code)));
    this.best = best;
    if (this.theme) this.draw();
  }

  /** @param {number} step */
  mark(step) {
    this.step = step;
    this.draw();
  }

  redraw() {
    if (this.codes) this.drawPoints(this.points, this.codes);
    this.draw();
  }

  /** Draws the paths on the points. */
  draw() {
    const { ink, width, height, sharpness, theme, step, best } = this;
    if (!this.codes || !theme) return;
    ink.clearRect(0, 0, width, height);
    ink.globalAlpha = 0.6;
    ink.drawImage(this.points.canvas, 0, 0);
    ink.globalAlpha = 1;
    this.paths.forEach((path, i) => i === best || this.drawPath(path.slice(0, step + 1), 1));
    const chosen = this.paths[best];
    if (!chosen) return;
    this.drawPath(chosen.slice(0, step + 1), 2.5);
    this.circle(ink, this.x(chosen[step][0]), this.y(chosen[step][1]), DOT);
    ink.fillStyle = theme.text;
    ink.fill();
    ink.strokeStyle = theme.ground;
    ink.lineWidth = 2 * sharpness;
    ink.stroke();
  }

  /**
   * @param {Point[]} path
   * @param {number} line  its width in CSS pixels
   */
  drawPath(path, line) {
    this.ink.beginPath();
    for (const [x, y] of path) this.ink.lineTo(this.x(x), this.y(y));
    this.outline(this.ink, line);
  }
}
