// Functions of one number as lines, with levels and a mark.
import { element, setAttribute, setText } from "../../engine/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [300, 150]; // of the drawing, which is stretched to its place

/**
 * @typedef {Object} Shown
 * @property {[number, number]} across  the ends of the horizontal axis
 * @property {[number, number]} up  those of the vertical one; what lies beyond is cut off
 * @property {{ name: string, points: [number, number][] }[]} lines
 * @property {{ name: string, at: number }[]} levels  dashed lines
 * @property {[number, number][]} marks
 */

export class FunctionChart {
  /** @param {string} testid */
  constructor(testid) {
    this.heading = element("div", { class: "label" });
    this.drawing = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" });
    setAttribute(this.drawing, "data-testid", testid);
    setAttribute(this.drawing, "role", "img");
    this.over = element("div", { class: "over", "aria-hidden": "true" });
    this.ends = [element("span"), element("span")];
    this.root = element(
      "div",
      { class: "chart" },
      this.heading,
      element("div", { class: "plot" }, this.drawing, this.over),
      element("div", { class: "ends" }, ...this.ends),
    );
  }

  /**
   * Sets the texts: the title, the ends of the horizontal axis.
   * @param {string} title
   * @param {[string, string]} ends
   */
  name(title, ends) {
    setText(this.heading, title);
    setAttribute(this.drawing, "aria-label", title);
    this.ends.forEach((end, i) => setText(end, ends[i]));
  }

  /** @param {Shown} shown */
  draw({ across, up, lines, levels, marks }) {
    /** @type {(value: number, ends: [number, number]) => number} */
    const share = (value, [low, high]) => (value - low) / (high - low);
    const y = (/** @type {number} */ value) => 1 - Math.min(Math.max(share(value, up), 0), 1);
    const paths = lines.map(({ points }, i) => {
      const places = points.map(
        ([at, value]) =>
          `${(WIDTH * share(at, across)).toFixed(1)},${(HEIGHT * y(value)).toFixed(1)}`,
      );
      return shape("polyline", { class: `line${i}`, points: places.join(" ") });
    });
    const dashes = levels.map(({ at }) => {
      const place = String(HEIGHT * y(at));
      return shape("line", { class: "level", x1: "0", x2: String(WIDTH), y1: place, y2: place });
    });
    this.drawing.replaceChildren(...dashes, ...paths);
    const names = levels.map(({ name, at }) => placed(element("span", {}, name), 0, y(at)));
    const dots = marks.map(([at, value]) =>
      placed(element("div", { class: "mark" }), share(at, across), y(value)),
    );
    const legend = element(
      "div",
      { class: "legend" },
      ...lines
        .filter(({ name }) => name)
        .map(({ name }, i) => element("span", { class: `line${i}` }, name)),
    );
    this.over.replaceChildren(...names, ...dots, legend);
  }
}

/**
 * @param {HTMLElement} target
 * @param {number} x  from 0, the left edge, to 1
 * @param {number} y  from 0, the upper edge, to 1
 */
function placed(target, x, y) {
  target.style.left = `${100 * x}%`;
  target.style.top = `${100 * y}%`;
  return target;
}

/**
 * @param {string} tag
 * @param {Object<string, string>} attributes
 */
function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
