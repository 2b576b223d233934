// The bound of log p(x) by k draws, over k: its mean, its spread, and log p(x) itself.
import { element, setText } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000; // units of the drawing, which is stretched to the room there is
const HEIGHT = 100;
const ROOM = 0.08; // above and below, of the height

/** A small chart. */
export class BoundsChart {
  constructor() {
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    drawing.setAttribute("preserveAspectRatio", "none");
    this.spread = document.createElementNS(SVG, "polygon");
    this.mean = document.createElementNS(SVG, "polyline");
    this.evidence = document.createElementNS(SVG, "line");
    drawing.append(this.spread, this.evidence, this.mean);
    this.chart = element("div", { class: "chart", role: "img" }, drawing);
    this.ticks = element("div", { class: "ticks", "aria-hidden": "true" });
    this.title = element("div", { class: "title" });
    this.about = element("div", { class: "about" });
    this.root = element("section", {}, this.title, this.chart, this.ticks, this.about);
    this.root.dataset.testid = "draws";
  }

  /**
   * @param {number[]} draws  the numbers k
   * @param {number[][]} bounds  (k, 3) for each k 10 %, mean and 90 %, nats
   * @param {number} evidence  log p(x)
   * @param {Object<string, string>} text  { bounds, draws, spread }
   * @param {(value: number, decimals: number) => string} format
   */
  follow(draws, bounds, evidence, text, format) {
    const last = Math.log(draws[draws.length - 1]);
    const low = Math.min(...bounds.flat(), evidence);
    const high = Math.max(...bounds.flat(), evidence);
    const span = (high - low) * (1 + 2 * ROOM) || 1;
    /** @param {number} k */
    const x = (k) => (WIDTH * Math.log(k)) / last;
    /** @param {number} value */
    const y = (value) => HEIGHT * ((high - value) / span + ROOM);
    /** @param {number} column */
    const line = (column) => draws.map((k, i) => `${x(k)},${y(bounds[i][column])}`);
    this.spread.setAttribute("points", [...line(0), ...line(2).reverse()].join(" "));
    this.mean.setAttribute("points", line(1).join(" "));
    for (const [name, value] of Object.entries({ x2: WIDTH, y1: y(evidence), y2: y(evidence) }))
      this.evidence.setAttribute(name, String(value));

    const first = bounds[0][1];
    const end = bounds[bounds.length - 1][1];
    const values = { first: format(first, 2), last: format(end, 2) };
    const told = filled(text.draws, { ...values, count: format(draws[draws.length - 1], 0) });
    setText(this.title, text.bounds);
    setText(this.about, `${told} ${text.spread}`);
    this.chart.setAttribute("aria-label", told);
    this.ticks.replaceChildren(
      ...draws
        .filter((k) => Number.isInteger(Math.log10(k)))
        .map((k) => element("span", { style: `left: ${(100 * x(k)) / WIDTH}%` }, format(k, 0))),
    );
  }
}
