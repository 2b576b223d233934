// Cross-entropy and squared error of a grey pixel by its reconstruction.
import { filled } from "../../engine/filled.js";
import { places } from "./density.js";
import { FunctionChart } from "./function_chart.js";

/** @import { LossData } from "./part.js" */

const EDGE = 0.002; // the reconstruction nearest to black or white; at them the loss is infinite
/** @type {[number, number]} */
const NATS = [0, 2.5];

export class PixelLoss {
  slider = "grey";
  logarithmic = false;
  chart = new FunctionChart("loss-pixel");
  charts = [this.chart.root];
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
    this.chart.name(data.text.pixel, ["x̂ = 0", "x̂ = 1"]);
  }

  /** @param {number} x */
  draw(x) {
    if (!this.data) return "";
    const { text } = this.data;
    const least = crossEntropy(x, x);
    const across = places(EDGE, 1 - EDGE);
    /** @type {[number, number][]} */
    const cross = across.map((seen) => [seen, crossEntropy(x, seen)]);
    /** @type {[number, number][]} */
    const squared = across.map((seen) => [seen, (x - seen) ** 2 / 2]);
    this.chart.draw({
      across: [0, 1],
      up: NATS,
      lines: [
        { name: text.cross, points: cross },
        { name: text.squared, points: squared },
      ],
      levels: [],
      marks: [
        [x, least],
        [x, 0],
      ],
    });
    return filled(text.least, { grey: this.format(x, 2), least: this.format(least, 3) });
  }
}

/**
 * Binary cross-entropy, nats.
 * @param {number} x  0 to 1
 * @param {number} seen  the reconstruction of x, 0 to 1
 */
function crossEntropy(x, seen) {
  const part = (/** @type {number} */ a, /** @type {number} */ b) => (a ? -a * Math.log(b) : 0);
  return part(x, seen) + part(1 - x, 1 - seen);
}
