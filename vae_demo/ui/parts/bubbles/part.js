// The part "bubbles": a VAE is trained in the browser, and the posterior of each digit is a bubble on
// which reconstruction and rate pull. When the visitor releases a control, the view is sent to Python.
import { setText, throttled } from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { learningRateFormat, magnitudeFormat, numberFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { seededRandom } from "../../engine/seeded_random.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { readTensors } from "../../engine/tensors.js";
import { BubbleMap, RECONSTRUCTION } from "./bubble_map.js";
import { BubbleTraining, normals } from "./bubble_training.js";
import { BubbleVAE, variance } from "./bubble_vae.js";
import { Estimates, Losses } from "./charts.js";
import { Layout } from "./layout.js";
import { Posteriors } from "./posteriors.js";
import { RateCurves } from "./rate_curves.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { Numbers } from "./bubble_map.js"
 * @import { Quadrature } from "./posteriors.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const WORK = 8; // milliseconds of training in each frame
const LITTLE = 1; // the same while the visitor holds a slider: one step
const PUSHED = 5; // bubbles whose pushes are computed in each frame
const FEW = 2; // the same while the visitor holds a slider
const STARTS = 999; // seeds of an untrained network
const DRAWS = 100; // of the chosen bubble
const TEXT_PACE = 60; // milliseconds between two updates of texts or of the estimates

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
 * @property {[number, number]} logvar_range
 * @property {Quadrature} quadrature
 */

export default mountPart(STYLES, () => new Bubbles(), "view");

class Bubbles {
  view = new LinkView();
  /** @type {BubblesData} */
  data = { view: this.view.data, file: { key: "", url: "" }, text: {}, language: "en" };
  /** @type {?BubbleVAE} */
  vae = null;
  /** @type {?BubbleTraining} */
  training = null;
  /** @type {?Posteriors} */
  posteriors = null;
  /** @type {?Numbers} */
  moved = null; // the posterior that the visitor has given to the chosen bubble
  playing = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  visible = false;
  said = ""; // the last message, as JSON
  frame = 0; // the requested animation frame; 0 for none
  held = false; // whether the visitor holds a slider
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
    const { map, curves, estimates, chart } = this;
    this.layout = new Layout(
      {
        map: map.canvas,
        curves: curves.canvas,
        estimates: estimates.canvas,
        losses: chart.canvas,
      },
      {
        switchTerm: (name, value) => {
          this.playing = true;
          this.change({ [name]: value });
        },
        moveBeta: (beta) => {
          this.playing = this.held = true;
          this.change({ beta }, false);
        },
        // From an untrained network, since only that shows what a learning rate does.
        moveLearningRate: (lr) => {
          this.playing = this.held = true;
          this.change({ lr, start: this.values.start || 1 }, false);
        },
        release: () => this.release(),
        play: () => this.setPlaying(!this.trains),
        again: () => {
          this.playing = true;
          this.change({ start: (this.values.start % STARTS) + 1 });
        },
      },
    );
    this.root = this.layout.root;
    this.drawing = new OncePerFrame(() => this.draw());
    this.texts = throttled(
      TEXT_PACE,
      () => this.showTexts(),
      () => this.estimate(),
    );
    this.observer = new IntersectionObserver((entries) => {
      this.visible = Boolean(entries.at(-1)?.isIntersecting);
      this.run();
    });
    this.observer.observe(this.root);
    document.addEventListener("visibilitychange", this.run);
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
    const taken = this.view.follow(data.view);
    this.layout.name(data.text);
    if (taken) this.moved = null;
    if (taken && this.vae) {
      this.playing = true; // the visitor has asked for something that is seen in training
      this.begin();
    } else if (this.vae) this.drawing.ask();
    else this.load();
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
    const { hidden, logvar_range: logvarRange } = described;
    const [encoder, decoder] = ["encoder", "decoder"].map((name) =>
      Float64Array.from(tensor(name).values),
    );
    this.layout.side = side;
    this.vae = new BubbleVAE(hidden, pictures, logvarRange);
    this.training = new BubbleTraining(this.vae, { encoder, decoder });
    this.posteriors = new Posteriors(this.vae, tensor("labels").values, described.quadrature);
    this.map.colours = described.colours;
    this.map.bubbles = this.bubbles;
    this.begin();
    this.run();
  }

  get values() {
    return this.view.values;
  }

  get bubbles() {
    return this.posteriors?.bubbles ?? [];
  }

  /** The weight of the rate. */
  get weight() {
    return this.values.rate === "on" ? this.values.beta : 0;
  }

  /** Whether it trains, while it is seen. */
  get trains() {
    return this.playing && Boolean(this.training?.left);
  }

  get chosen() {
    return Math.min(this.values.digit, this.bubbles.length - 1);
  }

  /** Starts the training where the view says, unless it goes on from there. */
  begin() {
    if (!this.training) return;
    const { start, lr } = this.values;
    if (this.training.begin({ start, lr })) this.chart.restart();
    if (this.held && this.trains) return; // the next frame shows it
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
      this.training?.goOn();
    }
    this.drawing.ask();
    this.run();
  }

  /** Requests animation frames only while there is something to train and it is seen. */
  run = () => {
    const wanted = this.trains && this.visible && !document.hidden;
    if (wanted && !this.frame) this.frame = requestAnimationFrame(() => this.tick());
    if (wanted || !this.frame) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  };

  tick() {
    const { training } = this;
    this.frame = 0;
    if (!training) return;
    const reconstruction = Number(this.values.reconstruction === "on");
    training.work(this.held ? LITTLE : WORK, reconstruction, this.weight, () =>
      this.chart.add(training.vae.steps, training.losses),
    );
    this.read();
    this.push(this.held ? FEW : PUSHED);
    this.map.fit();
    this.draw();
    this.run();
  }

  /** Takes the posteriors from the encoder, but for the one that the visitor has moved. */
  read() {
    this.posteriors?.read();
    if (this.moved) this.bubbles[this.chosen].posterior = [...this.moved];
  }

  /**
   * Computes the pushes of some bubbles, and those of the chosen one.
   * @param {number} count
   */
  push(count) {
    const reconstruction = this.values.reconstruction === "on";
    this.posteriors?.push(count, this.chosen, reconstruction, this.weight);
  }

  // ---- what is shown

  draw() {
    const { vae, bubbles, chosen, layout } = this;
    if (!vae) return;
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
    this.chart.lines = { distortion: RECONSTRUCTION, rate: this.map.accent };
    this.chart.redraw();
    layout.showPictures(vae.pictures[chosen], vae.decode(this.map.draws, layout.decodedCount));
    this.texts();
  }

  /** Shows numbers, sentences and the state of the controls. */
  showTexts() {
    const { vae, training, posteriors, bubbles, chosen, data, layout } = this;
    const { text, language } = data;
    if (!vae || !training || !posteriors) return;
    const n = numberFormat(language);
    const { label, posterior } = bubbles[chosen];
    layout.showRate(text, label, posterior, n);
    setText(layout.words.losses, filled(text.steps, { steps: n(vae.steps, 0) }));

    const { radius, spread } = posteriors;
    const { distortion, rate } = training.losses;
    layout.showNumbers({ distortion, rate, sum: distortion + rate, radius, spread }, language);
    this.showControls(n);
    Object.assign(this.root.dataset, {
      radius: radius.toFixed(4),
      spread: spread.toFixed(4),
      steps: vae.steps,
      playing: this.trains,
    });
  }

  /**
   * Shows the state of the controls, and says so if the steps are too large.
   * @param {(value: number, decimals: number) => string} n
   */
  showControls(n) {
    const { training, data, values, layout } = this;
    const { text, language } = data;
    const { fields } = data.view;
    const written = learningRateFormat(language);
    const play = this.trains ? text.pause : text.play;
    layout.showControls(values, fields, play, n, written(values.lr));
    const usual = fields.lr.default;
    const rose = training?.course.rose && values.lr > usual;
    const words = { ...training?.course.words(language), lr: written(usual) };
    layout.warn(rose ? filled(text.rose, words) : "");
  }

  /** Shows estimates of the gradient for the mean of the chosen bubble, and how much they vary. */
  estimate() {
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
    const n = magnitudeFormat(data.language);
    const words = { trick: n(trick), score: n(score), ratio: n(ratio) };
    const sentence = trick > 0 ? data.text.ratio : data.text.same; // where the decoder is linear
    setText(this.layout.words.estimates, filled(sentence, words));
    this.root.dataset.ratio = ratio.toFixed(2);
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
    this.push(0);
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
    this.push(0);
    this.drawing.ask();
  }

  release() {
    this.held = false;
    const message = this.view.message();
    const text = JSON.stringify(message);
    if (text === this.said) return;
    this.said = text;
    this.send(message);
  }
}
