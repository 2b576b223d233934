// Has a tiny autoencoder trained in the background, so that the page's own thread is free for the hand.
import { Background } from "./background.js";
import { TrainableNetwork } from "./dense_training.js";
import { LossCourse } from "./loss_course.js";
import { seededRandom } from "./seeded_random.js";

/** @import { ToyOptions } from "./toy_training.js" */

/**
 * @typedef {Omit<ToyOptions, "curve"> & { curve: string|ArrayLike<number> }} TrainerOptions  with the
 *   name of the curve, or the points of a stroke
 */

/**
 * @typedef {Object} TrainerMessage  to toy_training_job.js
 * @property {number} task  counts the messages that change what is trained
 * @property {boolean} running
 * @property {boolean} paced  whether it works on only at the next message
 * @property {{ sizes: number[], activations: string[], options: TrainerOptions }} [begin]
 * @property {{ values: Object<string, number>, more: number }} [vary]
 */

/**
 * @typedef {Object} TrainerNews  from there
 * @property {number} task  of the last message that it has received
 * @property {number} step
 * @property {number} loss
 * @property {{ steps: number, first: number, largest: number, last: number }} course
 * @property {Float64Array} parameters
 */

/** The latest state of a training in the background. */
export class ToyTrainer {
  step = 0;
  steps = 0; // of the whole training; 0 before there is one
  loss = NaN; // of the last batch
  course = new LossCourse();
  /** @type {?TrainableNetwork} */
  network = null;
  /** @type {?Background} */
  #background = null;
  #task = 0;
  #running = true;
  #paced = false;
  #shown = 0; // the timer of the work after a picture; 0 for none
  #changed;

  /** @param {() => void} changed  called when the network has changed */
  constructor(changed) {
    this.#changed = changed;
  }

  get done() {
    return this.step >= this.steps;
  }

  /**
   * Begins a training.
   * @param {number[]} sizes  of the input and of each layer
   * @param {string[]} activations  one for each layer
   * @param {TrainerOptions} options
   */
  begin(sizes, activations, options) {
    this.network = new TrainableNetwork(sizes, activations);
    this.network.initialise(seededRandom(options.seed)); // as the job does
    Object.assign(this, { step: 0, steps: options.steps, loss: NaN, course: new LossCourse() });
    this.#paced = false;
    this.#tell({ begin: { sizes, activations, options } });
    this.#changed();
  }

  /**
   * Goes on with other values, while the hand moves: after each piece of work it waits for `drawn`, so
   * that the processor is free for the pictures.
   * @param {Object<string, number>} values  of noise, penalty or lr
   * @param {number} more  steps that are made at least
   */
  vary(values, more) {
    this.step = Math.min(this.step, this.steps - more);
    this.course = new LossCourse();
    this.#paced = true;
    this.#tell({ vary: { values, more } });
  }

  /** @param {boolean} running  whether it trains */
  run(running) {
    this.#running = running;
    this.#goOn();
  }

  /** The page has drawn the last news. The work goes on when the browser has shown them. */
  drawn() {
    if (this.#paced) this.#shown ||= setTimeout(() => this.#goOn());
  }

  #goOn() {
    clearTimeout(this.#shown);
    this.#shown = 0;
    this.#background?.post({ task: this.#task, running: this.#running, paced: this.#paced });
  }

  leave() {
    clearTimeout(this.#shown);
    this.#background?.leave();
    this.#background = null;
  }

  /** @param {Pick<TrainerMessage, "begin"|"vary">} what */
  #tell(what) {
    const job = new URL("./toy_training_job.js", import.meta.url);
    this.#background ??= new Background(job, (news) => this.#take(news));
    this.#task++;
    const [task, running, paced] = [this.#task, this.#running, this.#paced];
    this.#background.post({ task, running, paced, ...what });
  }

  /** @param {TrainerNews} news */
  #take({ task, step, loss, course, parameters }) {
    if (task !== this.#task || !this.network) return; // from before the last change
    this.network.parameters.set(parameters);
    Object.assign(this, { step, loss });
    Object.assign(this.course, course);
    this.#changed();
  }
}
