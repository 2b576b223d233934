// The reconstructions of a digit by several models with their errors, and PyTorch's beside them.
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  paintDigit,
  setAttribute,
  setText,
  throttled,
} from "../../engine/dom.js";
import { decode, encode } from "../../engine/network.js";
import { ERROR_DECIMALS } from "../../engine/number_format.js";

/**
 * @import { Network } from "../../engine/network.js"
 * @import { Answer, DrawData, Texts } from "./data.js"
 * @import { NumberFormat } from "../../engine/number_format.js"
 */

const NUMBER_PACE = 150; // milliseconds between two updates of a number, so that it can be read

/** A row of pictures, one per model, and below it the largest difference from PyTorch's. */
export class Reconstructions {
  /** @type {ModelFigure[]} */
  models = [];
  /** @type {?Texts} */
  text = null;
  /** @type {NumberFormat} */
  format = String;

  constructor() {
    this.row = element("div", { class: "redrawn" });
    this.about = element("div", { class: "about agree", role: "status" });
    this.number = throttled(NUMBER_PACE, () => {
      for (const { error, found } of this.models) {
        if (found !== undefined)
          setText(error, this.say("error", this.format(found, ERROR_DECIMALS)));
      }
    });
  }

  /**
   * The models, in order.
   * @param {DrawData["models"]} models
   * @param {Texts} text
   * @param {NumberFormat} format
   */
  follow(models, text, format) {
    this.text = text;
    this.format = format;
    const known = new Map(this.models.map((model) => [model.run, model]));
    this.models = models.map(({ run, family, file }) => {
      const model = known.get(run) ?? modelFigure(run);
      model.key = file?.key ?? "";
      model.family.textContent = family;
      setAttribute(model.canvas, "aria-label", `${run}, ${family}`);
      setAttribute(model.exact, "aria-label", `${run}, PyTorch`);
      return model;
    });
    const figures = this.models.map((model) => model.figure);
    const same =
      figures.length === this.row.children.length &&
      figures.every((figure, i) => figure === this.row.children[i]);
    if (!same) this.row.replaceChildren(...figures);
  }

  /**
   * Reconstructs a digit with every model.
   * @param {Float32Array} x  (784) the digit, to which errors are measured
   * @param {Float32Array} seen  (784) the input of the models
   * @param {Map<string, ?Network>} networks  key of a file -> the network, if it is loaded
   * @param {?Answer} answer  PyTorch's answer, if it is for this digit
   */
  show(x, seen, networks, answer) {
    let most = 0;
    let compared = 0;
    this.models.forEach((model, i) => {
      const network = networks.get(model.key);
      const given = answer?.pixels.subarray(i * DIGIT_PIXELS, (i + 1) * DIGIT_PIXELS);
      model.figure.classList.toggle("stale", !answer);
      if (answer && given) {
        model.beside.hidden = false; // shown only if there is an answer from Python
        paintDigit(model.exact, given);
        setText(model.exactError, this.format(answer.errors[i], ERROR_DECIMALS));
      }
      if (network) {
        const picture = decode(network, encode(network, seen).mean);
        const pixels = Uint8ClampedArray.from(picture, (v) => 255 * v);
        paintDigit(model.canvas, pixels);
        model.found = meanSquare(picture, x);
        if (given) {
          compared++;
          pixels.forEach((v, j) => (most = Math.max(most, Math.abs(v - given[j]))));
        }
      } else if (answer && given) {
        // the network is still loading
        paintDigit(model.canvas, given);
        model.found = answer.errors[i];
      }
    });
    this.number();
    if (answer || !this.models.length) {
      this.number.now();
      setText(this.about, compared ? this.say("agree", String(most)) : "");
    }
    this.about.classList.toggle("stale", !answer);
  }

  /**
   * A text that contains a number.
   * @param {"error"|"agree"} name
   * @param {string} value
   */
  say(name, value) {
    return (this.text?.[name] ?? "").replace("{value}", value);
  }
}

/**
 * The mean squared difference per pixel.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @returns {number}
 */
export function meanSquare(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

/**
 * @typedef {Object} ModelFigure
 * @property {string} run
 * @property {string} key  of the file of its network; "" for none
 * @property {HTMLElement} figure
 * @property {HTMLCanvasElement} canvas  the reconstruction in the browser
 * @property {HTMLElement} family
 * @property {HTMLElement} error
 * @property {HTMLElement} beside  PyTorch's reconstruction and its error
 * @property {HTMLCanvasElement} exact
 * @property {HTMLElement} exactError
 * @property {number} [found]  the error, if there is a reconstruction
 */

/**
 * The pictures and texts of a model.
 * @param {string} run
 * @returns {ModelFigure}
 */
function modelFigure(run) {
  const canvas = digitCanvas({ "data-testid": "reconstruction", "data-run": run });
  const family = element("span", { class: "subtitle" });
  const error = element("div", { class: "error" });
  const exact = digitCanvas({ "data-testid": "exact", "data-run": run });
  const by = element("span", { class: "by" }, "PyTorch");
  const exactError = element("span");
  const beside = element("div", { class: "exact", hidden: "" }, exact, by, exactError);
  const figure = element(
    "figure",
    {},
    element("div", { class: "label" }, run, family),
    canvas,
    element("figcaption", {}, error, beside),
  );
  return { run, key: "", figure, canvas, family, error, beside, exact, exactError };
}
