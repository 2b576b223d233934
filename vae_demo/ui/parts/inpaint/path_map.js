// The map of the VAE's codes, with the paths of the descents.
import { LabelledMap } from "../../engine/labelled_map.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { SpaceFile } from "../explore/space.js"
 * @import { Descent } from "./race.js"
 */

/** The paths of descents up to a step. */
export class PathMap extends LabelledMap {
  /** @type {Point[][]} */
  paths = []; // one for each descent, with one place a step
  best = 0;
  step = 0;

  constructor() {
    super("path-map", 0.6);
  }

  /** @param {SpaceFile} file */
  enter(file) {
    if (!this.codes) this.show(file);
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

  /** Draws the paths on the points. */
  draw() {
    const { theme, step, best } = this;
    if (!this.codes || !theme) return;
    this.clear();
    this.paths.forEach((path, i) => i === best || this.drawPath(path.slice(0, step + 1), 1));
    const chosen = this.paths[best];
    if (!chosen) return;
    this.drawPath(chosen.slice(0, step + 1), 2.5);
    this.dot(chosen[step], theme.text, theme.ground);
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
