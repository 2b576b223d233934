// Curves over the steps of the race, with a mark at the current step.
import { element, setAttribute, setText } from "../../engine/dom.js";

/** @import { NumberFormat } from "../../engine/number_format.js" */

const [WIDTH, HEIGHT] = [300, 100]; // of the drawing, in its own units
const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {Object} Line
 * @property {number[]} values  one a step
 * @property {string} class
 * @property {string} [name]  in the legend
 */

/** A small chart. */
export class Curves {
  /** @type {Line[]} */
  lines = [];
  title = "";
  /** @type {NumberFormat} */
  format = String;
  place = (/** @type {number} */ value) => value;

  /**
   * @param {string} testid
   * @param {{ logarithmic?: boolean }} [options]
   */
  constructor(testid, { logarithmic = false } = {}) {
    this.scale = logarithmic ? Math.log : (/** @type {number} */ value) => value;
    this.heading = element("div", { class: "label" });
    this.drawing = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" });
    setAttribute(this.drawing, "data-testid", testid);
    setAttribute(this.drawing, "role", "img");
    this.now = shape("line", { class: "now", y1: "0", y2: String(HEIGHT) });
    this.top = element("span");
    this.bottom = element("span");
    const ends = element("div", { class: "ends" }, this.top, this.bottom);
    this.legend = element("div", { class: "legend" });
    const plot = element("div", { class: "plot" }, ends, this.drawing);
    this.root = element("div", { class: "curves" }, this.heading, plot, this.legend);
  }

  /**
   * @param {string} title
   * @param {Line[]} lines
   * @param {{ value: number, name: string }[]} levels  dashed lines
   * @param {NumberFormat} format
   */
  follow(title, lines, levels, format) {
    Object.assign(this, { title, lines, format });
    const all = [...lines.flatMap(({ values }) => values), ...levels.map(({ value }) => value)];
    const finite = all.filter(Number.isFinite);
    const some = finite.length > 0; // a hole that every step fills exactly has an infinite PSNR
    const [low, high] = some ? [Math.min(...finite), Math.max(...finite)] : [0, 0];
    const [from, to] = [this.scale(low), this.scale(high)];
    /** @param {number} value */
    this.place = (value) => {
      const share = Number.isFinite(value) ? (this.scale(value) - from) / (to - from || 1) : 1;
      return HEIGHT * (0.96 - 0.92 * share);
    };
    setText(this.top, format(some ? high : Infinity, 0));
    setText(this.bottom, some ? format(low, 0) : "");
    const paths = lines.map((line) => {
      const points = line.values.map(
        (value, i) => `${(WIDTH * i) / (line.values.length - 1)},${this.place(value).toFixed(2)}`,
      );
      return shape("polyline", { class: line.class, points: points.join(" ") });
    });
    const dashes = levels.map(({ value }) => {
      const y = String(this.place(value));
      return shape("line", { class: "level", x1: "0", x2: String(WIDTH), y1: y, y2: y });
    });
    // The best curve lies above the others.
    paths.sort((a, b) => Number(a.matches(".best")) - Number(b.matches(".best")));
    this.drawing.replaceChildren(...dashes, ...paths, this.now);
    this.legend.replaceChildren(
      ...lines.filter(({ name }) => name).map((line) => key(line.class, line.name ?? "")),
      ...levels.map(({ value, name }) => key("level", `${name}: ${format(value, 1)}`)),
    );
    setAttribute(this.drawing, "aria-label", title);
    setText(this.heading, title);
  }

  /** @param {number} step */
  mark(step) {
    const length = this.lines[0]?.values.length;
    if (!length) return;
    const x = String((WIDTH * step) / (length - 1));
    setAttribute(this.now, "x1", x);
    setAttribute(this.now, "x2", x);
    const best = this.lines.find((line) => line.class === "best");
    setText(this.heading, `${this.title}: ${this.format(best?.values[step] ?? 0, 1)}`);
  }
}

/**
 * An entry of the legend.
 * @param {string} kind  the class of the line
 * @param {string} name
 */
function key(kind, name) {
  const sample = shape("svg", { viewBox: "0 0 20 4", "aria-hidden": "true" });
  sample.append(shape("line", { class: kind, x1: "0", x2: "20", y1: "2", y2: "2" }));
  return element("span", {}, sample, name);
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
