// The part "bubbles": a VAE is trained in the browser, and the posterior of each digit is a bubble on
// which reconstruction and rate pull. When the visitor releases a control, the view is sent to Python.
import { fetchFile } from "../../engine/files.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { readTensors } from "../../engine/tensors.js";
import { BubbleTraining } from "./bubble_training.js";
import { BubbleVAE } from "./bubble_vae.js";
import { Display } from "./display.js";
import { Posteriors } from "./posteriors.js";

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
  /** @type {?Numbers} what the visitor has made of the chosen bubble */
  moved = null;
  playing = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  visible = false;
  said = ""; // the last message, as JSON
  frame = 0; // the requested animation frame; 0 for none
  held = false; // whether the visitor holds a slider
  others = true; // whether more than the chosen bubble has changed since the last picture
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  constructor() {
    this.display = new Display({
      choose: (index) => this.choose(index),
      move: (posterior) => this.move(posterior),
      release: () => this.release(),
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
      play: () => this.setPlaying(!this.trains),
      again: () => {
        this.playing = true;
        this.change({ start: (this.values.start % STARTS) + 1 });
      },
    });
    this.root = this.display.root;
    this.drawing = new OncePerFrame(() => this.draw());
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
    this.display.leave();
  }

  // ---- the data

  /** @param {BubblesData} data */
  follow(data) {
    this.data = data;
    const taken = this.view.follow(data.view);
    this.display.layout.name(data.text);
    if (taken) this.moved = null;
    if (taken && this.vae) {
      this.playing = true; // the visitor has asked for something that is seen in training
      this.begin();
    } else if (this.vae) this.redraw();
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
    this.display.layout.side = side;
    this.vae = new BubbleVAE(hidden, pictures, logvarRange);
    this.training = new BubbleTraining(this.vae, { encoder, decoder });
    this.posteriors = new Posteriors(this.vae, tensor("labels").values, described.quadrature);
    Object.assign(this.display.map, { colours: described.colours, bubbles: this.bubbles });
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
    if (this.training.begin({ start, lr })) this.display.losses.restart();
    if (this.held && this.trains) return; // the next frame shows it
    this.push(this.bubbles.length);
    this.display.map.fit(true);
    this.redraw();
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
    this.redraw();
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
      this.display.losses.add(training.vae.steps, training.losses),
    );
    this.push(this.held ? FEW : PUSHED);
    this.display.map.fit();
    this.others = true;
    this.draw();
    this.run();
  }

  /**
   * Takes the posteriors from the encoder, but for the one that the visitor has moved, and computes the
   * pushes of some bubbles and of the chosen one.
   * @param {number} count
   */
  push(count) {
    this.posteriors?.read();
    if (this.moved) this.bubbles[this.chosen].posterior = [...this.moved];
    const reconstruction = this.values.reconstruction === "on";
    this.posteriors?.push(count, this.chosen, reconstruction, this.weight);
  }

  // ---- what is shown

  /** Shows all bubbles, not the chosen one alone. */
  redraw() {
    this.others = true;
    this.drawing.ask();
  }

  draw() {
    const { training, posteriors, chosen, trains, values, others, data } = this;
    this.others = false;
    if (!training || !posteriors) return;
    const shown = { training, posteriors, chosen, trains, values, fields: data.view.fields };
    this.display.draw({ ...data, ...shown }, others);
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
    this.push(0);
    this.redraw();
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
