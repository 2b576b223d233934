// The part "bubbles": a VAE is trained in the browser, and the posterior of each digit is a bubble on
// which reconstruction and rate pull. When the visitor releases a control, the view is sent to Python.
import { chipRow } from "../../engine/chips.js";
import { gaussian } from "../../engine/code_arithmetic.js";
import { contextOf, element, onRelease, setAttribute, setText } from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { numberFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { seededRandom } from "../../engine/seeded_random.js";
import { slider } from "../../engine/slider.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { readTensors } from "../../engine/tensors.js";
import { BubbleMap, RECONSTRUCTION } from "./bubble_map.js";
import { BubbleVAE, ratePush, variance } from "./bubble_vae.js";
import { Estimates, Losses } from "./charts.js";
import { RateCurves } from "./rate_curves.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { Bubble, Numbers } from "./bubble_map.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const WORK = 8; // milliseconds of training in each frame
const PUSHED = 5; // bubbles whose pushes are computed in each frame
const MOST = 4000; // steps after a change, then the training rests
const STARTS = 999; // seeds of an untrained network
const DRAWS = 100; // of the chosen bubble
const DECODED = 5; // of them that are decoded
const FRAMES = 5; // between two estimates of the gradient, while it trains
const PLACES = 200; // of the slider of beta
const LEAST_BETA = 0.01; // above 0, on the slider
const TERMS = /** @type {const} */ (["reconstruction", "rate"]);
const NUMBERS = /** @type {const} */ (["distortion", "rate", "sum", "radius", "spread"]);

/**
 * @typedef {Object} BubblesData
 * @property {LinkData} view
 * @property {FileAddress} file  the digits and the first weights
 * @property {Object<string, any>} text
 * @property {string} language  for the format of numbers
 */

/**
 * @typedef {Object} Described  in the file
 * @property {string[]} colours  of the ten digits
 * @property {number} hidden
 * @property {number} lr
 * @property {[number, number]} logvar_range
 * @property {{ noise: number[], weights: number[] }} quadrature
 */

export default mountPart(STYLES, () => new Bubbles(), "view");

class Bubbles {
  view = new LinkView();
  /** @type {BubblesData} */
  data = { view: this.view.data, file: { key: "", url: "" }, text: {}, language: "en" };
  /** @type {?BubbleVAE} */
  vae = null;
  /** @type {?Described} */
  described = null;
  /** @type {Record<string, Float64Array>} */
  first = {}; // parameters of encoder and decoder
  /** @type {Bubble[]} */
  bubbles = [];
  /** @type {?Numbers} */
  moved = null; // the posterior that the visitor has given to the chosen bubble
  started = -1; // the start that the training has begun with: 0 for the first weights, or a seed
  playing = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  visible = false;
  side = 0; // of a picture, in pixels
  said = ""; // the last message, as JSON
  frame = 0; // the requested animation frame; 0 for none
  left = MOST; // steps until the training rests
  next = 0; // the bubble whose pushes are computed next
  losses = { distortion: 0, rate: 0 };
  random = seededRandom(0);
  frames = 0; // drawn since the last estimate
  draws = normals(seededRandom(1), 2 * DRAWS);
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  constructor() {
    this.map = new BubbleMap({
      choose: (index) => this.choose(index),
      move: (posterior) => this.move(posterior),
      release: () => this.release(),
    });
    this.curves = new RateCurves(
      (posterior) => this.move(posterior),
      () => this.release(),
    );
    this.estimates = new Estimates();
    this.chart = new Losses();
    this.terms = chipRow({
      type: "checkbox",
      group: "term",
      names: [...TERMS],
      pick: (name) => this.change({ [name]: this.terms.inputs[name].checked ? "on" : "off" }),
    });
    this.beta = slider({ min: "0", max: String(PLACES), step: "1", "data-testid": "beta" });
    this.beta.oninput = () => this.change({ beta: this.betaAt(Number(this.beta.value)) }, false);
    onRelease(this.beta, () => this.release());
    this.betaName = element("span");
    this.betaValue = element("output", { "aria-hidden": "true" });
    this.play = this.button("play", () => this.setPlaying(!this.training));
    this.again = this.button("again", () => {
      this.playing = true;
      this.change({ start: (this.values.start % STARTS) + 1 });
    });
    this.picture = element("canvas", { class: "digit", role: "img" });
    this.decoded = Array.from({ length: DECODED }, () =>
      element("canvas", { class: "digit", role: "img", "data-testid": "decoded-draw" }),
    );
    this.captions = [element("span"), element("span")];
    this.titles = Object.fromEntries(
      ["curves", "estimates", "losses"].map((name) => [name, element("div", { class: "title" })]),
    );
    this.words = Object.fromEntries(
      ["curves", "estimates", "losses", "legend"].map((name) => [
        name,
        element("div", { class: "about" }),
      ]),
    );
    this.heads = [element("span"), element("span")];
    this.rows = NUMBERS.map((name) => ({ name, term: element("dt"), value: element("dd") }));
    const { titles, words, heads, rows } = this;
    this.root = element(
      "div",
      { class: "bubbles layer" },
      element(
        "div",
        { class: "stage" },
        this.map.canvas,
        words.legend,
        element(
          "dl",
          { class: "numbers" },
          ...rows.map(({ term, value }) => element("div", {}, term, value)),
        ),
        element(
          "div",
          { class: "pictures" },
          ...this.captions,
          this.picture,
          element("div", { class: "decoded" }, ...this.decoded),
        ),
      ),
      element(
        "div",
        { class: "side" },
        this.terms.row,
        element("div", { class: "row" }, this.play, this.again),
        element("label", { class: "setting" }, this.betaName, this.betaValue, this.beta),
        element(
          "section",
          {},
          titles.curves,
          element("div", { class: "heads" }, ...heads),
          this.curves.canvas,
          words.curves,
        ),
        element("section", {}, titles.estimates, this.estimates.canvas, words.estimates),
        element("section", {}, titles.losses, this.chart.canvas, words.losses),
      ),
    );
    this.drawing = new OncePerFrame(() => this.draw());
    this.observer = new IntersectionObserver((entries) => {
      this.visible = Boolean(entries.at(-1)?.isIntersecting);
      this.run();
    });
    this.observer.observe(this.root);
    document.addEventListener("visibilitychange", this.run);
  }

  /** @param {string} testid @param {() => void} onclick */
  button(testid, onclick) {
    const made = element("button", { type: "button", class: "text", "data-testid": testid });
    made.onclick = onclick;
    return made;
  }

  /** Stops the training. */
  leave() {
    this.observer.disconnect();
    document.removeEventListener("visibilitychange", this.run);
    cancelAnimationFrame(this.frame);
    this.drawing.leave();
    for (const map of [this.map, this.curves, this.estimates, this.chart]) map.leave();
  }

  // ---- the data

  /** @param {BubblesData} data */
  follow(data) {
    this.data = data;
    this.name();
    const taken = this.view.follow(data.view);
    if (taken) this.moved = null;
    if (taken && this.vae) this.begin();
    else if (this.vae) this.drawing.ask();
    else this.load();
  }

  name() {
    const { text } = this.data;
    this.terms.name(text.terms, { reconstruction: text.reconstruction, rate: text.rate });
    setText(this.again, text.again);
    setText(this.betaName, text.beta);
    setText(this.words.legend, text.legend);
    setText(this.heads[0], text.variance);
    setText(this.heads[1], text.mean);
    for (const name of ["curves", "estimates", "losses"]) setText(this.titles[name], text[name]);
    for (const { name, term } of this.rows) setText(term, text.numbers[name]);
    setAttribute(this.beta, "aria-label", text.beta);
    setAttribute(this.map.canvas, "aria-label", `${text.map} ${text.keys}`);
    setAttribute(this.curves.canvas, "aria-label", text.curves);
    setAttribute(this.estimates.canvas, "aria-label", text.estimates);
    setAttribute(this.chart.canvas, "aria-label", text.losses);
    for (const [i, name] of ["picture", "decoded"].entries()) setText(this.captions[i], text[name]);
    setAttribute(this.picture, "aria-label", text.picture);
    for (const canvas of this.decoded) setAttribute(canvas, "aria-label", text.decoded);
  }

  async load() {
    const { tensor, metadata } = readTensors(await fetchFile(this.data.file));
    if (this.vae) return; // another call was faster
    const described = /** @type {Described} */ (JSON.parse(metadata.described));
    const { shape, values } = tensor("pictures");
    const [count, side] = shape;
    const pictures = Array.from({ length: count }, (_, i) =>
      Float32Array.from(values.subarray(i * side * side, (i + 1) * side * side), (v) => v / 255),
    );
    const { hidden, lr, logvar_range: logvarRange } = described;
    this.described = described;
    for (const name of ["encoder", "decoder"]) {
      this.first[name] = Float64Array.from(tensor(name).values);
    }
    this.side = side;
    this.vae = new BubbleVAE(hidden, pictures, { lr, logvarRange });
    this.bubbles = Array.from(tensor("labels").values, (label) => ({
      label,
      posterior: [0, 0, 0, 0],
      reconstruction: [0, 0, 0, 0],
      rate: [0, 0, 0, 0],
    }));
    this.map.colours = described.colours;
    this.map.bubbles = this.bubbles;
    this.begin();
    this.run();
  }

  get values() {
    return this.view.values;
  }

  /** The weight of the rate. */
  get weight() {
    return this.values.rate === "on" ? this.values.beta : 0;
  }

  /** Whether it trains, while it is seen. */
  get training() {
    return this.playing && this.left > 0;
  }

  get chosen() {
    return Math.min(this.values.digit, this.bubbles.length - 1);
  }

  /** Starts the training where the view says, unless it goes on from there. */
  begin() {
    const { vae, values } = this;
    if (!vae) return;
    this.left = MOST;
    if (this.started !== values.start) {
      this.started = values.start;
      this.random = seededRandom(values.start);
      for (const side of /** @type {const} */ (["encoder", "decoder"])) {
        if (values.start) vae[side].initialise(this.random);
        else vae[side].parameters.set(this.first[side]);
      }
      vae.restart();
      this.chart.restart();
    }
    this.read();
    this.push(this.bubbles.length);
    this.map.fit(true);
    this.drawing.ask();
    this.run();
  }

  // ---- the training

  /** @param {boolean} playing */
  setPlaying(playing) {
    this.playing = playing;
    if (playing) {
      this.moved = null;
      this.left = MOST;
    }
    this.drawing.ask();
    this.run();
  }

  /** Requests animation frames only while there is something to train and it is seen. */
  run = () => {
    const wanted = this.vae && this.training && this.visible && !document.hidden;
    if (wanted && !this.frame) this.frame = requestAnimationFrame(() => this.tick());
    if (wanted || !this.frame) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  };

  tick() {
    const { vae, values } = this;
    this.frame = 0;
    if (!vae) return;
    const end = performance.now() + WORK;
    const reconstruction = Number(values.reconstruction === "on");
    do {
      const noise = normals(this.random, 2 * this.bubbles.length);
      this.losses = vae.step(noise, reconstruction, this.weight);
      this.chart.add(vae.steps, this.losses);
      this.left--;
    } while (performance.now() < end && this.left > 0);
    vae.encode();
    this.read();
    this.push(PUSHED);
    this.map.fit();
    this.draw();
    this.run();
  }

  /** Takes the posteriors from the encoder. */
  read() {
    const { vae } = this;
    if (!vae) return;
    this.bubbles.forEach(({ posterior }, i) => {
      for (let k = 0; k < 2; k++) {
        posterior[k] = vae.mean[2 * i + k];
        posterior[2 + k] = vae.logvar[2 * i + k];
      }
    });
    if (this.moved) this.bubbles[this.chosen].posterior = [...this.moved];
  }

  /**
   * Computes the pushes of some bubbles, and those of the chosen one.
   * @param {number} count
   */
  push(count) {
    const all = this.bubbles.length;
    const which = Array.from({ length: Math.min(count, all) }, (_, i) => (this.next + i) % all);
    this.next = (this.next + count) % all;
    for (const index of new Set([...which, this.chosen])) this.pushOne(index);
  }

  /** @param {number} index */
  pushOne(index) {
    const { vae, described, values, weight } = this;
    if (!vae || !described) return;
    const bubble = this.bubbles[index];
    const [mean, logvar] = [bubble.posterior.slice(0, 2), bubble.posterior.slice(2)];
    bubble.reconstruction =
      values.reconstruction === "on"
        ? vae.reconstructionPush(index, mean, logvar, described.quadrature)
        : [0, 0, 0, 0];
    const push = ratePush(mean, logvar);
    bubble.rate = /** @type {Numbers} */ (push.map((value) => weight * value));
  }

  // ---- what is shown

  draw() {
    const { vae, bubbles, chosen, data, values, root } = this;
    const { text, language } = data;
    if (!vae || !bubbles.length) return;
    const n = numberFormat(language);
    const bubble = bubbles[chosen];
    const { posterior } = bubble;
    this.map.chosen = chosen;
    this.map.draws = this.draws.map(
      (noise, i) => posterior[i % 2] + noise * Math.exp(posterior[2 + (i % 2)] / 2),
    );
    this.map.redraw();
    this.curves.posterior = posterior;
    this.curves.colour = this.map.colours[bubble.label];
    this.curves.redraw();
    if (!this.frame || ++this.frames % FRAMES === 0) this.estimate(n);
    this.chart.lines = { distortion: RECONSTRUCTION, rate: this.map.accent };
    this.chart.redraw();
    this.paint(this.picture, vae.pictures[chosen]);
    vae.decode(this.map.draws, DECODED).forEach((pixels, n) => this.paint(this.decoded[n], pixels));

    const terms = [0, 1].map((k) => {
      const v = Math.exp(posterior[2 + k]);
      return [v - posterior[2 + k] - 1, posterior[k] ** 2];
    });
    const sum = terms.flat().reduce((total, value) => total + value, 0) / 2;
    const shown = { digit: bubble.label, sum: n(sum, 2) };
    const [[first1, mean1], [first2, mean2]] = terms.map((pair) => pair.map((v) => n(v, 2)));
    setText(this.words.curves, filled(text.built, { ...shown, first1, mean1, first2, mean2 }));
    setText(this.words.losses, filled(text.steps, { steps: n(vae.steps, 0) }));

    const radius = mean(bubbles.map(({ posterior: [, , a, b] }) => Math.exp((a + b) / 4)));
    const spread = Math.sqrt(mean(bubbles.map(({ posterior: [x, y] }) => x * x + y * y)));
    const { distortion, rate } = this.losses;
    const numbers = { distortion, rate, sum: distortion + rate, radius, spread };
    for (const { name, value } of this.rows) setText(value, n(numbers[name], 2));
    setText(this.play, this.training ? text.pause : text.play);
    for (const name of TERMS) this.terms.inputs[name].checked = values[name] === "on";
    const written = n(values.beta, values.beta < 1 ? 2 : values.beta < 10 ? 1 : 0);
    setText(this.betaValue, written);
    setAttribute(this.beta, "aria-valuetext", written);
    if (this.betaAt(Number(this.beta.value)) !== values.beta) {
      this.beta.value = String(this.placeOf(values.beta));
    }
    Object.assign(root.dataset, {
      radius: radius.toFixed(4),
      spread: spread.toFixed(4),
      steps: vae.steps,
      playing: this.training,
    });
  }

  /**
   * Shows estimates of the gradient for the mean of the chosen bubble, and how much they vary.
   * @param {(value: number, decimals: number) => string} n
   */
  estimate(n) {
    const { vae, chosen, estimates, data, draws } = this;
    if (!vae) return;
    const { posterior } = this.bubbles[chosen];
    const found = vae.estimates(chosen, posterior.slice(0, 2), posterior.slice(2), draws);
    const both = [found.pathwise.mean, found.score.mean];
    estimates.rows = both.map((row) => row.filter((_, i) => i % 2 === 0)); // of the first latent
    estimates.colours = [this.map.accent, RECONSTRUCTION];
    estimates.redraw();
    const [trick, score] = both.map(variance);
    const ratio = score / trick;
    const words = {
      trick: n(trick, trick < 10 ? 2 : 0),
      score: n(score, 0),
      ratio: n(ratio, ratio < 10 ? 1 : 0),
    };
    setText(this.words.estimates, filled(data.text.ratio, words));
    this.root.dataset.ratio = ratio.toFixed(2);
  }

  /**
   * Paints a small picture.
   * @param {HTMLCanvasElement} canvas
   * @param {ArrayLike<number>} pixels  in [0, 1]
   */
  paint(canvas, pixels) {
    const { side } = this;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const image = new ImageData(side, side);
    for (let i = 0; i < pixels.length; i++) {
      image.data.fill(255 * pixels[i], 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    }
    contextOf(canvas, { willReadFrequently: true }).putImageData(image, 0, 0);
  }

  // ---- what the visitor does

  /**
   * Changes values of the view.
   * @param {Object<string, any>} changes
   * @param {boolean} [released]  whether Python hears of it
   */
  change(changes, released = true) {
    Object.assign(this.values, changes);
    this.moved = null;
    this.begin();
    if (released) this.release();
  }

  /** @param {number} index */
  choose(index) {
    if (index !== this.chosen) this.moved = null;
    this.values.digit = index;
    this.read();
    this.pushOne(index);
    this.drawing.ask();
  }

  /**
   * Gives the chosen bubble another posterior; the training waits, since it would take it back.
   * @param {Numbers} posterior
   */
  move(posterior) {
    const { vae } = this;
    if (!vae) return;
    const [low, high] = vae.logvarRange;
    const [x, y, first, second] = posterior;
    const inside = (/** @type {number} */ v) => Math.min(Math.max(v, low), high);
    this.moved = [x, y, inside(first), inside(second)];
    this.playing = false;
    this.run();
    this.read();
    this.pushOne(this.chosen);
    this.drawing.ask();
  }

  release() {
    const message = this.view.message();
    const text = JSON.stringify(message);
    if (text === this.said) return;
    this.said = text;
    this.send(message);
  }

  // ---- the slider of beta: 0, then even steps of its logarithm

  /** @param {number} place */
  betaAt(place) {
    if (!place) return 0;
    const { high } = this.view.data.fields.beta;
    const share = (place - 1) / (PLACES - 1);
    return Number((LEAST_BETA * (high / LEAST_BETA) ** share).toPrecision(2));
  }

  /** @param {number} beta */
  placeOf(beta) {
    if (beta < LEAST_BETA) return 0;
    const { high } = this.view.data.fields.beta;
    return Math.round(
      1 + ((PLACES - 1) * Math.log(beta / LEAST_BETA)) / Math.log(high / LEAST_BETA),
    );
  }
}

/**
 * Normal numbers.
 * @param {() => number} random
 * @param {number} count
 */
function normals(random, count) {
  return Float64Array.from({ length: count }, () => gaussian(random));
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
