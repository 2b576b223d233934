// The part "bubbles": a VAE is trained in the browser, and the posterior of each digit is a bubble on
// which reconstruction and rate pull. When the visitor releases a control, the view is sent to Python.
import { whenShown } from "../../engine/dom.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { loadBubbles } from "./bubble_file.js";
import { BubbleTraining } from "./bubble_training.js";
import { BubbleVAE } from "./bubble_vae.js";
import { Display } from "./display.js";
import { Posteriors } from "./posteriors.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { Numbers } from "./bubble_map.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const WORK = 8; // milliseconds of training between two frames
const LITTLE = 1; // the same while the visitor holds a slider: one step
const PUSHED = 5; // bubbles for which the push of the reconstruction is computed then
const FEW = 2; // the same while the visitor holds a slider
const STARTS = 999; // seeds of an untrained network

/**
 * @typedef {Object} BubblesData
 * @property {LinkData} view
 * @property {FileAddress} file  the digits and the first weights
 * @property {Object<string, any>} text
 * @property {string} language  for the format of numbers
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
  learning = 0; // the timer of the work between two frames; 0 for none
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
    clearTimeout(this.learning);
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
    const file = await loadBubbles(this.data.file);
    if (this.vae) return; // another call was faster
    const { pictures, labels, side, hidden, logvarRange, quadrature, colours, first } = file;
    this.display.layout.side = side;
    this.vae = new BubbleVAE(hidden, pictures, logvarRange);
    this.training = new BubbleTraining(this.vae, first);
    this.posteriors = new Posteriors(this.vae, labels, quadrature);
    Object.assign(this.display.map, { colours, bubbles: this.bubbles });
    this.begin();
    this.run();
  }

  get values() {
    return this.view.values;
  }

  get bubbles() {
    return this.posteriors?.bubbles ?? [];
  }

  get reconstructs() {
    return this.values.reconstruction === "on";
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
    if (this.held && this.trains) return this.run(); // the next frame shows it
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

  /** Whether there is something to train, and it is seen. */
  get runs() {
    return this.trains && this.visible && !document.hidden;
  }

  /** Requests an animation frame, or takes the request back. */
  run = () => {
    if (this.runs) this.frame ||= requestAnimationFrame(() => this.tick());
    if (this.runs || !this.frame) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  };

  /** Shows what has been learned, with the weights that the visitor has set meanwhile. */
  tick() {
    this.frame = 0;
    this.posteriors?.read(this.weight, this.chosen, this.moved);
    this.display.map.fit();
    this.others = true;
    this.draw();
    this.run();
    const learn = () => this.learn();
    this.learning ||= this.held ? whenShown(learn) : setTimeout(learn);
  }

  /** Trains until the next frame. */
  learn() {
    const { training, held, weight } = this;
    this.learning = 0;
    if (!training || !this.runs) return;
    training.work(held ? LITTLE : WORK, Number(this.reconstructs), weight, () =>
      this.display.losses.add(training.vae.steps, training.losses),
    );
    this.push(held ? FEW : PUSHED);
    if (this.runs) return;
    this.run();
    this.redraw(); // what the last steps have made
  }

  /** Computes what pushes some bubbles and the chosen one. @param {number} count */
  push(count) {
    const { posteriors, chosen, moved, weight, reconstructs } = this;
    posteriors?.read(weight, chosen, moved);
    posteriors?.push(count, chosen, reconstructs);
  }

  // ---- what is shown

  /** Shows all bubbles, not the chosen one alone. */
  redraw() {
    this.others = true;
    this.drawing.ask();
  }

  draw() {
    const { training, posteriors, chosen, trains, values, others, held, data } = this;
    this.others = false;
    if (!training || !posteriors) return;
    const shown = { training, posteriors, chosen, trains, values, fields: data.view.fields };
    this.display.draw({ ...data, ...shown }, others, held && trains);
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
