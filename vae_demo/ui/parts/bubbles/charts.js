// Two small pictures: the estimates of a gradient by two methods, and the losses since the start.
import { CodeMap } from "../../engine/code_map.js";
import { contextOf, element } from "../../engine/dom.js";

const DOT = 2.2; // CSS pixels
const SHOWN = 0.95; // of the estimates that vary more are in sight
const POINTS = 400; // of a curve at most

/** The estimates of one number by two methods, a row of dots for each, on the same scale. */
export class Estimates extends CodeMap {
  /** @type {Float64Array[]} */
  rows = [];
  /** @type {string[]} */
  colours = [];

  constructor() {
    super(element("canvas", { class: "cloud estimates", role: "img", "data-testid": "estimates" }));
  }

  redraw() {
    const { theme, rows, sharpness, width, height } = this;
    if (!theme || !rows.length) return;
    const ink = contextOf(this.canvas);
    ink.clearRect(0, 0, width, height);
    const sizes = [...rows[rows.length - 1]].map(Math.abs).sort((a, b) => a - b);
    const reach = sizes[Math.floor(SHOWN * (sizes.length - 1))] || 1;
    ink.strokeStyle = theme.text;
    ink.globalAlpha = 0.35;
    ink.lineWidth = sharpness;
    ink.beginPath();
    ink.moveTo(width / 2, 0);
    ink.lineTo(width / 2, height);
    ink.stroke();
    ink.globalAlpha = 0.6;
    rows.forEach((row, at) => {
      ink.fillStyle = this.colours[at];
      ink.beginPath();
      row.forEach((value, i) => {
        const spread = ((i * 0.618) % 1) - 0.5; // so that dots do not lie on each other
        const middle = ((at + 0.5) * height) / rows.length;
        const x = width / 2 + (0.48 * width * value) / reach;
        const y = middle + (0.6 * spread * height) / rows.length;
        this.addCircle(ink, x, y, DOT);
      });
      ink.fill();
    });
    ink.globalAlpha = 1;
  }
}

/** The distortion and the rate over the steps since the start of the training. */
export class Losses extends CodeMap {
  /** @type {{ step: number, distortion: number, rate: number }[]} */
  points = [];
  every = 1; // steps between two points
  /** @type {Object<string, string>} */
  lines = { distortion: "", rate: "" }; // their colours

  constructor() {
    super(element("canvas", { class: "cloud losses", role: "img", "data-testid": "losses" }));
  }

  restart() {
    this.points = [];
    this.every = 1;
  }

  /**
   * @param {number} step
   * @param {{ distortion: number, rate: number }} losses
   */
  add(step, losses) {
    if (step % this.every) return;
    this.points.push({ step, ...losses });
    if (this.points.length <= POINTS) return;
    this.every *= 2;
    this.points = this.points.filter((point) => point.step % this.every === 0);
  }

  redraw() {
    const { theme, points, width, height, sharpness } = this;
    if (!theme) return;
    const ink = contextOf(this.canvas);
    ink.clearRect(0, 0, width, height);
    if (points.length < 2) return;
    const first = points[0].step;
    const last = points[points.length - 1].step;
    for (const name of /** @type {const} */ (["distortion", "rate"])) {
      const values = points.map((point) => point[name]);
      const top = Math.max(...values) || 1;
      ink.strokeStyle = this.lines[name];
      ink.lineWidth = 2 * sharpness;
      ink.beginPath();
      points.forEach(({ step }, i) => {
        const y = height - 2 * sharpness - (0.94 * (height - 4 * sharpness) * values[i]) / top;
        ink.lineTo((width * (step - first)) / (last - first), y);
      });
      ink.stroke();
    }
  }
}
