// The part "manifold": an autoencoder of a curve in the plane is trained in the browser, and a map
// shows where it sends every point. When the visitor releases a control, the view is sent to Python.
import { element, setAttribute, setText, throttled } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { learningRateFormat, numberFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { CURVES, strokeCurve } from "../../engine/toy_curves.js";
import { ToyTrainer } from "../../engine/toy_trainer.js";
import { Controls, DRAWN } from "./controls.js";
import { heatStrip } from "./heat.js";
import { MapInput } from "./map_input.js";
import { noisyPoints } from "./noisy_points.js";
import { APPLIED, PlaneMap } from "./plane_map.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { SettingName } from "./controls.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const STEPS = 1000;
const MORE = 300; // steps that are made at least after a setting has changed
const SIZES = [2, 32, 32, 2]; // of vae_demo.toys.training.plane_autoencoder
const ACTIVATIONS = ["tanh", "tanh", "linear"];
/** @type {Object<string, number>} */
const DEPTHS = { code: 2, output: 3 }; // number of layers up to each
const LOST = 0.25; // distance that points of the curve travel when the network has given it up
const SEEDS = 1000;
const TEXT_PACE = 80; // milliseconds between two updates of controls and numbers

/**
 * @typedef {Object} ManifoldData
 * @property {LinkData} view
 * @property {Object<string, any>} text
 * @property {string} language  for the format of numbers
 */

export default mountPart(STYLES, () => new Manifold(), "view");

class Manifold {
  view = new LinkView();
  map = new PlaneMap();
  /** @type {ManifoldData} */
  data = { view: this.view.data, text: {}, language: "en" };
  fresh = false; // whether the network or the noise has changed since the map was drawn
  held = false; // whether the visitor holds a slider
  tooShort = false; // whether the last stroke was, while the visitor draws
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  constructor() {
    this.trainer = new ToyTrainer(() => {
      if (this.held) this.map.measure(this.trainer.network, "coarse"); // between two frames
      this.refresh("later");
    });
    this.texts = throttled(TEXT_PACE, () => this.show());
    this.drawing = new OncePerFrame(() => this.draw());
    this.input = new MapInput(this.map, {
      move: () => this.drawing.ask(),
      keep: ([x, y]) => this.change({ x, y }, false),
      stop: () => {
        this.trainer.run(true);
        this.refresh();
      },
      stroke: (stroke) => this.takeStroke(stroke),
    });
    this.controls = new Controls({
      choose: (choice, name) => {
        if (name === DRAWN && !this.values.stroke) this.startDrawing();
        else this.change({ [choice]: name }, choice !== "marks");
      },
      move: (name, value) => this.moveSetting(name, value),
      release: () => this.change({}), // trained anew: the result depends on the settings alone
      draw: () => this.startDrawing(),
      again: () => this.change({ seed: (this.values.seed + 1) % SEEDS }),
    });
    this.sent = element("p", { class: "sent", "data-testid": "sent" });
    this.legend = { name: element("span"), end: element("span") };
    const { name, end } = this.legend;
    const legend = element("div", { class: "legend" }, name, "0", heatStrip(), end);
    const stage = element("div", { class: "stage" }, this.map.canvas, legend, this.sent);
    this.root = element("div", { class: "manifold layer" }, stage, this.controls.root);
  }

  leave() {
    this.trainer.leave();
    this.drawing.leave();
    this.map.leave();
  }

  /** Curve, stroke, kind, noise, penalty, penalised, lr, marks, seed, x and y. */
  get values() {
    return this.view.values;
  }

  /** @param {ManifoldData} data */
  follow(data) {
    this.data = data;
    const { text } = data;
    this.controls.name(text);
    setText(this.legend.name, text.distance);
    setText(this.legend.end, text.farthest);
    setAttribute(this.map.canvas, "aria-label", text.map);
    if (!this.view.follow(data.view)) return this.show();
    this.map.drawing = false;
    this.input.put([this.values.x, this.values.y]);
    this.train();
  }

  // ---- the training

  /** The curve of the visitor's stroke; null if there is none, or a stroke that is too short. */
  get drawn() {
    return this.values.stroke && strokeCurve(this.values.stroke);
  }

  /** The name of the curve that is learned, or its stroke; without a usable one, the first curve. */
  get named() {
    const { curve, stroke } = this.values;
    return CURVES[curve] ? curve : this.drawn ? stroke : "arms";
  }

  /** The curve that is learned. */
  get curve() {
    return CURVES[this.named] ?? this.drawn;
  }

  /** Starts a training from its first step. */
  train() {
    const { curve, values, map } = this;
    const { kind, noise, penalty, penalised, lr, seed } = values;
    this.held = false;
    this.root.dataset.trained = "false"; // before the numbers follow
    this.trainer.run(true);
    map.setCurve(curve);
    map.setMarks(values.marks);
    map.noisy = new Float64Array();
    this.trainer.begin(SIZES, ACTIVATIONS, {
      curve: this.named,
      noise: kind === "denoising" ? noise : 0,
      penalty: kind === "contractive" ? penalty : 0,
      depth: DEPTHS[penalised],
      lr,
      seed,
      steps: STEPS,
    });
  }

  // ---- what is shown

  /** The network or the noise has changed. @param {"ask"|"later"} [when]  it is drawn */
  refresh(when = "ask") {
    this.fresh = true;
    this.drawing[when]();
  }

  draw() {
    const { trainer, map, held } = this;
    const anew = this.fresh && Boolean(trainer.network) && !map.drawing;
    if (anew) {
      this.fresh = false;
      if (!held) map.measure(trainer.network, trainer.done ? "fine" : "coarse");
      map.drawGround();
      trainer.drawn();
    }
    map.redraw();
    this.texts();
    if ((anew && trainer.done) || map.drawing) this.texts.now();
  }

  /** Shows controls and numbers. */
  show() {
    const { values, map, trainer, data } = this;
    const { text, language } = data;
    const { step, loss } = trainer;
    this.controls.show({
      values: { ...values, curve: map.drawing ? DRAWN : values.curve },
      fields: data.view.fields,
      text,
      language,
      progress: { step, steps: STEPS, loss },
      distances: map.distances,
      ...this.remark(),
    });
    this.showPath();
    const { dataset } = this.root;
    for (const [name, value] of Object.entries(map.distances)) dataset[name] = value.toFixed(4);
    const trained = trainer.done && !this.fresh && !this.held;
    Object.assign(dataset, { kind: values.kind, lr: values.lr, trained, drawing: map.drawing });
  }

  /** Says where the point is sent. */
  showPath() {
    const { text, language } = this.data;
    const { path } = this.map;
    const [from, to, last] = [path[0], path[1], path[APPLIED]];
    if (!last) return;
    const n = numberFormat(language);
    const place = (/** @type {Point} */ [x, y]) => `(${n(x, 2)}; ${n(y, 2)})`;
    const far = n(Math.hypot(to[0] - from[0], to[1] - from[1]), 2);
    const words = { from: place(from), to: place(to), far, times: APPLIED, last: place(last) };
    setText(this.sent, filled(text.sent, words));
  }

  /** A sentence about the stroke, about steps that are too large, or about what is not prevented. */
  remark() {
    const { values, map, data, trainer } = this;
    const { short, drawing, rose, lost, copies, noNoise, noPenalty } = data.text;
    const useless = values.curve === DRAWN && !this.drawn; // the stroke of the link
    if (map.drawing ? this.tooShort : useless) return { note: short, wrong: true };
    if (map.drawing) return { note: drawing, wrong: false };
    const usual = data.view.fields.lr.default;
    if (trainer.course.rose && values.lr > usual) {
      const lr = learningRateFormat(data.language)(usual);
      const words = { ...trainer.course.words(data.language), lr };
      return { note: filled(rose, words), wrong: true };
    }
    if (trainer.done && map.distances.curve > LOST) return { note: lost, wrong: true };
    const { noise, penalty } = values;
    const notes = {
      plain: copies,
      denoising: noise ? "" : noNoise,
      contractive: penalty ? "" : noPenalty,
    };
    return { note: notes[/** @type {keyof notes} */ (values.kind)], wrong: false };
  }

  // ---- what the visitor changes

  /**
   * Changes values and sends them to Python.
   * @param {Object<string, any>} changes
   * @param {boolean} [learn]  whether the network is trained again
   */
  change(changes, learn = true) {
    Object.assign(this.values, changes);
    if (this.map.drawing) this.input.stopDrawing();
    if (learn) {
      this.train();
    } else {
      this.map.setMarks(this.values.marks);
      this.drawing.now();
    }
    this.send(this.view.message());
  }

  /**
   * While a slider moves, the training goes on with its value, and the noise is shown.
   * @param {SettingName} name
   * @param {number} value
   */
  moveSetting(name, value) {
    this.values[name] = value;
    this.held = true;
    this.root.dataset.trained = "false";
    this.trainer.vary({ [name]: value }, MORE);
    if (name === "noise") this.map.noisy = noisyPoints(this.curve, value);
    this.refresh();
  }

  startDrawing() {
    this.trainer.run(false);
    this.tooShort = false;
    this.input.startDrawing();
  }

  /**
   * A stroke becomes the curve, if it is long enough.
   * @param {number[]} stroke  (n * 2)
   */
  takeStroke(stroke) {
    const rounded = Float32Array.from(stroke, (v) => Number(v.toFixed(2))); // as the link has it
    if (strokeCurve(rounded)) {
      this.change({ curve: DRAWN, stroke: rounded });
    } else {
      this.tooShort = true;
      this.map.stroke = [];
      this.drawing.ask();
    }
  }
}
