// The part "slow_motion": one step of a training in five stages. All numbers are there at once; the
// visitor goes forward and back without waiting for the server, which hears of the stage for the link.
import { chipRow } from "../../engine/chips.js";
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { learningRateFormat, resultFormat } from "../../engine/number_format.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

/** @import { LinkData, LinkMessage } from "../../engine/link_view.js" */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const STAGES = /** @type {const} */ (["input", "code", "output", "backward", "step"]);
// What PyTorch is told in each stage.
const CODE = {
  input: "x, labels = batch",
  code: "output = model(x)",
  output: "loss = criterion(output, x)",
  backward: "optimizer.zero_grad(); loss.backward()",
  step: "optimizer.step()",
};
const LEAST_BAR = 0.5; // percent of the width

/** @typedef {typeof STAGES[number]} Stage */

/**
 * @typedef {Object} Layer
 * @property {string} name
 * @property {number[]} shape  of its weights
 * @property {?number} gradient
 * @property {?number} change
 */

/**
 * @typedef {Object} SlowMotionData
 * @property {LinkData} view
 * @property {string} picture  base64 of 784 bytes, as the two others
 * @property {?string} seen  if the encoder gets a damaged digit
 * @property {string} reconstruction
 * @property {Object<string, ?number>} numbers  null is a number that is infinite or NaN, as below
 * @property {Record<"mean"|"sigma"|"noise"|"z", (?number)[]> & { count: number }} code
 * @property {Layer[]} layers
 * @property {Object<string, any>} text
 * @property {string} language
 */

export default mountPart(
  STYLES,
  /** @param {SlowMotionData} data */ (data) => new SlowMotion(data),
  "view",
);

class SlowMotion {
  view = new LinkView();
  /** @type {(message: LinkMessage) => void} */
  send = () => {};
  code = element("code");
  about = element("p");
  fault = element("p", { class: "fault", "data-testid": "slow-fault" }); // what is wrong with the step
  body = element("div", { class: "body" });
  back = element("button", { type: "button", class: "text", "data-testid": "slow-back" });
  forward = element("button", { type: "button", class: "text", "data-testid": "slow-forward" });

  /** @param {SlowMotionData} data */
  constructor(data) {
    this.data = data;
    this.stages = chipRow({
      type: "radio",
      group: "slow",
      names: [...STAGES],
      pick: (name) => this.go(STAGES.indexOf(name)),
    });
    this.back.onclick = () => this.go(this.stage - 1);
    this.forward.onclick = () => this.go(this.stage + 1);
    this.root = element(
      "div",
      { class: "slow layer" },
      element("div", { class: "row" }, this.back, this.forward, this.stages.row),
      element("div", { class: "told", role: "status" }, this.code, this.about, this.fault),
      this.body,
    );
  }

  /** The place of the stage among all. */
  get stage() {
    return STAGES.indexOf(this.view.values.stage);
  }

  /** @param {SlowMotionData} data */
  follow(data) {
    this.data = data;
    this.view.follow(data.view);
    const { text } = data;
    setText(this.back, text.back);
    setText(this.forward, text.forward);
    this.stages.name(text.title, text.stages);
    this.show();
  }

  /** @param {number} stage */
  go(stage) {
    if (!STAGES[stage]) return; // beyond an end
    this.view.values.stage = STAGES[stage];
    this.show();
    this.send(this.view.message());
  }

  show() {
    const name = STAGES[this.stage];
    const { numbers, text, language } = this.data;
    const [n, written] = [resultFormat(language), learningRateFormat(language)];
    this.root.dataset.stage = name;
    this.stages.inputs[name].checked = true;
    setAttribute(this.back, "aria-disabled", this.stage === 0 ? "true" : null);
    setAttribute(this.forward, "aria-disabled", this.stage === STAGES.length - 1 ? "true" : null);
    setText(this.code, CODE[name]);
    const words = {
      batch: n(numbers.batch, 0),
      step: n(Number(numbers.step) + 1, 0),
      lr: written(/** @type {number} */ (numbers.lr)),
      before: n(numbers.loss, 2),
      after: n(numbers.loss_after, 2),
      smaller: written(/** @type {number} */ (numbers.smaller)),
    };
    setText(this.about, filled(text.abouts[name], words));
    setText(this.fault, filled(text.fault, words));
    this.body.replaceChildren(...this.parts(name));
  }

  /**
   * What a stage shows.
   * @param {Stage} name
   * @returns {HTMLElement[]}
   */
  parts(name) {
    const { text, picture, seen, reconstruction, layers } = this.data;
    const digit = this.figure(picture, text.picture);
    if (name === "input") return seen ? [digit, this.figure(seen, text.seen)] : [digit];
    if (name === "code") return [this.table()];
    if (name === "output") {
      return [digit, this.figure(reconstruction, text.reconstruction), this.losses()];
    }
    if (name === "backward") {
      return [
        this.bars(
          text.gradient,
          layers.map(({ gradient }) => gradient),
        ),
      ];
    }
    return [
      this.bars(
        text.change,
        layers.map(({ change }) => change),
      ),
      this.better(),
    ];
  }

  /**
   * @param {string} pixels  base64
   * @param {string} caption
   */
  figure(pixels, caption) {
    const canvas = digitCanvas({ "aria-label": caption });
    paintDigit(canvas, fromBase64(pixels));
    return element("figure", {}, canvas, element("figcaption", {}, caption));
  }

  /** The code: mean, σ, ε and z of each latent, or z alone. */
  table() {
    const { code, text, language } = this.data;
    const n = resultFormat(language);
    /** @type {("mean"|"sigma"|"noise"|"z")[]} */
    const columns = code.mean.length ? ["mean", "sigma", "noise", "z"] : ["z"];
    const head = element("tr", {}, element("th", { scope: "col" }, text.latent));
    for (const name of columns) head.append(element("th", { scope: "col" }, text[name]));
    const rows = code.z.map((_, i) => {
      const row = element("tr", {}, element("th", { scope: "row" }, n(i + 1, 0)));
      for (const name of columns) {
        const value = code[name][i];
        row.append(element("td", {}, value === undefined ? "" : n(value, 3)));
      }
      return row;
    });
    const table = element("table", {}, head, ...rows);
    const more = code.count - code.z.length;
    const rest = more > 0 ? filled(text.more, { more: n(more, 0) }) : "";
    return element("div", { class: "scroll", tabindex: "0" }, table, rest);
  }

  losses() {
    const { numbers, text, language } = this.data;
    const n = resultFormat(language);
    const kind =
      numbers.batch_penalty !== 0
        ? text.loss_penalty
        : numbers.batch_rate !== 0
          ? text.loss
          : text.loss_plain;
    const of = { distortion: n(numbers.distortion, 2), rate: n(numbers.rate, 2) };
    const batch = {
      distortion: n(numbers.batch_distortion, 2),
      rate: n(numbers.batch_rate, 2),
      beta: n(numbers.beta, 2),
      penalty: n(numbers.batch_penalty, 2),
      loss: n(numbers.loss, 2),
    };
    return element(
      "div",
      { class: "numbers" },
      element("p", {}, filled(text.of_picture, of)),
      element("p", {}, filled(text.of_batch, batch)),
      element("p", {}, filled(kind, batch)),
    );
  }

  /** The loss of the same batch before the step and after it. */
  better() {
    const { numbers, text, language } = this.data;
    const n = resultFormat(language);
    const words = { before: n(numbers.loss, 2), after: n(numbers.loss_after, 2) };
    const found = element("div", { class: "numbers" });
    found.append(
      element("p", {}, filled(text.before, words)),
      element("p", { "data-testid": "slow-after" }, filled(text.after, words)),
    );
    return found;
  }

  /**
   * A bar for each layer.
   * @param {string} title
   * @param {(?number)[]} values
   */
  bars(title, values) {
    const { layers, language } = this.data;
    const n = resultFormat(language);
    const most = Math.max(...values.map(Number)) || 1;
    const rows = layers.flatMap(({ name, shape }, i) => {
      const bar = element("div", { class: "bar" });
      const value = values[i] ?? 0;
      bar.style.width = `${Math.max((100 * value) / most, LEAST_BAR)}%`;
      const [outputs, inputs] = shape;
      return [
        element("span", { class: "name" }, `${name} ${inputs ?? 1}→${outputs}`),
        element("div", { class: "track" }, bar),
        element("span", { class: "value" }, n(values[i], value < 0.1 ? 4 : 2)),
      ];
    });
    return element("div", { class: "layers" }, element("div", { class: "title" }, title), ...rows);
  }
}
