// Drawings of a training: a bar for each latent, and curves of two trainings.
import { element } from "../../engine/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 100; // units of a drawing, which is stretched to its place
const WIDTH = 1000;

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Object<string, string>} attributes
 * @param {...Element} children
 */
function drawn(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A bar for each latent; those below the dashed line say next to nothing. */
export class Bars {
  loud = drawn("path", { class: "loud" });
  quiet = drawn("path", { class: "quiet" });
  line = drawn("line", { class: "least", x1: "0" });
  svg = drawn("svg", { preserveAspectRatio: "none" }, this.quiet, this.loud, this.line);
  most = element("span", { class: "most" });
  root = element("div", { class: "bars", role: "img" });

  constructor() {
    this.root.append(this.svg, this.most);
  }

  /**
   * @param {number[]} rates  nats
   * @param {number} most  the rate of a bar of full height
   * @param {number} least  the rate at the line
   */
  draw(rates, most, least) {
    const high = (/** @type {number} */ rate) => HEIGHT * Math.min(rate / most, 1);
    const bars = { loud: "", quiet: "" };
    rates.forEach((rate, i) => {
      bars[rate >= least ? "loud" : "quiet"] +=
        `M${i + 0.12} ${HEIGHT}v${-Math.max(high(rate), 0.8)}h0.76V${HEIGHT}z`;
    });
    this.svg.setAttribute("viewBox", `0 0 ${rates.length} ${HEIGHT}`);
    this.loud.setAttribute("d", bars.loud);
    this.quiet.setAttribute("d", bars.quiet);
    this.line.setAttribute("x2", String(rates.length));
    for (const end of ["y1", "y2"]) this.line.setAttribute(end, String(HEIGHT - high(least)));
  }
}

/** A number of both trainings over the moments of their histories, with marks that move along. */
export class Curves {
  lines = {
    ill: drawn("polyline", { class: "ill" }),
    cured: drawn("polyline", { class: "cured" }),
  };
  marks = {
    ill: element("div", { class: "mark ill" }),
    cured: element("div", { class: "mark cured" }),
  };
  label = element("div", { class: "about" });
  low = 0;
  high = 1;
  last = 1;

  constructor() {
    const box = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" };
    const svg = drawn("svg", box, this.lines.ill, this.lines.cured);
    const field = element("div", { class: "field", "aria-hidden": "true" });
    field.append(svg, this.marks.ill, this.marks.cured);
    this.root = element("div", { class: "curves" }, this.label, field);
  }

  /** @param {Record<"ill"|"cured", number[]>} values  at each moment */
  follow(values) {
    const all = [...values.ill, ...values.cured];
    this.low = Math.min(...all);
    this.high = Math.max(...all);
    this.last = Math.max(values.ill.length - 1, 1);
    for (const side of /** @type {const} */ (["ill", "cured"])) {
      const points = values[side].map(
        (v, i) => `${(WIDTH * i) / this.last},${HEIGHT * this.down(v)}`,
      );
      this.lines[side].setAttribute("points", points.join(" "));
    }
  }

  /**
   * The share of the height from the top down to a value.
   * @param {number} value
   */
  down(value) {
    return 1 - (value - this.low) / (this.high - this.low || 1);
  }

  /**
   * @param {number} place
   * @param {Record<"ill"|"cured", number>} values
   */
  draw(place, values) {
    for (const side of /** @type {const} */ (["ill", "cured"])) {
      this.marks[side].style.left = `${(100 * place) / this.last}%`;
      this.marks[side].style.top = `${100 * this.down(values[side])}%`;
    }
  }
}
