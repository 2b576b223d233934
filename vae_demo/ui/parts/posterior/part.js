// The part "posterior": the true posterior of a digit, the encoder's Gaussian, the best ones, and one
// that the visitor drags, whose ELBO follows from the background. On release, Python answers with the
// exact numbers.
import { DigitPaper } from "../../engine/digit_paper.js";
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { PAD_STYLE } from "../../engine/drawing_pad.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { paintInk } from "../../engine/ink.js";
import { LatestAnswer } from "../../engine/latest_answer.js";
import { mountPart } from "../../engine/mount.js";
import { decode, readNetwork } from "../../engine/network.js";
import { numberFormat } from "../../engine/number_format.js";
import { pictureFigure, REPAIRS_STYLE } from "../../engine/repairs.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { BoundsChart } from "./bounds_chart.js";
import { PosteriorMap } from "./posterior_map.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { PaperData, PaperMessage } from "../../engine/digit_paper.js"
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Hand, Quadrature } from "./gaussian.js"
 * @import { GaussianData, GridData } from "./posterior_map.js"
 */

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  REPAIRS_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

const ROWS = /** @type {const} */ (["evidence", "full", "diagonal", "encoder", "hand"]);
const GAPS = /** @type {const} */ (["amortisation", "correlation", "approximation"]);
const EQUAL = 0.005; // nats; a smaller difference is none with two decimals
const LONGEST = 1.5; // the longest bar, in lengths of the encoder's

/**
 * @typedef {Object} PosteriorFields  as data.py has them
 * @property {string} language  for the format of numbers
 * @property {Object<string, string> & { pad: Object<string, string> }} text
 * @property {FileAddress} network  the decoder
 * @property {GridData} grid
 * @property {{ middle: Point, reach: number }} view
 * @property {number} evidence  log p(x), nats
 * @property {Object<string, GaussianData>} gaussians  encoder, diagonal, full
 * @property {{ numbers: Hand, elbo: number }} hand  the visitor's
 * @property {string} pictures  base64 of (2, 784) bytes: the encoder's mean and the visitor's, decoded
 * @property {[number, number]} radii  least and largest deviation of the visitor's
 * @property {number[]} draws
 * @property {number[][]} bounds
 * @property {Quadrature} quadrature
 */

/** @typedef {PaperData & PosteriorFields} PosteriorData */

export default mountPart(
  STYLES,
  /** @param {PosteriorData} data */ (data) => new PosteriorPart(data),
  "message",
);

class PosteriorPart {
  truth = pictureFigure(digitCanvas({ "data-testid": "digit-28" }));
  encoderMean = pictureFigure(digitCanvas());
  handMean = pictureFigure(digitCanvas({ "data-testid": "decoded" }));
  rows = Object.fromEntries(ROWS.map((name) => [name, row(name)]));
  verdict = element("div", { class: "verdict", role: "status", "data-testid": "verdict" });
  gaps = Object.fromEntries(GAPS.map((name) => [name, gap(name)]));
  gapTitle = element("div", { class: "title" });
  chart = new BoundsChart();
  /** @type {?Network} */
  network = null; // once it is loaded
  fetched = ""; // key of its file
  /** @type {LatestAnswer<{ x: Float32Array, hand: Hand, quadrature: Quadrature }, number>} */
  elbo = new LatestAnswer(new URL("./elbo_job.js", import.meta.url), (value) =>
    this.compare(value),
  );
  /** @type {(message: PaperMessage & { hand: ?Hand }) => void} */
  send = () => {};

  /** @param {PosteriorData} data */
  constructor(data) {
    this.data = data;
    this.format = numberFormat(data.language);
    this.moved = false; // whether the visitor has moved the Gaussian since Python's data
    this.paper = new DigitPaper(
      data,
      () => this.paint(),
      (message) => this.send({ ...message, hand: this.moved ? rounded(this.map.hand) : null }),
    );
    this.map = new PosteriorMap(
      () => {
        this.moved = true;
        this.paper.changed();
      },
      () => this.paper.release(),
    );
    this.map.canvas.onkeyup = this.map.canvas.onblur = () => this.paper.release();
    const pictures = [this.truth, this.encoderMean, this.handMean];
    const numbers = element(
      "div",
      { class: "numbers" },
      element("div", { class: "rows" }, ...ROWS.map((name) => this.rows[name].root)),
      this.verdict,
      element(
        "section",
        {},
        this.gapTitle,
        element("div", { class: "split" }, ...GAPS.map((name) => this.gaps[name].bar)),
        ...GAPS.map((name) => this.gaps[name].line),
      ),
      this.chart.root,
    );
    this.root = element(
      "div",
      { class: "posterior layer" },
      element(
        "div",
        { class: "bench" },
        element(
          "div",
          { class: "digits" },
          this.paper.root,
          element("div", { class: "three" }, ...pictures.map(({ root }) => root)),
        ),
        this.map.root,
        numbers,
      ),
    );
    this.root.onkeydown = (event) => {
      if (event.target !== this.map.canvas) this.paper.key(event);
    }; // without a value: `false` would prevent what the key does, such as Tab
  }

  /** Stops the animation and the background. */
  leave() {
    this.paper.leave();
    this.elbo.leave();
    this.map.leave();
  }

  /** @param {PosteriorData} data */
  follow(data) {
    this.data = data;
    this.format = numberFormat(data.language);
    const { text } = data;
    for (const [{ picture, label }, words] of /** @type {const} */ ([
      [this.truth, text.truth],
      [this.encoderMean, text.encoder_mean],
      [this.handMean, text.hand_mean],
    ])) {
      setText(label, words);
      setAttribute(picture, "aria-label", words);
    }
    setAttribute(this.map.canvas, "aria-label", `${text.map} ${text.keys}`);
    setText(this.gapTitle, text.gap);
    for (const name of ROWS) setText(this.rows[name].name, text[name]);
    this.load(data.network);
    this.paper.follow(data, text.pad);
  }

  /** @param {FileAddress} network */
  async load(network) {
    if (this.fetched === network.key) return;
    this.fetched = network.key;
    this.network = null;
    try {
      const file = await fetchFile(network);
      if (this.fetched !== network.key) return; // of another model
      this.network = readNetwork(file);
      this.elbo.tell(file);
      this.paper.frames.ask();
    } catch {
      this.fetched = ""; // the next data try again
    }
  }

  // ---- the picture

  paint() {
    const { data, map } = this;
    const { text, quadrature } = data;
    const pixels = this.paper.read();
    paintDigit(this.truth.picture, pixels);
    setText(this.truth.note, this.paper.standsIn ? text.example : "");
    const { answered } = this.paper;
    const known = answered ? pixels : fromBase64(data.digit);
    this.root.classList.toggle("stale", !known.every((value, i) => value === pixels[i]));
    if (answered) {
      this.answer();
    } else if (this.network) {
      const { hand } = map;
      this.elbo.ask({ x: Float32Array.from(pixels, (v) => v / 255), hand: [...hand], quadrature });
      paintInk(this.handMean.picture, decode(this.network, Float32Array.from(hand.slice(0, 2))));
    }
  }

  /** Shows Python's numbers. */
  answer() {
    const { text, grid, gaussians, view, radii, evidence, hand, draws, bounds } = this.data;
    this.moved = false;
    this.elbo.forget();
    this.map.hand = [...hand.numbers];
    this.map.follow(grid, gaussians, view, radii);
    const pictures = fromBase64(this.data.pictures);
    paintDigit(this.encoderMean.picture, pictures.subarray(0, DIGIT_PIXELS));
    paintDigit(this.handMean.picture, pictures.subarray(DIGIT_PIXELS));
    const number = (/** @type {number} */ value) => this.format(value, 2);
    const { encoder, diagonal, full } = gaussians;
    this.show("evidence", evidence);
    for (const name of /** @type {const} */ (["full", "diagonal", "encoder"])) {
      this.show(name, gaussians[name].elbo);
    }
    this.compare(hand.elbo);
    const steps = [
      diagonal.elbo - encoder.elbo,
      full.elbo - diagonal.elbo,
      evidence - full.elbo,
    ].map((value) => Math.max(value, 0)); // both are exact only to the quadrature
    const whole = steps.reduce((sum, step) => sum + step, 0) || 1;
    GAPS.forEach((name, i) => {
      this.gaps[name].bar.style.flexGrow = String((100 * steps[i]) / whole);
      setText(this.gaps[name].words, filled(text[name], { nats: number(steps[i]) }));
    });
    this.chart.follow(draws, bounds, evidence, text, this.format);
  }

  /** @param {number} value  the ELBO of the visitor's Gaussian */
  compare(value) {
    const { text, gaussians } = this.data;
    this.show("hand", value);
    const more = value - gaussians.encoder.elbo;
    const key = Math.abs(more) < EQUAL ? "equal" : more > 0 ? "better" : "worse";
    setText(this.verdict, filled(text[key], { nats: this.format(Math.abs(more), 2) }));
    this.verdict.dataset.result = key;
  }

  /**
   * Shows an ELBO, and how far below log p(x) it is.
   * @param {typeof ROWS[number]} name
   * @param {number} value
   */
  show(name, value) {
    const { text, evidence, gaussians } = this.data;
    const { number, below, bar } = this.rows[name];
    const gap = Math.max(evidence - value, 0);
    const whole = LONGEST * Math.max(evidence - gaussians.encoder.elbo, EQUAL);
    setText(number, this.format(value, 2));
    setText(
      below,
      name === "evidence" ? text.nats : filled(text.below, { nats: this.format(gap, 2) }),
    );
    bar.style.width = `${100 * Math.min(gap / whole, 1)}%`;
  }
}

/**
 * A row: the line on the map, a name, an ELBO, and how far it is below log p(x).
 * @param {string} name
 */
function row(name) {
  const made = {
    name: element("span", { class: "name" }),
    number: element("span", { class: "number", "data-testid": `elbo-${name}` }),
    below: element("span", { class: "below" }),
    bar: element("i", { class: "bar" }),
  };
  const line = element("i", { class: "line" });
  const way = element("span", { class: "way" }, made.bar);
  const parts = [line, made.name, made.number, way, made.below];
  return { ...made, root: element("div", { class: `row-of ${name}` }, ...parts) };
}

/**
 * A part of the encoder's gap.
 * @param {string} name
 */
function gap(name) {
  const words = element("span");
  const line = element("div", { class: "about" }, element("i", { class: `swatch ${name}` }), words);
  return { bar: element("i", { class: name }), words, line };
}

/** As the link has it. @param {Hand} hand @returns {Hand} */
function rounded([across, up, wide, high]) {
  /** @param {number} value */
  const short = (value) => Math.round(1000 * value) / 1000;
  return [short(across), short(up), short(wide), short(high)];
}
