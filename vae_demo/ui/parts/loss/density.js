// The density of a Gaussian pixel, and -log p(x|z) of an image, by the standard deviation.
import { filled } from "../../engine/filled.js";
import { FunctionChart } from "./function_chart.js";

/** @import { LossData } from "./part.js" */

const POINTS = 200; // of a line
/** @type {[number, number]} */
const NATS = [-1200, 2400]; // shown of -log p(x|z)
const ROOM = 1.15; // above the peak of a density, or above the level 1

export class Density {
  slider = "sigma";
  logarithmic = true;
  density = new FunctionChart("loss-density");
  nats = new FunctionChart("loss-nats");
  charts = [this.density.root, this.nats.root];
  /** @type {?LossData} */
  data = null;
  format = (/** @type {number} */ value, /** @type {number} */ decimals) => value.toFixed(decimals);

  /**
   * @param {LossData} data
   * @param {import("../../engine/number_format.js").NumberFormat} format
   */
  follow(data, format) {
    this.data = data;
    this.format = format;
    const { text, low, high, error } = data;
    this.nats.drawing.setAttribute("data-error", String(error));
    this.density.name(text.density, [format(-1, 0), format(1, 0)]);
    this.nats.name(text.nats, [`σ = ${format(low, 2)}`, `σ = ${format(high, 0)}`]);
  }

  /** @param {number} sigma */
  draw(sigma) {
    if (!this.data) return "";
    const { text, low, high } = this.data;
    const peak = 1 / (sigma * Math.sqrt(2 * Math.PI));
    /** @type {[number, number][]} */
    const bell = places(-1, 1).map((x) => [x, peak * Math.exp(-0.5 * (x / sigma) ** 2)]);
    this.density.draw({
      across: [-1, 1],
      up: [0, ROOM * Math.max(peak, 1)],
      lines: [{ name: "", points: bell }],
      levels: [{ name: this.format(1, 0), at: 1 }],
      marks: [],
    });
    /** @type {[number, number][]} */
    const nats = places(Math.log(low), Math.log(high)).map((x) => [x, this.natsOf(Math.exp(x))]);
    const here = this.natsOf(sigma);
    this.nats.draw({
      across: [Math.log(low), Math.log(high)],
      up: NATS,
      lines: [{ name: "", points: nats }],
      levels: [{ name: this.format(0, 0), at: 0 }],
      marks: [[Math.log(sigma), here]],
    });
    return filled(text.said, {
      sigma: this.format(sigma, 3),
      peak: this.format(peak, 2),
      nats: this.format(here, 0),
      beta: this.format(sigma ** 2, 4),
    });
  }

  /**
   * -log p(x|z) of an image with independent Gaussian pixels.
   * @param {number} sigma
   */
  natsOf(sigma) {
    const { error, pixels } = /** @type {LossData} */ (this.data);
    return pixels * (Math.log(sigma) + Math.log(2 * Math.PI) / 2) + error / (2 * sigma ** 2);
  }
}

/**
 * Evenly spaced numbers.
 * @param {number} low
 * @param {number} high
 */
export function places(low, high) {
  return Array.from({ length: POINTS + 1 }, (_, i) => low + (i / POINTS) * (high - low));
}
