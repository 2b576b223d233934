// The part "straightened": an autoencoder whose code is one number learns a curve in space. The
// visitor turns the view and drags the number; when a control is released, the view is sent.
import { arrowStep } from "../../engine/arrow_keys.js";
import { chipRow } from "../../engine/chips.js";
import { contextOf, element, onRelease, setAttribute, setText } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { numberFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { capturePointer } from "../../engine/pointer.js";
import { slider } from "../../engine/slider.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { pointsOf, SPACE_CURVES } from "../../engine/toy_curves.js";
import { ToyTrainer } from "../../engine/toy_trainer.js";
import { drawCodes, drawSpace } from "./pictures.js";
import { SpaceView } from "./space_view.js";
import { Straight } from "./straight.js";

/**
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { Piece } from "./straight.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const STEPS = 2000;
const POINTS = 400; // of the curve that are drawn
const SIZES = [3, 32, 32, 1, 32, 32, 3]; // of vae_demo.toys.training.space_autoencoder
const ACTIVATIONS = ["tanh", "tanh", "linear", "tanh", "tanh", "linear"];
const SEEDS = 1000;
const DEGREES = 0.5; // by which the view turns for each CSS pixel of the pointer's way
const KEY_DEGREES = 5;
const STEEPEST = 90; // degrees of tilt

/**
 * @typedef {Object} StraightenedData
 * @property {LinkData} view
 * @property {Object<string, any>} text
 * @property {string} language  for the format of numbers
 */

export default mountPart(STYLES, () => new Straightened(), "view");

class Straightened {
  link = new LinkView();
  /** @type {StraightenedData} */
  data = { view: this.link.data, text: {}, language: "en" };
  fresh = false; // whether the network has changed since its codes were computed
  straight = new Straight(new Float64Array());
  /** @type {?PointerEvent} */
  pressed = null; // the last event of the pointer that turns the view
  before = { turn: 0, tilt: 0 }; // the view when it was pressed
  turned = false; // whether a key has turned it
  accent = ""; // colour
  ticks = ""; // what the picture of the codes depends on, but for the network
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  constructor() {
    this.drawing = new OncePerFrame(() => this.draw());
    this.trainer = new ToyTrainer(() => {
      this.fresh = true;
      this.drawing.later();
    });
    this.trainer.run(false);
    this.space = new SpaceView(() => this.drawing.ask());
    this.curves = chipRow({
      type: "radio",
      group: "space",
      names: Object.keys(SPACE_CURVES),
      pick: (space) => this.change({ space }),
    });
    this.again = element("button", { type: "button", class: "text", "data-testid": "space-again" });
    this.again.onclick = () => this.change({ start: (this.values.start + 1) % SEEDS });
    this.progress = element("output");
    this.codes = element("canvas", { class: "codes", role: "img" });
    this.ink = contextOf(this.codes);
    this.settings = { at: this.setting("at", this.codes), ball: this.setting("ball") };
    this.curveName = element("div", { class: "title" });
    this.decoded = element("p", { "data-testid": "decoded-point" });
    this.pieces = element("p", { "data-testid": "pieces" });
    const side = element(
      "div",
      { class: "side" },
      element("section", {}, this.curveName, this.curves.row),
      element("div", { class: "row" }, this.again, this.progress),
      this.settings.at.root,
      this.decoded,
      this.settings.ball.root,
      this.pieces,
    );
    this.root = element("div", { class: "straightened layer" }, this.space.canvas, side);
    // It learns when it comes into sight, so that the visitor sees that.
    this.watching = new IntersectionObserver((entries) => {
      this.trainer.run(entries[entries.length - 1].isIntersecting);
    });
    this.watching.observe(this.space.canvas);
    const { canvas } = this.space;
    canvas.onpointerdown = (event) => this.press(event);
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => this.lift(event);
    canvas.onkeydown = (event) => this.key(event);
    canvas.onkeyup = () => this.turned && this.release();
  }

  /**
   * A slider of a value.
   * @param {"at"|"ball"} name
   * @param {...HTMLElement} above
   */
  setting(name, ...above) {
    const input = slider({ min: "0", max: "1", step: "0.001", "data-testid": `space-${name}` });
    input.oninput = () => {
      this.values[name] = Number(input.value);
      this.drawing.ask();
    };
    onRelease(input, () => this.release());
    const label = element("span");
    return { label, input, root: element("label", { class: "setting" }, label, ...above, input) };
  }

  leave() {
    this.trainer.leave();
    this.watching.disconnect();
    this.drawing.leave();
    this.space.leave();
  }

  /** The values of the view: space, at, ball, turn, tilt and start. */
  get values() {
    return this.link.values;
  }

  /** @param {StraightenedData} data */
  follow(data) {
    this.data = data;
    const { text } = data;
    this.curves.name(text.space, text.curves);
    setText(this.curveName, text.space);
    setText(this.again, text.again);
    for (const [name, { label, input }] of Object.entries(this.settings)) {
      setText(label, text[name]);
      setAttribute(input, "aria-label", text[name]);
    }
    setAttribute(this.space.canvas, "aria-label", text.view);
    setAttribute(this.codes, "aria-label", text.codes);
    if (this.link.follow(data.view)) this.train();
    else this.draw();
  }

  // ---- the training

  /** Starts a training from its first step. */
  train() {
    const { space, start } = this.values;
    this.straight = new Straight(pointsOf(SPACE_CURVES[space], POINTS));
    this.root.dataset.trained = "false";
    this.trainer.begin(SIZES, ACTIVATIONS, { curve: space, seed: start, steps: STEPS });
  }

  /**
   * Changes values, trains again and tells Python.
   * @param {Object<string, any>} changes
   */
  change(changes) {
    Object.assign(this.values, changes);
    this.train();
    this.release();
  }

  release() {
    this.turned = false;
    this.send(this.link.message());
  }

  // ---- the picture

  draw() {
    const { trainer, straight, values, space, data, codes, root, settings } = this;
    if (!trainer.network) return;
    const { fresh } = this;
    if (fresh) straight.measure(trainer.network);
    this.fresh = false;
    const { text, language } = data;
    const n = numberFormat(language);
    this.curves.inputs[values.space].checked = true;
    const point = straight.decode(trainer.network, values.at);
    const pieces = straight.ball(point, values.ball);
    this.accent ||= getComputedStyle(root).getPropertyValue("--accent");
    space.turn = values.turn;
    space.tilt = values.tilt;
    drawSpace(space, straight, point, values.ball, this.accent);
    const width = Math.round(codes.clientWidth * space.sharpness);
    const height = Math.round(codes.clientHeight * space.sharpness);
    const ticks = [width, height, values.at, values.ball].join(); // they stay while the view turns
    if (width && (fresh || ticks !== this.ticks)) {
      this.ticks = ticks;
      if (codes.width !== width) codes.width = width;
      if (codes.height !== height) codes.height = height;
      drawCodes(this.ink, straight, space.sharpness);
    }
    for (const name of /** @type {const} */ (["at", "ball"])) {
      const { input } = settings[name];
      if (Number(input.value) !== values[name]) input.value = String(values[name]);
      setAttribute(input, "aria-valuetext", n(values[name], 2));
    }
    const numbers = { step: n(trainer.step, 0), steps: n(STEPS, 0), error: n(straight.error, 3) };
    setText(this.progress, filled(text.progress, numbers));
    const place = [...point].map((v) => n(v, 2)).join("; ");
    setText(this.decoded, filled(text.decoded, { code: n(this.codeAt(values.at), 2), place }));
    setText(this.pieces, this.written(pieces));
    Object.assign(root.dataset, {
      trained: trainer.done,
      error: straight.error.toFixed(4),
      pieces: pieces.length,
      point: [...point].map((v) => v.toFixed(3)).join(),
    });
  }

  /** The code at a share of the way from the least to the largest. @param {number} share */
  codeAt(share) {
    const { low, high } = this.straight;
    return low + share * (high - low);
  }

  /**
   * A sentence about the stretches of the curve in the ball.
   * @param {Piece[]} pieces
   */
  written(pieces) {
    const { text, language } = this.data;
    const n = numberFormat(language);
    if (!pieces.length) return text.none;
    const codes = pieces
      .toSorted((a, b) => a.low - b.low)
      .map(({ low, high }) => `${n(this.codeAt(low), 2)} … ${n(this.codeAt(high), 2)}`)
      .join(", ");
    const words = { count: n(pieces.length, 0), codes };
    return filled(pieces.length === 1 ? text.one : text.several, words);
  }

  // ---- turning the view

  /** @param {PointerEvent} event */
  press(event) {
    if (this.pressed || event.button > 0) return;
    capturePointer(this.space.canvas, event);
    this.pressed = event;
    const { turn, tilt } = this.values;
    this.before = { turn, tilt };
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { pressed } = this;
    if (event.pointerId !== pressed?.pointerId) return;
    const across = event.clientX - pressed.clientX;
    const down = event.clientY - pressed.clientY;
    this.pressed = event;
    this.turn(across * DEGREES, down * DEGREES);
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (event.pointerId !== this.pressed?.pointerId) return;
    this.pressed = null;
    if (event.type === "pointerup") return this.release();
    Object.assign(this.values, this.before); // the finger has scrolled the page
    this.drawing.ask();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const arrow = arrowStep(event);
    if (!arrow?.every(Number.isFinite)) return;
    this.turned = true;
    this.turn(arrow[0] * KEY_DEGREES, -arrow[1] * KEY_DEGREES);
    event.preventDefault();
  }

  /**
   * Turns the view.
   * @param {number} across  degrees around the vertical axis
   * @param {number} down  degrees by which the eye moves up
   */
  turn(across, down) {
    const { values } = this;
    values.turn = (values.turn + across + 360) % 360;
    values.tilt = Math.min(Math.max(values.tilt + down, -STEEPEST), STEEPEST);
    this.drawing.ask();
  }
}
