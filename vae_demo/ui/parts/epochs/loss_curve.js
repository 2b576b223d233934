// The loss at each snapshot as a line, with a mark that moves along it.
import { element } from "../../engine/dom.js";

const WIDTH = 1000; // units of the drawing, which is stretched to the available width
const HEIGHT = 100;
const SVG = "http://www.w3.org/2000/svg";

/** A line over evenly spaced snapshots, aligned with the slider below. */
export class LossCurve {
  /** @type {number[]} */
  heights = []; // the height of each snapshot, from 0 at the top to 1

  constructor() {
    this.line = document.createElementNS(SVG, "polyline");
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    drawing.setAttribute("preserveAspectRatio", "none");
    drawing.append(this.line);
    this.mark = element("div", { class: "mark" });
    this.root = element("div", { class: "curve", "aria-hidden": "true" }, drawing, this.mark);
    this.root.dataset.testid = "loss-curve";
  }

  /**
   * Shows the losses of a run.
   * @param {ArrayLike<number>} losses  (t) nats per image; empty to hide the curve
   */
  follow(losses) {
    this.root.hidden = !losses.length;
    if (this.root.hidden) return;
    const low = Math.min(...Array.from(losses));
    const high = Math.max(...Array.from(losses));
    const last = Math.max(losses.length - 1, 1);
    this.heights = Array.from(losses, (loss) => 1 - (loss - low) / (high - low || 1));
    const places = this.heights.map((height, i) => `${(WIDTH * i) / last},${HEIGHT * height}`);
    this.line.setAttribute("points", places.join(" "));
  }

  /** @param {number} place  where the mark goes, in snapshots */
  draw(place) {
    if (this.root.hidden) return;
    const from = Math.floor(place);
    const next = Math.min(from + 1, this.heights.length - 1);
    const height = this.heights[from] + (place - from) * (this.heights[next] - this.heights[from]);
    this.mark.style.left = `${(100 * place) / Math.max(this.heights.length - 1, 1)}%`;
    this.mark.style.top = `${100 * height}%`;
  }
}
