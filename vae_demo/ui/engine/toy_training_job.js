// What toy_trainer.js has done in the background: it trains, and tells the page how far it is.
import { CURVES, SPACE_CURVES, strokeCurve } from "./toy_curves.js";
import { ToyTraining } from "./toy_training.js";

/**
 * @import { Curve } from "./toy_curves.js"
 * @import { TrainerMessage, TrainerNews } from "./toy_trainer.js"
 */

const WORK = 8; // milliseconds of training between two messages
const LITTLE = 2; // the same while each waits for a picture

/** @param {MessagePort} page */
export function serve(page) {
  /** @type {?ToyTraining} */
  let training = null;
  let task = 0;
  let paced = false; // whether each piece of work waits for a message of the page
  let asked = false; // whether there is to be another piece of work
  let due = false; // whether it is in the queue
  const queue = new MessageChannel(); // messages of the page come between two pieces of work
  const goOn = () => {
    if (due || !asked || !training || training.done) return;
    due = true;
    queue.port2.postMessage(null);
  };

  page.onmessage = ({ data }) => {
    const { begin, vary, running, ...now } = /** @type {TrainerMessage} */ (data);
    ({ task, paced } = now);
    asked = running && !(vary && paced); // the picture of the change comes first
    if (begin) {
      const { sizes, activations, options } = begin;
      training = new ToyTraining(sizes, activations, { ...options, curve: curveOf(options.curve) });
    }
    if (vary) training?.vary(vary.values, vary.more);
    goOn();
  };

  queue.port1.onmessage = () => {
    due = false;
    if (!asked || !training) return;
    training.work(paced ? LITTLE : WORK);
    asked = !paced;
    const { step, loss, network, course } = training;
    const { steps, first, largest, last } = course;
    /** @type {TrainerNews} */
    const news = {
      task,
      step,
      loss,
      course: { steps, first, largest, last },
      parameters: network.parameters,
    };
    page.postMessage(news);
    goOn();
  };
}

/** @param {string|ArrayLike<number>} named  the name of a curve, or the points of a stroke */
function curveOf(named) {
  const found = typeof named === "string" ? { ...CURVES, ...SPACE_CURVES }[named] : null;
  return /** @type {Curve} */ (found ?? strokeCurve(/** @type {ArrayLike<number>} */ (named)));
}
