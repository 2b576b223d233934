// The map of codes: an arrow from the digit's code for each direction, and where it has gone.
import { LabelledMap } from "../../engine/labelled_map.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { SpaceFile } from "../explore/space.js"
 * @typedef {{ name: string, x: number, y: number, align: "left"|"right" }} Label
 */

const HEAD = 7; // length of an arrow's head
const FONT = 11;
const SHORTEST = 6; // CSS pixels, of an arrow that has a name

/** Arrows from the digit's code, and dots where it has gone. */
export class ArrowMap extends LabelledMap {
  /** @type {Float32Array[]} */
  directions = [];
  /** @type {?{ start: Float32Array, mapped: Float32Array, straight: Float32Array }} */
  moved = null;
  /** @type {string[]} */
  names = []; // of the handles; "" for those that are not pulled

  constructor() {
    super("arrow-map", 0.5);
  }

  /** @param {SpaceFile} file @param {Float32Array[]} directions */
  enter(file, directions) {
    this.directions = directions;
    this.show(file);
  }

  /**
   * @param {Float32Array} start
   * @param {Float32Array} mapped
   * @param {Float32Array} straight
   * @param {string[]} names  of the handles; "" for those that are not pulled
   */
  follow(start, mapped, straight, names) {
    this.moved = { start, mapped, straight };
    this.names = names;
    this.draw();
  }

  draw() {
    const { ink, theme, moved, space } = this;
    if (!this.codes || !theme || !moved) return;
    this.clear();
    const from = space.place(moved.start);
    /** @type {Label[]} */
    const labels = [];
    this.directions.forEach((direction, i) => {
      const to = space.place(moved.start.map((v, k) => v + direction[k]));
      const label = this.arrow(from, to, this.names[i]);
      if (label) labels.push(label);
    });
    ink.globalAlpha = 1;
    this.dot(space.place(moved.straight), theme.ground, theme.text);
    this.dot(space.place(moved.mapped), theme.text, theme.ground);
    this.write(labels);
  }

  /** Writes labels, each at its arrow or below the one above. @param {Label[]} labels */
  write(labels) {
    const { ink, sharpness, theme } = this;
    if (!theme) return;
    ink.font = `${FONT * sharpness}px ${theme.font}`;
    ink.textBaseline = "middle";
    ink.lineJoin = "round";
    ink.lineWidth = 3 * sharpness;
    ink.strokeStyle = theme.ground;
    ink.fillStyle = theme.text;
    let lowest = Number.NEGATIVE_INFINITY;
    for (const { name, x, y, align } of labels.sort((one, other) => one.y - other.y)) {
      const free = Math.max(y, lowest + FONT * sharpness);
      lowest = free;
      ink.textAlign = align;
      ink.strokeText(name, x, free);
      ink.fillText(name, x, free);
    }
  }

  /**
   * @param {Point} from
   * @param {Point} to
   * @param {string} name
   * @returns {?Label}  at its head, of an arrow that has a name
   */
  arrow(from, to, name) {
    const { ink, sharpness, theme } = this;
    const [x, y] = [this.x(from[0]), this.y(from[1])];
    const [right, down] = [this.x(to[0]) - x, this.y(to[1]) - y];
    const length = Math.hypot(right, down);
    if (!theme || length < SHORTEST * sharpness) return null;
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
    if (!name) return null;
    const align = right < 0 ? "right" : "left";
    const away = 4 * sharpness * (right < 0 ? -1 : 1);
    return { name, x: x + right + away, y: y + down, align };
  }
}
