// What stands around the canvases of the part "bubbles": controls, titles, numbers and pictures.
import { chipRow } from "../../engine/chips.js";
import { contextOf, element, setAttribute, setHidden, setText } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { resultFormat } from "../../engine/number_format.js";
import { LEARNING_RATES, logarithmic, Setting } from "../../engine/setting.js";

const DECODED = 5; // draws of the chosen bubble that are decoded
const GAP = 2; // pixels between two of them
const BETAS = logarithmic(200, 2, 0.01);
const TERMS = /** @type {const} */ (["reconstruction", "rate"]);
const NUMBERS = /** @type {const} */ (["distortion", "rate", "sum", "radius", "spread"]);
const CHARTS = /** @type {const} */ (["curves", "estimates", "losses"]);

/** @import { Field } from "../../engine/links.js" */

/**
 * @typedef {Object} Canvases
 * @property {HTMLCanvasElement} map
 * @property {HTMLCanvasElement} curves
 * @property {HTMLCanvasElement} estimates
 * @property {HTMLCanvasElement} losses
 */

/**
 * @typedef {Object} Actions
 * @property {(name: string, value: "on"|"off") => void} switchTerm
 * @property {(beta: number) => void} moveBeta
 * @property {(lr: number) => void} moveLearningRate
 * @property {() => void} release  of a slider
 * @property {() => void} play  or pause
 * @property {() => void} again
 */

/** @typedef {(value: number, decimals: number) => string} Written */

export class Layout {
  decodedCount = DECODED;
  side = 0; // of a picture, in pixels
  /** @type {?ArrayLike<number>} */
  shown = null; // the chosen digit that is shown
  names = { beta: "", lr: "" };

  /**
   * @param {Canvases} canvases
   * @param {Actions} actions
   */
  constructor(canvases, actions) {
    this.canvases = canvases;
    this.terms = chipRow({
      type: "checkbox",
      group: "term",
      names: [...TERMS],
      pick: (name) => actions.switchTerm(name, this.terms.inputs[name].checked ? "on" : "off"),
    });
    this.beta = new Setting("beta", BETAS, actions.moveBeta, actions.release);
    this.learningRate = new Setting(
      "lr",
      LEARNING_RATES,
      actions.moveLearningRate,
      actions.release,
    );
    this.warning = element("p", { class: "warning", role: "status" });
    this.play = textButton("play", actions.play);
    this.again = textButton("again", actions.again);
    this.picture = element("canvas", { class: "digit", role: "img" });
    this.decoded = element("canvas", { class: "digit decoded", role: "img" });
    this.captions = [element("span"), element("span")];
    this.titles = Object.fromEntries(
      CHARTS.map((name) => [name, element("div", { class: "title" })]),
    );
    this.words = Object.fromEntries(
      [...CHARTS, "legend", "logvar"].map((name) => [name, element("div", { class: "about" })]),
    );
    this.heads = [element("span"), element("span")];
    this.rows = NUMBERS.map((name) => ({ name, term: element("dt"), value: element("dd") }));
    this.root = element("div", { class: "bubbles layer" }, this.stage(), this.controls());
  }

  /** The map with its numbers and pictures. */
  stage() {
    const numbers = this.rows.map(({ term, value }) => element("div", {}, term, value));
    return element(
      "div",
      { class: "stage" },
      this.canvases.map,
      this.words.legend,
      element("dl", { class: "numbers" }, ...numbers),
      element("div", { class: "pictures" }, ...this.captions, this.picture, this.decoded),
    );
  }

  /** The controls and charts beside the map. */
  controls() {
    const { canvases, titles, words } = this;
    const heads = element("div", { class: "heads" }, ...this.heads);
    return element(
      "div",
      { class: "side" },
      this.terms.row,
      element("div", { class: "row" }, this.play, this.again),
      this.beta.root,
      this.learningRate.root,
      this.warning,
      element("section", {}, titles.curves, heads, canvases.curves, words.curves, words.logvar),
      element("section", {}, titles.estimates, canvases.estimates, words.estimates),
      element("section", {}, titles.losses, canvases.losses, words.losses),
    );
  }

  /** @param {Object<string, any>} text */
  name(text) {
    const { canvases } = this;
    this.terms.name(text.terms, { reconstruction: text.reconstruction, rate: text.rate });
    setText(this.again, text.again);
    this.names = { beta: text.beta, lr: text.lr };
    setText(this.words.legend, text.legend);
    setText(this.heads[0], text.variance);
    setText(this.heads[1], text.mean);
    for (const name of CHARTS) {
      setText(this.titles[name], text[name]);
      setAttribute(canvases[name], "aria-label", text[name]);
    }
    for (const { name, term } of this.rows) setText(term, text.numbers[name]);
    setAttribute(canvases.map, "aria-label", `${text.map} ${text.keys}`);
    for (const [i, name] of ["picture", "decoded"].entries()) setText(this.captions[i], text[name]);
    setAttribute(this.picture, "aria-label", text.picture);
    setAttribute(this.decoded, "aria-label", text.decoded);
  }

  /**
   * Shows the state of the controls.
   * @param {Object<string, any>} values  of the view
   * @param {Object<string, Field>} fields  of the view
   * @param {string} play  the label of the button that plays or pauses
   * @param {Written} n
   * @param {string} lr  the learning rate as text
   */
  showControls(values, fields, play, n, lr) {
    setText(this.play, play);
    for (const name of TERMS) this.terms.inputs[name].checked = values[name] === "on";
    const { beta } = values;
    const written = n(beta, beta < 1 ? 2 : beta < 10 ? 1 : 0);
    this.beta.show(beta, fields.beta, written, this.names.beta);
    this.learningRate.show(values.lr, fields.lr, lr, this.names.lr);
  }

  /** Says what is wrong with the training; "" if nothing is. @param {string} sentence */
  warn(sentence) {
    setText(this.warning, sentence);
    setHidden(this.warning, !sentence);
  }

  /**
   * Shows the numbers below the map.
   * @param {Record<typeof NUMBERS[number], number>} numbers
   * @param {string} language
   */
  showNumbers(numbers, language) {
    const n = resultFormat(language);
    for (const { name, value } of this.rows) setText(value, n(numbers[name], 2));
  }

  /**
   * Shows how the rate of a bubble is built.
   * @param {Object<string, any>} text
   * @param {number} label  of its digit
   * @param {number[]} posterior  both means and both log-variances
   * @param {Written} n
   */
  showRate(text, label, posterior, n) {
    const terms = [0, 1].map((k) => {
      const v = Math.exp(posterior[2 + k]);
      return [v - posterior[2 + k] - 1, posterior[k] ** 2];
    });
    const sum = terms.flat().reduce((total, value) => total + value, 0) / 2;
    const [[first1, mean1], [first2, mean2]] = terms.map((pair) => pair.map((v) => n(v, 2)));
    const shown = { digit: label, sum: n(sum, 2), first1, mean1, first2, mean2 };
    setText(this.words.curves, filled(text.built, shown));
    const [log1, log2] = posterior.slice(2);
    const variances = { v1: n(Math.exp(log1), 2), v2: n(Math.exp(log2), 2) };
    const logs = { log1: n(log1, 2), log2: n(log2, 2) };
    setText(this.words.logvar, filled(text.logvar, { ...variances, ...logs }));
  }

  /**
   * Shows the chosen digit and what draws of its bubble are decoded to.
   * @param {ArrayLike<number>} picture  pixels in [0, 1]
   * @param {ArrayLike<number>[]} draws
   */
  showPictures(picture, draws) {
    if (picture !== this.shown) paintRow(this.picture, [picture], this.side);
    this.shown = picture;
    paintRow(this.decoded, draws, this.side);
  }
}

/**
 * Paints pictures beside each other. One canvas for all, since each takes time in every frame.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>[]} pictures  pixels in [0, 1]
 * @param {number} side  of a picture, in pixels
 */
function paintRow(canvas, pictures, side) {
  const width = pictures.length * (side + GAP) - GAP;
  if (canvas.width !== width) Object.assign(canvas, { width, height: side });
  const image = new ImageData(width, side);
  pictures.forEach((pixels, at) => {
    for (let i = 0; i < pixels.length; i++) {
      const row = Math.floor(i / side);
      const place = 4 * (row * width + at * (side + GAP) + (i % side));
      image.data.fill(255 * pixels[i], place, place + 3);
      image.data[place + 3] = 255;
    }
  });
  contextOf(canvas, { willReadFrequently: true }).putImageData(image, 0, 0);
}

/** @param {string} testid @param {() => void} onclick */
function textButton(testid, onclick) {
  const made = element("button", { type: "button", class: "text", "data-testid": testid });
  made.onclick = onclick;
  return made;
}
