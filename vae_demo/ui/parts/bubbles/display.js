// What the part "bubbles" shows: the map, its charts, and their numbers and sentences.
import { setText, throttled } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { learningRateFormat, magnitudeFormat, numberFormat } from "../../engine/number_format.js";
import { seededRandom } from "../../engine/seeded_random.js";
import { BubbleMap, RECONSTRUCTION } from "./bubble_map.js";
import { normals } from "./bubble_training.js";
import { variance } from "./bubble_vae.js";
import { Estimates, Losses } from "./charts.js";
import { Layout } from "./layout.js";
import { RateCurves } from "./rate_curves.js";

/**
 * @import { Field } from "../../engine/links.js"
 * @import { Numbers } from "./bubble_map.js"
 * @import { BubbleTraining } from "./bubble_training.js"
 * @import { Actions } from "./layout.js"
 * @import { Posteriors } from "./posteriors.js"
 */

const DRAWS = 100; // of the chosen bubble
const PACE = 24; // milliseconds between two updates beside the map

/**
 * @typedef {Object} Shown
 * @property {BubbleTraining} training
 * @property {Posteriors} posteriors
 * @property {number} chosen  the index of a bubble
 * @property {boolean} trains  whether the training goes on
 * @property {Object<string, any>} values  of the view
 * @property {Object<string, Field>} fields  of the view
 * @property {Object<string, any>} text
 * @property {string} language  for the format of numbers
 */

/**
 * @typedef {Object} MapActions
 * @property {(index: number) => void} choose  a bubble
 * @property {(posterior: Numbers) => void} move  give the chosen bubble another posterior
 */

export class Display {
  draws = normals(seededRandom(1), 2 * DRAWS);
  /** @type {?Shown} */
  shown = null; // since the last call of `draw`
  odd = false; // whether this is every other call of it

  /** @param {Actions & MapActions} on  called when the visitor does it */
  constructor(on) {
    this.map = new BubbleMap(on);
    this.curves = new RateCurves(on.move, on.release);
    this.estimates = new Estimates();
    this.losses = new Losses();
    const { map, curves, estimates, losses } = this;
    this.layout = new Layout(
      {
        map: map.canvas,
        curves: curves.canvas,
        estimates: estimates.canvas,
        losses: losses.canvas,
      },
      on,
    );
    this.root = this.layout.root;
    this.soon = throttled(
      PACE,
      () => this.showNumbers(),
      () => this.showControls(),
      () => this.showRate(),
      () => this.estimate(),
      () => this.showLosses(),
    );
  }

  leave() {
    for (const map of [this.map, this.curves, this.estimates, this.losses]) map.leave();
  }

  /**
   * Draws the bubbles at once; numbers, sentences, estimates and losses follow soon.
   * @param {Shown} shown
   * @param {boolean} others  whether more than the posterior of the chosen bubble has changed
   * @param {boolean} hurry  whether the curves and the pictures take turns, so that frames come sooner
   */
  draw(shown, others, hurry) {
    this.shown = shown;
    const { map, curves, layout } = this;
    this.odd = !this.odd;
    const { posteriors, chosen } = shown;
    const { vae, bubbles } = posteriors;
    const { posterior, label } = bubbles[chosen];
    map.chosen = chosen;
    map.draws = this.draws.map(
      (noise, i) => posterior[i % 2] + noise * Math.exp(posterior[2 + (i % 2)] / 2),
    );
    if (others) map.redraw();
    else map.redrawChosen();
    curves.posterior = posterior;
    curves.colour = map.colours[label];
    if (!hurry || this.odd) curves.redraw();
    if (!hurry || !this.odd) {
      layout.showPictures(vae.pictures[chosen], vae.decode(map.draws, layout.decodedCount));
    }
    this.soon();
  }

  /** Shows the numbers below the map. */
  showNumbers() {
    const { shown, layout } = this;
    if (!shown) return;
    const { training, posteriors, trains, language } = shown;
    const { vae, radius, spread } = posteriors;
    const { distortion, rate } = training.losses;
    layout.showNumbers({ distortion, rate, sum: distortion + rate, radius, spread }, language);
    Object.assign(this.root.dataset, {
      radius: radius.toFixed(4),
      spread: spread.toFixed(4),
      steps: vae.steps,
      playing: trains,
    });
  }

  /** Shows the state of the controls, and says so if the steps are too large. */
  showControls() {
    const { shown, layout } = this;
    if (!shown) return;
    const { training, trains, values, fields, text, language } = shown;
    const n = numberFormat(language);
    const written = learningRateFormat(language);
    layout.showControls(values, fields, trains ? text.pause : text.play, n, written(values.lr));
    const usual = fields.lr.default;
    const rose = training.course.rose && values.lr > usual;
    const words = { ...training.course.words(language), lr: written(usual) };
    layout.warn(rose ? filled(text.rose, words) : "");
  }

  /** Shows how the rate of the chosen bubble is built. */
  showRate() {
    const { shown, layout } = this;
    if (!shown) return;
    const { posteriors, chosen, text, language } = shown;
    const { label, posterior } = posteriors.bubbles[chosen];
    layout.showRate(text, label, posterior, numberFormat(language));
  }

  /** Shows estimates of the gradient for the mean of the chosen bubble, and how much they vary. */
  estimate() {
    const { shown, estimates, draws } = this;
    if (!shown) return;
    const { posteriors, chosen, text, language } = shown;
    const { posterior } = posteriors.bubbles[chosen];
    const [mean, logvar] = [posterior.slice(0, 2), posterior.slice(2)];
    const found = posteriors.vae.estimates(chosen, mean, logvar, draws);
    const both = [found.pathwise.mean, found.score.mean];
    estimates.rows = both.map((row) => row.filter((_, i) => i % 2 === 0)); // of the first latent
    estimates.colours = [this.map.accent, RECONSTRUCTION];
    estimates.redraw();
    const [trick, score] = both.map(variance);
    const ratio = score / trick;
    const n = magnitudeFormat(language);
    const words = { trick: n(trick), score: n(score), ratio: n(ratio) };
    const sentence = trick > 0 ? text.ratio : text.same; // where the decoder is linear
    setText(this.layout.words.estimates, filled(sentence, words));
    this.root.dataset.ratio = ratio.toFixed(2);
  }

  showLosses() {
    const { shown, losses, map } = this;
    if (!shown) return;
    const { posteriors, text, language } = shown;
    const steps = numberFormat(language)(posteriors.vae.steps, 0);
    setText(this.layout.words.losses, filled(text.steps, { steps }));
    losses.lines = { distortion: RECONSTRUCTION, rate: map.accent };
    losses.redraw();
  }
}
