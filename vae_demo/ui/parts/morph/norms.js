// The length of the code along the paths through a VAE's latent space, beside the length that
// samples of its prior have.

import { element, setText } from "../../engine/dom.js";
import { fixedFormat } from "../../engine/number_format.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000; // units of the drawing, which is stretched to the room there is
const HEIGHT = 100;
const STEPS = 40; // straight pieces of a line
const ROOM = 1.1; // above the largest length

/**
 * @typedef {Object} CodePath  a path through the latent space of a VAE
 * @property {string} name
 * @property {(place: number) => Float32Array} codeAt  (latent) the code at a place from 0 to 1
 */

/** A small chart: ‖z‖ of each path, from its beginning to its end, with a mark that goes along. */
export class Norms {
  /** @type {CodePath[]} */
  paths = [];
  /** @type {ReturnType<typeof row>[]} */
  rows = [];
  /** @type {Object<string, string>} */
  text = {};
  top = 1; // the length at the upper edge
  place = 0;

  constructor() {
    this.drawing = document.createElementNS(SVG, "svg");
    this.drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.drawing.setAttribute("preserveAspectRatio", "none");
    this.band = document.createElementNS(SVG, "rect");
    this.usual = document.createElementNS(SVG, "line");
    this.drawing.append(this.band, this.usual);
    this.chart = element("div", { class: "chart", "aria-hidden": "true" }, this.drawing);
    this.prior = element("span");
    this.legend = element(
      "div",
      { class: "legend" },
      element("span", {}, element("i", { class: "swatch usual" }), this.prior),
    );
    this.why = element("p", { class: "note" });
    this.root = element("div", { class: "norms" }, this.chart, this.legend, this.why);
    this.root.dataset.testid = "morph-norms";
  }

  /**
   * Shows paths of one latent space; none hides the chart.
   * @param {CodePath[]} paths
   * @param {Object<string, string>} text  { norm, prior, why }
   * @param {string} language
   */
  follow(paths, text, language) {
    this.root.hidden = !paths.length;
    this.paths = paths;
    this.text = text;
    this.number = fixedFormat(language, 2);
    if (!paths.length) return;
    for (const { line, mark, root } of this.rows.splice(paths.length)) {
      for (const gone of [line, mark, root]) gone.remove();
    }
    while (this.rows.length < paths.length) {
      const made = row();
      this.rows.push(made);
      this.drawing.append(made.line);
      this.chart.append(made.mark);
      this.legend.prepend(...this.rows.map(({ root }) => root));
    }
    const lengths = paths.map(({ codeAt }) =>
      Array.from({ length: STEPS + 1 }, (_, step) => length(codeAt(step / STEPS))),
    );
    const latent = paths[0].codeAt(0).length;
    const usual = Math.sqrt(latent);
    const reach = Math.SQRT2; // two standard deviations of a sample's length
    this.top = ROOM * Math.max(usual + reach, ...lengths.flat());
    this.band.setAttribute("width", String(WIDTH));
    this.band.setAttribute("y", String(this.y(usual + reach)));
    this.band.setAttribute(
      "height",
      String(this.y(Math.max(usual - reach, 0)) - this.y(usual + reach)),
    );
    for (const [name, value] of Object.entries({ x2: WIDTH, y1: this.y(usual), y2: this.y(usual) }))
      this.usual.setAttribute(name, String(value));
    lengths.forEach((of, i) => {
      const places = of.map((value, step) => `${(WIDTH * step) / STEPS},${this.y(value)}`);
      this.rows[i].line.setAttribute("points", places.join(" "));
    });
    const written = this.number(usual);
    setText(this.prior, text.prior.replace("{latent}", String(latent)).replace("{norm}", written));
    setText(this.why, text.why);
    this.draw(this.place);
  }

  /** @param {number} value  a length */
  y(value) {
    return HEIGHT * (1 - value / this.top);
  }

  /** @param {number} place  of the marks, from 0 to 1 */
  draw(place) {
    this.place = place;
    this.paths.forEach(({ name, codeAt }, i) => {
      const { mark, words } = this.rows[i];
      const value = length(codeAt(place));
      mark.style.left = `${100 * place}%`;
      mark.style.top = `${this.y(value)}%`;
      const written = this.number?.(value) ?? "";
      setText(words, this.text.norm.replace("{name}", name).replace("{norm}", written));
    });
  }
}

/** A path's line and mark in the chart, and its row in the legend. */
function row() {
  const words = element("span", { "data-testid": "morph-norm" });
  return {
    line: document.createElementNS(SVG, "polyline"),
    mark: element("div", { class: "mark" }),
    words,
    root: element("span", {}, element("i", { class: "swatch" }), words),
  };
}

/**
 * The Euclidean length of a code.
 * @param {Float32Array} code
 */
function length(code) {
  return Math.hypot(...code);
}
