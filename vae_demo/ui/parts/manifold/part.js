// The part "manifold": an autoencoder of a curve in the plane is trained in the browser, and a map
// shows where it sends every point. When the visitor releases a control, the view is sent to Python.
import { arrowStep } from "../../engine/arrow_keys.js";
import { chipRow } from "../../engine/chips.js";
import { gaussian } from "../../engine/code_arithmetic.js";
import { element, setAttribute, setText } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { numberFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { capturePointer, spotOf } from "../../engine/pointer.js";
import { seededRandom } from "../../engine/seeded_random.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { CURVES, strokeCurve } from "../../engine/toy_curves.js";
import { ToyTraining } from "../../engine/toy_training.js";
import { heatStrip } from "./heat.js";
import { APPLIED, PlaneMap, REACH } from "./plane_map.js";
import { Setting } from "./setting.js";

/**
 * @import { Chips } from "../../engine/chips.js"
 * @import { Point } from "../../engine/code_space.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { Curve } from "../../engine/toy_curves.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const STEPS = 1500;
const WORK = 9; // milliseconds of training in each frame
const SIZES = [2, 32, 32, 2]; // of vae_demo.toys.training.plane_autoencoder
const ACTIVATIONS = ["tanh", "tanh", "linear"];
const DEPTHS = { code: 2, output: 3 }; // number of layers from the input to each
const NOISY = 300; // points that show the noise
const DRAWN = "drawn"; // the curve that the visitor has drawn
const STROKE_STEP = 0.04; // the least distance between two of its points
const LONGEST_STROKE = 150; // points
const KEY_STEP = 0.05;
const SEEDS = 1000;
const KINDS = /** @type {const} */ (["plain", "denoising", "contractive"]);
const PENALISED = /** @type {const} */ (["output", "code"]);
const ROWS = /** @type {const} */ (["curve", "corners", "map"]); // of the distances
const MARKS = /** @type {const} */ (["arrows", "ellipses"]);

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
  /** @type {?ToyTraining} */
  training = null;
  frame = 0; // the requested animation frame of the training; 0 for none
  /** @type {?number} */
  pointer = null; // the id of the pointer that is pressed on the map
  tooShort = false; // whether the last stroke was
  penDown = false;
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  constructor() {
    const names = [...Object.keys(CURVES), DRAWN];
    this.curves = chipRow({
      type: "radio",
      group: "curve",
      names,
      pick: (curve) => this.pickCurve(curve),
    });
    this.kinds = chipRow({
      type: "radio",
      group: "kind",
      names: [...KINDS],
      pick: (kind) => this.change({ kind }),
    });
    this.penalised = chipRow({
      type: "radio",
      group: "penalised",
      names: [...PENALISED],
      pick: (penalised) => this.change({ penalised }),
    });
    this.marks = chipRow({
      type: "radio",
      group: "marks",
      names: [...MARKS],
      pick: (marks) => this.change({ marks }, false),
    });
    this.settings = {
      noise: new Setting(
        "noise",
        (v) => this.moveSetting("noise", v),
        () => this.releaseSetting(),
      ),
      penalty: new Setting(
        "penalty",
        (v) => this.moveSetting("penalty", v),
        () => this.releaseSetting(),
      ),
    };
    this.again = this.button("again", () => this.change({ seed: (this.values.seed + 1) % SEEDS }));
    this.redrawStroke = this.button("draw-curve", () => this.startDrawing());
    this.progress = element("output", { "data-testid": "progress" });
    this.note = element("p", { class: "note", role: "status" });
    this.sent = element("p", { class: "sent", "data-testid": "sent" });
    this.rows = ROWS.map((name) => ({ name, term: element("dt"), value: element("dd") }));
    this.distances = element(
      "dl",
      { class: "distances" },
      ...this.rows.flatMap(({ term, value }) => [term, value]),
    );
    this.legend = element("div", { class: "legend" });
    this.legendName = element("span");
    this.legendEnd = element("span");
    this.legend.append(this.legendName, element("span", {}, "0"), heatStrip(), this.legendEnd);
    this.labels = {
      curve: element("div", { class: "title" }),
      kind: element("div", { class: "title" }),
      marks: element("div", { class: "title" }),
    };
    const { labels, curves, kinds, marks, settings } = this;
    const side = element(
      "div",
      { class: "side" },
      element("section", {}, labels.curve, curves.row, this.redrawStroke),
      element("section", {}, labels.kind, kinds.row),
      element(
        "section",
        {},
        this.penalised.row,
        settings.noise.root,
        settings.penalty.root,
        this.note,
      ),
      element("div", { class: "row" }, this.again, this.progress),
      this.distances,
      element("section", {}, labels.marks, marks.row),
    );
    this.root = element(
      "div",
      { class: "manifold layer" },
      element("div", { class: "stage" }, this.map.canvas, this.legend, this.sent),
      side,
    );
    this.drawing = new OncePerFrame(() => this.draw());
    const { canvas } = this.map;
    canvas.onpointerdown = (event) => this.press(event);
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => this.lift(event);
    canvas.onpointerleave = () => this.pointer === null && !this.map.drawing && this.rest();
    canvas.onkeydown = (event) => this.key(event);
    canvas.onkeyup = () => this.keyed && this.releaseKey();
  }

  keyed = false; // whether an arrow key has moved the point

  /** @param {string} testid @param {() => void} onclick */
  button(testid, onclick) {
    const made = element("button", { type: "button", class: "text", "data-testid": testid });
    made.onclick = onclick;
    return made;
  }

  leave() {
    cancelAnimationFrame(this.frame);
    this.drawing.leave();
    this.map.leave();
  }

  /** The values of the view: curve, stroke, kind, noise, penalty, marks, seed, x and y. */
  get values() {
    return this.view.values;
  }

  /** @param {ManifoldData} data */
  follow(data) {
    this.data = data;
    this.name();
    if (!this.view.follow(data.view)) return this.show();
    this.map.drawing = false;
    this.map.point = [this.values.x, this.values.y];
    this.train();
  }

  /** Sets the translated texts. */
  name() {
    const { text } = this.data;
    this.curves.name(text.curve, text.curves);
    this.kinds.name(text.kind, text.kinds);
    this.penalised.name(text.penalised, text.outcomes);
    this.marks.name(text.marks, text.mark);
    setText(this.labels.curve, text.curve);
    setText(this.labels.kind, text.kind);
    setText(this.labels.marks, text.marks);
    setText(this.again, text.again);
    setText(this.redrawStroke, text.draw);
    setText(this.legendName, text.distance);
    setText(this.legendEnd, text.farthest);
    setAttribute(this.map.canvas, "aria-label", text.map);
  }

  // ---- the training

  /** The curve that is learned: the chosen one, or the first one if there is no stroke. */
  get curve() {
    const { curve, stroke } = this.values;
    return CURVES[curve] ?? (stroke && strokeCurve(stroke)) ?? CURVES.arms;
  }

  /** Starts a training from its first step. */
  train() {
    const { curve, values } = this;
    const { kind, noise, penalty, penalised, seed } = values;
    this.training = new ToyTraining(SIZES, ACTIVATIONS, {
      curve,
      noise: kind === "denoising" ? noise : 0,
      penalty: kind === "contractive" ? penalty : 0,
      depth: DEPTHS[/** @type {keyof DEPTHS} */ (penalised)],
      seed,
      steps: STEPS,
    });
    this.tooShort = values.curve === DRAWN && !(values.stroke && strokeCurve(values.stroke));
    this.map.setCurve(curve);
    this.map.marks = values.marks;
    this.work(0);
  }

  /**
   * Trains for a while, shows the network and goes on in the next frame.
   * @param {number} milliseconds
   */
  work(milliseconds) {
    const { training } = this;
    if (!training) return;
    training.work(milliseconds);
    this.map.measure(training.network);
    this.draw();
    cancelAnimationFrame(this.frame);
    this.frame = training.done ? 0 : requestAnimationFrame(() => this.work(WORK));
  }

  // ---- what is shown

  draw() {
    this.map.redraw();
    this.show();
  }

  /** Shows controls and numbers. */
  show() {
    const { values, map, training, root, tooShort } = this;
    const { text, language } = this.data;
    const n = numberFormat(language);
    for (const [chips, value] of /** @type {[Chips<any>, string][]} */ ([
      [this.curves, values.curve],
      [this.kinds, values.kind],
      [this.penalised, values.penalised],
      [this.marks, values.marks],
    ])) {
      chips.inputs[value].checked = true;
    }
    for (const [name, setting] of Object.entries(this.settings)) {
      const field = this.view.data.fields[name];
      setting.largest = field.high;
      setting.decimals = field.decimals;
      setting.show(values[name], n(values[name], field.decimals), text[name]);
    }
    this.settings.noise.root.hidden = values.kind !== "denoising";
    this.penalised.row.hidden = values.kind !== "contractive";
    this.settings.penalty.root.hidden = values.kind !== "contractive";
    this.redrawStroke.hidden = values.curve !== DRAWN;
    setText(this.note, tooShort ? text.short : map.drawing ? text.drawing : this.remark());
    this.note.classList.toggle("wrong", tooShort);
    for (const { name, term, value } of this.rows) {
      setText(term, text.distances[name]);
      setText(value, n(map.distances[name], 2));
      root.dataset[name] = map.distances[name].toFixed(4);
    }
    const step = training?.step ?? 0;
    const numbers = { step: n(step, 0), steps: n(STEPS, 0), loss: n(training?.loss || 0, 4) };
    setText(this.progress, filled(text.progress, numbers));
    const [from, to, last] = [map.path[0], map.path[1], map.path[APPLIED]];
    if (last) {
      const place = (/** @type {Point} */ [x, y]) => `(${n(x, 2)}; ${n(y, 2)})`;
      const far = n(Math.hypot(to[0] - from[0], to[1] - from[1]), 2);
      const words = { from: place(from), to: place(to), far, times: APPLIED, last: place(last) };
      setText(this.sent, filled(text.sent, words));
    }
    Object.assign(root.dataset, {
      step,
      trained: Boolean(training?.done),
      drawing: map.drawing,
    });
  }

  /** A sentence about settings with which nothing holds the network back from copying. */
  remark() {
    const { values, data } = this;
    if (values.kind === "plain") return data.text.copies;
    if (values.kind === "denoising") return values.noise ? "" : data.text.noNoise;
    return values.penalty ? "" : data.text.noPenalty;
  }

  // ---- the controls

  /**
   * Changes values and sends them to Python.
   * @param {Object<string, any>} changes
   * @param {boolean} [learn]  whether the network is trained again
   */
  change(changes, learn = true) {
    Object.assign(this.values, changes);
    this.map.drawing = false;
    this.map.marks = this.values.marks;
    this.map.noisy = new Float64Array();
    if (learn) this.train();
    else this.draw();
    this.send(this.view.message());
  }

  /** @param {string} curve */
  pickCurve(curve) {
    if (curve === DRAWN && !this.values.stroke) this.startDrawing();
    else this.change({ curve });
  }

  /**
   * While a slider moves, the training goes on with its value, and noise is shown.
   * @param {"noise"|"penalty"} name
   * @param {number} value
   */
  moveSetting(name, value) {
    const { training, map } = this;
    this.values[name] = value;
    if (training) {
      training[name] = value;
      training.step = Math.min(training.step, STEPS - 300);
      if (!this.frame) this.frame = requestAnimationFrame(() => this.work(WORK));
    }
    if (name === "noise") map.noisy = noisyPoints(this.curve, value);
    this.drawing.ask();
  }

  /** The training starts again, so that its result depends on the settings alone. */
  releaseSetting() {
    this.change({});
  }

  // ---- the pointer and the keyboard on the map

  /** @param {PointerEvent} event @returns {Point} */
  placeOf(event) {
    const { x, y } = spotOf(this.map.canvas, event);
    return inside(this.map.codeAt(x, y));
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (this.pointer !== null || event.button > 0) return;
    capturePointer(this.map.canvas, event);
    this.pointer = event.pointerId;
    if (this.map.drawing) this.putDown(this.placeOf(event));
    else this.move(event);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (this.pointer !== null && event.pointerId !== this.pointer) return; // another finger
    const { map } = this;
    if (map.drawing && this.pointer === null) return;
    this.moveTo(this.placeOf(event));
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    if (this.penDown) this.finishStroke();
    else this.keep();
  }

  /** The pointer has left the map: the point is again where the visitor put it last. */
  rest() {
    this.moveTo([this.values.x, this.values.y]);
  }

  /**
   * Moves the point, or the pen.
   * @param {Point} place
   */
  moveTo(place) {
    const { map } = this;
    map.point = place;
    if (this.penDown) extend(map.stroke, place);
    else map.follow();
    this.drawing.ask();
  }

  /** Keeps the point where it is. */
  keep() {
    const [x, y] = this.map.point.map((v) => Number(v.toFixed(2)));
    if (x === this.values.x && y === this.values.y) return;
    this.change({ x, y }, false);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { map } = this;
    const arrow = arrowStep(event);
    if (arrow) {
      this.keyed = true;
      const [x, y] = map.point;
      this.moveTo(inside([x + KEY_STEP * arrow[0], y + KEY_STEP * arrow[1]]));
    } else if (map.drawing && (event.key === " " || event.key === "Enter")) {
      if (event.repeat) return;
      if (this.penDown) this.finishStroke();
      else this.putDown(map.point);
    } else if (map.drawing && event.key === "Escape") {
      this.stopDrawing();
    } else {
      return;
    }
    event.preventDefault();
  }

  releaseKey() {
    this.keyed = false;
    if (!this.map.drawing) this.keep();
  }

  // ---- the visitor's own curve

  startDrawing() {
    const { map } = this;
    map.drawing = true;
    map.stroke = [];
    this.penDown = this.tooShort = false;
    this.drawing.ask();
    map.canvas.focus({ preventScroll: true });
  }

  stopDrawing() {
    this.map.drawing = this.penDown = false;
    this.drawing.ask();
  }

  /** @param {Point} place */
  putDown(place) {
    this.map.point = place;
    this.map.stroke = [...place];
    this.penDown = true;
    this.tooShort = false;
    this.drawing.ask();
  }

  /** The stroke becomes the curve, if it is long enough. */
  finishStroke() {
    const { map } = this;
    this.penDown = false;
    if (!strokeCurve(map.stroke)) {
      this.tooShort = true;
      map.stroke = [];
      this.drawing.ask();
      return;
    }
    const stroke = Float32Array.from(map.stroke);
    map.point = [this.values.x, this.values.y];
    this.change({ curve: DRAWN, stroke });
  }
}

/**
 * A point of the map at most as far out as its edges.
 * @param {Point} place
 * @returns {Point}
 */
function inside([x, y]) {
  return [Math.min(Math.max(x, -REACH), REACH), Math.min(Math.max(y, -REACH), REACH)];
}

/**
 * Adds a point to a stroke, if it is not too near to the last one.
 * @param {number[]} stroke  (n * 2)
 * @param {Point} place
 */
function extend(stroke, [x, y]) {
  const [lastX, lastY] = stroke.slice(-2);
  if (Math.hypot(x - lastX, y - lastY) < STROKE_STEP) return;
  if (stroke.length < 2 * LONGEST_STROKE) stroke.push(Number(x.toFixed(2)), Number(y.toFixed(2)));
}

/**
 * Points with noise, each followed by the point of the curve that it came from.
 * @param {Curve} curve
 * @param {number} noise  its standard deviation
 * @returns {Float64Array}  (NOISY * 4)
 */
function noisyPoints(curve, noise) {
  const random = seededRandom(0);
  const pairs = Array.from({ length: NOISY }, () => {
    const [x, y] = curve(random());
    return [x + noise * gaussian(random), y + noise * gaussian(random), x, y];
  });
  return Float64Array.from(pairs.flat());
}
