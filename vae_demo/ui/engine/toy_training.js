// Trains a tiny autoencoder on the points of a curve, as vae_demo/toys/training.py does.
import { Adam } from "./adam.js";
import { gaussian } from "./code_arithmetic.js";
import { TrainableNetwork } from "./dense_training.js";
import { Jacobian } from "./jacobian.js";
import { LossCourse } from "./loss_course.js";
import { seededRandom } from "./seeded_random.js";
import { squaredError } from "./training_losses.js";

/** @import { Curve } from "./toy_curves.js" */

const BATCH = 64;
const LR = 0.01;
const LAST_LR = 0.1; // share of the first

/**
 * @typedef {Object} ToyOptions
 * @property {Curve} curve  whose points it learns
 * @property {number} [noise]  the standard deviation of the Gaussian noise on its inputs
 * @property {number} [penalty]  the weight of ‖∂h/∂x‖², where h is the output of a layer
 * @property {number} [depth]  the number of layers up to h
 * @property {number} [lr]  the learning rate at the first step, falling linearly to a tenth of it
 * @property {number} seed  of the first weights, the points and the noise
 * @property {number} steps
 */

/** A training that is run a few steps at a time. */
export class ToyTraining {
  step = 0;
  loss = NaN; // of the last batch
  course = new LossCourse();

  /**
   * @param {number[]} sizes  of the input and of each layer
   * @param {string[]} activations  one for each layer
   * @param {ToyOptions} options
   */
  constructor(sizes, activations, options) {
    const { curve, noise = 0, penalty = 0, depth = 1, lr = LR, seed, steps } = options;
    this.curve = curve;
    this.noise = noise; // `vary` changes it and the next two
    this.penalty = penalty;
    this.lr = lr;
    this.steps = steps;
    this.random = seededRandom(seed);
    this.network = new TrainableNetwork(sizes, activations);
    this.network.initialise(this.random);
    this.jacobian = new Jacobian(this.network, depth);
    this.adam = new Adam(this.network.parameters.length);
    const count = BATCH * sizes[0];
    this.clean = new Float64Array(count); // points of the curve
    this.noisy = new Float64Array(count);
    this.slopes = new Float64Array(count);
  }

  get done() {
    return this.step >= this.steps;
  }

  /**
   * Goes on with other values.
   * @param {Object<string, number>} values  of noise, penalty or lr
   * @param {number} more  steps that are made at least
   */
  vary(values, more) {
    Object.assign(this, values);
    this.course = new LossCourse();
    this.step = Math.min(this.step, this.steps - more);
  }

  /**
   * Makes steps until a time is over.
   * @param {number} milliseconds
   */
  work(milliseconds) {
    const end = performance.now() + milliseconds;
    while (!this.done && performance.now() < end) this.next();
  }

  /** One step of Adam on a batch of new points. */
  next() {
    const { network, adam, clean, noisy, slopes, noise, penalty, random } = this;
    this.draw();
    for (let i = 0; i < clean.length; i++) {
      noisy[i] = clean[i] + (noise ? noise * gaussian(random) : 0);
    }
    const outputs = network.forward(noisy, BATCH);
    this.loss = squaredError(outputs, clean, BATCH, slopes);
    network.gradients.fill(0);
    network.backward(slopes, BATCH);
    if (penalty) this.loss += this.jacobian.penalise(penalty, BATCH);
    this.course.add(this.loss);
    adam.lr = this.lr * (1 - (1 - LAST_LR) * (this.step / this.steps));
    adam.step(network.parameters, network.gradients);
    this.step++;
  }

  /** Draws points of the curve. */
  draw() {
    const { clean } = this;
    for (let at = 0; at < clean.length; ) {
      for (const v of this.curve(this.random())) clean[at++] = v;
    }
  }
}
