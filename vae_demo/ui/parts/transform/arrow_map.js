// The map of codes: an arrow from the digit's code for each direction, and where it has gone.
import { CodeMap } from "../../engine/code_map.js";
import { EMPTY_SPACE } from "../../engine/code_space.js";
import { contextOf, element, setAttribute, setText } from "../../engine/dom.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { SpaceFile } from "../explore/space.js"
 */

const DOT = 6; // radius of a code in CSS pixels
const HEAD = 7; // length of an arrow's head
const FONT = 11;
const SHORTEST = 6; // CSS pixels, of an arrow that has a name

/** Points of test digits, drawn once, with arrows on them. */
export class ArrowMap extends CodeMap {
  space = EMPTY_SPACE;
  /** @type {Float32Array[]} */
  directions = [];
  /** @type {?{ start: Float32Array, mapped: Float32Array, straight: Float32Array }} */
  codes = null;
  /** @type {string[]} */
  names = []; // of the handles; "" for those that are not pulled
  /** @type {?Float32Array} */
  spread = null; // (n, 2) points sorted by digit

  constructor() {
    const points = element("canvas");
    super(element("canvas", { class: "cloud", role: "img", "data-testid": "arrow-map" }), [points]);
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

  /** @param {SpaceFile} file @param {Float32Array[]} directions */
  enter({ space, points, labels, described }, directions) {
    this.space = space;
    this.directions = directions;
    this.setBounds(space.middle, [space.reach, space.reach]);
    this.setPoints(labels, described.colours);
    this.spread = this.sorted(points);
    this.resize();
  }

  /**
   * @param {Float32Array} start
   * @param {Float32Array} mapped
   * @param {Float32Array} straight
   * @param {string[]} names  of the handles; "" for those that are not pulled
   */
  follow(start, mapped, straight, names) {
    this.codes = { start, mapped, straight };
    this.names = names;
    this.draw();
  }

  redraw() {
    if (this.spread) this.drawPoints(this.points, this.spread);
    this.draw();
  }

  draw() {
    const { ink, width, height, theme, codes, space } = this;
    if (!this.spread || !theme || !codes) return;
    ink.clearRect(0, 0, width, height);
    ink.globalAlpha = 0.5;
    ink.drawImage(this.points.canvas, 0, 0);
    ink.globalAlpha = 1;
    const from = space.place(codes.start);
    this.directions.forEach((direction, i) => {
      const to = space.place(codes.start.map((v, k) => v + direction[k]));
      this.arrow(from, to, this.names[i]);
    });
    ink.globalAlpha = 1;
    this.dot(space.place(codes.straight), theme.ground, theme.text);
    this.dot(space.place(codes.mapped), theme.text, theme.ground);
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

  /** @param {Point} from @param {Point} to @param {string} name */
  arrow(from, to, name) {
    const { ink, sharpness, theme } = this;
    const [x, y] = [this.x(from[0]), this.y(from[1])];
    const [right, down] = [this.x(to[0]) - x, this.y(to[1]) - y];
    const length = Math.hypot(right, down);
    if (!theme || length < SHORTEST * sharpness) return;
    const angle = Math.atan2(down, right);
    ink.globalAlpha = name ? 1 : 0.35;
    ink.beginPath();
    ink.moveTo(x, y);
    ink.lineTo(x + right, y + down);
    for (const turn of [-2.6, 2.6]) {
      ink.moveTo(x + right, y + down);
      ink.lineTo(
        x + right + HEAD * sharpness * Math.cos(angle + turn),
        y + down + HEAD * sharpness * Math.sin(angle + turn),
      );
    }
    this.outline(ink, 1.5);
    if (!name) return;
    ink.font = `${FONT * sharpness}px ${theme.font}`;
    ink.textAlign = right < 0 ? "right" : "left";
    ink.textBaseline = "middle";
    ink.lineJoin = "round";
    ink.lineWidth = 3 * sharpness;
    ink.strokeStyle = theme.ground;
    ink.fillStyle = theme.text;
    const away = 4 * sharpness * (right < 0 ? -1 : 1);
    ink.strokeText(name, x + right + away, y + down);
    ink.fillText(name, x + right + away, y + down);
  }
}
