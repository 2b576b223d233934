// The part "draw": a drawing as an MNIST digit, with noise, its reconstructions, and its code on a
// map, all updated while the pen moves. When the visitor releases it, a message is sent to Python.
import { chipRow } from "../../engine/chips.js";
import {
  DIGIT_SIDE,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
  throttled,
  toBase64,
} from "../../engine/dom.js";
import { PAD_STYLE, Pad } from "../../engine/drawing_pad.js";
import { fetchFile } from "../../engine/files.js";
import { isBlank, PAD_SIDE } from "../../engine/ink_canvas.js";
import { mountPart } from "../../engine/mount.js";
import { readNetwork } from "../../engine/network.js";
import { inflate } from "../../engine/png.js";
import { grey, isPaper, STAGES, toDigit } from "../../engine/preprocessing.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { NoiseControls } from "./noise_controls.js";
import { PlaceMap } from "./place_map.js";
import { meanSquare, Reconstructions } from "./reconstructions.js";

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

const PLACE_PACE = 60; // milliseconds between two updates of the map
const REHEARSALS = 30; // number of trial strokes, so that the browser compiles the code

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { NoiseSettings } from "./noise_controls.js"
 */

/** @typedef {(value: number, decimals: number) => string} NumberFormat */

/**
 * @typedef {Object<string, string> & {
 *   pad: Object<string, string>,
 *   noises: Object<string, string>,
 *   stageNames: Object<string, string>,
 *   stageAbouts: Object<string, string>,
 * }} Texts  TEXTS and PAD_TEXTS of part.py, and the names of noises and stages; "{value}"
 *   stands for a number
 */

/** @typedef {NoiseSettings & { revision: number, stages: string[] }} DrawSettings */

/** @typedef {{ seed: number, file: FileAddress }} NoiseFile  (784) numbers of each kind */

/** @typedef {{ pixels: Uint8Array, errors: number[] }} Answer  PyTorch's, in the order of models */

/**
 * @typedef {Object} MapData
 * @property {string} title
 * @property {?FileAddress} network  that encodes
 * @property {FileAddress} points
 * @property {[number, number]} place  position of the digit on the map, from Python
 */

/**
 * @typedef {Object} DrawData
 * @property {string} language  for the format of numbers
 * @property {Texts} text
 * @property {number} serial  of the latest message that Python received; 0 before the first
 * @property {string} digit  base64 of (784) bytes, the digit in Python
 * @property {string} example  the same, shown for an empty pad
 * @property {boolean} isExample  whether `digit` is the example
 * @property {boolean} pad  whether there is a pad; otherwise the digit is given
 * @property {?string} picture  URL of the initial picture on the pad
 * @property {DrawSettings} settings  used if their revision is new
 * @property {NoiseFile[]} noises
 * @property {{ run: string, kind: string, file: ?FileAddress }[]} models  the file of each network;
 *   null if browsers can't compute it
 * @property {?{ pixels: string, errors: number[] }} answer  PyTorch's pictures, compressed, in
 *   base64
 * @property {?MapData} map
 * @property {boolean} server  whether a server answers; otherwise a new digit is shown immediately
 * @property {string} problem  why the drawing is not a digit; "" if it is one
 */

/**
 * @typedef {NoiseSettings & { serial: number, revision: number, stages: string[], untouched:
 *   boolean, png: ?string, digit?: string, }} Message  the message to Python when the visitor
 *   releases the pen or a control. `untouched`: whether the pad shows its initial picture; `png`:
 *   otherwise the drawing, base64 of a PNG of 280x280 pixels; `digit`: base64 of (784) bytes, only
 *   without a server
 */

export default mountPart(
  STYLES,
  /** @param {DrawData} data */ (data) => new DrawPart(data),
  "message",
);

class DrawPart {
  ahead = false; // whether there are changes that Python has not received yet
  inked = false; // whether the pad has ink that is not shown as a digit yet
  frame = 0; // the requested animation frame; 0 for none
  stale = false; // whether something has changed since that request
  /** @type {?string} */
  touched = null; // the stage that was switched last
  put = false; // whether the initial picture is on the pad
  revision = -1; // of the current settings
  /** @type {?Answer} */
  answer = null; // PyTorch's answer, once its pictures are decompressed
  /** @type {Map<string, ?Network>} */
  networks = new Map(); // key of the file -> network; null while it is loading
  /** @type {?string} */
  given = null; // the digit of the latest data
  /** @type {Uint8Array} */
  digit = new Uint8Array(DIGIT_SIDE * DIGIT_SIDE);
  x = new Float32Array(DIGIT_SIDE * DIGIT_SIDE); // the digit in [0, 1]
  isExample = true;
  /** @type {(message: Message) => void} */
  send = () => {};

  /** @param {DrawData} data */
  constructor(data) {
    this.data = data;
    this.serial = data.serial; // of the latest message
    this.format = numberFormat(data.language);
    const onChange = () => this.changed();
    const onRelease = () => this.release();
    this.pad = new Pad({ onInk: () => this.changed(true), onRelease, onRest: () => this.rest() });
    this.noise = new NoiseControls(onChange, onRelease, () => this.ask());
    this.stages = chipRow({
      type: "checkbox",
      group: "stage",
      names: STAGES,
      pick: (name) => this.restage(name),
      point: (name) => this.explain(name),
    });
    this.reconstructions = new Reconstructions();
    this.place = new PlaceMap();
    this.movePlace = throttled(PLACE_PACE, () =>
      this.place.show(this.networkOf(this.data.map?.network), this.x),
    );

    this.canvas = digitCanvas({ "data-testid": "digit-28" });
    this.label = element("div", { class: "label" });
    this.note = element("div", { role: "status" });
    this.damagedLabel = element("div", { class: "label" });
    this.damage = element("figcaption", {});
    this.damaged = element("figure", {}, this.damagedLabel, this.noise.brush.board, this.damage);
    this.stagesTitle = element("div", { class: "title" });
    this.stagesAbout = element("div", { class: "about" });
    this.stagesRow = element(
      "section",
      { class: "stages" },
      this.stagesTitle,
      this.stages.row,
      this.stagesAbout,
    );
    this.bench = element(
      "div",
      { class: "bench" },
      this.pad.sheet,
      element(
        "div",
        { class: "pictures" },
        element(
          "div",
          { class: "seen" },
          element("figure", {}, this.label, this.canvas, element("figcaption", {}, this.note)),
          this.damaged,
        ),
        this.reconstructions.row,
        this.reconstructions.about,
      ),
      this.pad.tools,
      element("div", { class: "controls" }, this.stagesRow, this.noise.controls),
      this.place.root,
    );
    this.root = element("div", { class: "draw layer" }, this.bench);
    this.root.onkeydown = (event) => {
      if (this.data.pad) this.pad.key(event);
    };
  }

  /** Stops the animation and releases resources. */
  leave() {
    cancelAnimationFrame(this.frame);
    this.place.leave();
  }

  // ---- the data

  /** @param {DrawData} data */
  follow(data) {
    this.data = data;
    const { text, settings } = data;
    const format = (this.format = numberFormat(data.language));
    this.pad.name(text.pad);
    this.noise.name(text, format);
    this.stages.name(text.stages, text.stageNames);
    this.stagesTitle.textContent = text.stages;
    this.explain();
    this.label.textContent = text.seen;
    setAttribute(this.canvas, "aria-label", text.seen);
    this.damagedLabel.textContent = text.damaged;
    this.reconstructions.follow(data.models, text, format);
    this.place.follow(data.map, text);

    this.bench.classList.toggle("given", !data.pad);
    this.bench.classList.toggle("alone", !data.server);
    this.pad.sheet.hidden = this.pad.tools.hidden = this.stagesRow.hidden = !data.pad;
    if (data.pad && !this.put) {
      this.put = true;
      this.pad.put(data.picture);
      rehearse();
    }
    if (settings.revision !== this.revision) {
      this.revision = settings.revision;
      this.noise.take(settings);
      for (const name of STAGES) this.stages.inputs[name].checked = settings.stages.includes(name);
    }
    this.load(data);
    const other = data.digit !== this.given;
    this.given = data.digit;
    if (data.server ? this.answered : other) this.adopt();
    this.unpack(data);
    this.draw();
  }

  /** Whether Python's data belong to what is shown. */
  get answered() {
    return !this.ahead && this.data.serial === this.serial;
  }

  /** Shows Python's digit. */
  adopt() {
    this.digit = fromBase64(this.data.digit);
    this.isExample = this.data.isExample;
    this.inked = false;
  }

  /**
   * Decompresses PyTorch's pictures.
   * @param {DrawData} data
   */
  async unpack(data) {
    this.answer = null;
    if (!data.answer) return;
    const pixels = await inflate(fromBase64(data.answer.pixels));
    if (data !== this.data) return;
    this.answer = { pixels, errors: data.answer.errors };
    this.ask();
  }

  /**
   * Loads the networks one after another, those of the reconstructions first.
   * @param {DrawData} data
   */
  async load({ models, map, noises }) {
    for (const file of [...models.map((model) => model.file), map?.network]) {
      if (!file || this.networks.has(file.key)) continue;
      this.networks.set(file.key, null);
      try {
        this.networks.set(file.key, readNetwork(await fetchFile(file)));
        this.ask();
      } catch {
        this.networks.delete(file.key); // Python's pictures stay, and the next rerun tries again
      }
    }
    this.noise.load(noises);
  }

  /**
   * The network of a file, if it is loaded.
   * @param {?FileAddress} [file]
   */
  networkOf(file) {
    return (file && this.networks.get(file.key)) ?? null;
  }

  // ---- what the visitor does

  changed(inked = false) {
    this.ahead = true;
    this.inked ||= inked;
    this.ask();
  }

  /** Sends the current state to Python when the visitor releases the pen or a control. */
  async release() {
    if (!this.ahead) return;
    this.draw();
    this.ahead = false;
    const serial = ++this.serial;
    const message = {
      serial,
      revision: this.revision,
      ...this.noise.settings(),
      stages: this.wanted(),
      untouched: this.pad.untouched,
      ...(this.data.server ? {} : { digit: toBase64(this.digit) }),
    };
    const png = message.untouched ? null : await this.pad.png();
    if (serial === this.serial) this.send({ ...message, png }); // otherwise there is a newer one
  }

  /** The visitor has released the pen, and nothing has changed. */
  rest() {
    this.ahead = false;
    if (this.answered) this.adopt();
    this.ask();
  }

  /**
   * Switches a stage on or off.
   * @param {string} name
   */
  restage(name) {
    this.touched = name;
    if (!this.pad.empty()) this.pad.touch();
    this.changed(true);
    this.release();
  }

  wanted() {
    return STAGES.filter((name) => this.stages.inputs[name].checked);
  }

  /**
   * Shows the description of the stage under the pointer, or of the one that was switched last.
   * @param {?string} pointed
   */
  explain(pointed = null) {
    const { text } = this.data;
    const name = pointed ?? this.touched;
    this.stagesAbout.textContent = name ? text.stageAbouts[name] : text.stages_about;
  }

  // ---- the picture

  /** Draws changes: the first immediately, further ones together in the next frame. */
  ask() {
    this.stale = Boolean(this.frame);
    if (!this.stale) this.draw();
  }

  draw() {
    this.stale = false;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (this.stale) this.draw();
    });
    if (this.inked) this.prepare();
    const { answered } = this;
    const { text } = this.data;
    const x = Float32Array.from(this.digit, (v) => v / 255);
    paintDigit(this.canvas, this.digit);
    const problem = answered && this.data.problem;
    setText(this.note, problem || (this.isExample ? text.example : text.size));
    this.note.classList.toggle("problem", Boolean(problem));

    const seen = this.noise.apply(x);
    this.damaged.hidden = !this.noise.seen;
    if (this.noise.seen) {
      const pixels = Uint8ClampedArray.from(seen, (v) => 255 * v);
      this.noise.brush.paint(pixels);
      const clipped = seen.map((v) => Math.min(Math.max(v, 0), 1));
      const error = this.format(meanSquare(clipped, x), 4);
      setText(this.damage, text.error.replace("{value}", error));
    }
    const files = new Map(this.data.models.map(({ run, file }) => [run, file]));
    /** @param {string} run */
    const networkOf = (run) => this.networkOf(files.get(run));
    const answer = answered && !this.noise.loading ? this.answer : null;
    this.reconstructions.show(x, seen, networkOf, answer);
    this.x = x;
    this.movePlace();
  }

  /** Preprocesses the drawing; if only Python can, the last digit stays until it answers. */
  prepare() {
    this.inked = false;
    const stages = this.wanted();
    // Skip the empty margin, which the crop would remove.
    const { data, width, height } = stages.includes("cut")
      ? this.pad.drawing()
      : this.pad.snapshot();
    const light = grey(data);
    if (isPaper(light, width, height)) return;
    const digit = toDigit(light, width, height, stages);
    if (digit) {
      this.digit = digit;
      this.isExample = false;
    } else if (isBlank(data)) {
      this.digit = fromBase64(this.data.example);
      this.isExample = true;
    }
  }
}

/**
 * Processes trial strokes while the browser is idle, so that the first real stroke is fast.
 */
function rehearse() {
  if (!window.requestIdleCallback) return;
  let left = REHEARSALS;
  const light = new Uint8Array(PAD_SIDE * PAD_SIDE);
  for (let y = 80; y < 200; y++) light.fill(255, y * PAD_SIDE + y, y * PAD_SIDE + y + 20);
  const again = () => {
    toDigit(light, PAD_SIDE, PAD_SIDE);
    if (--left) requestIdleCallback(again);
  };
  requestIdleCallback(again);
}

/**
 * Returns a function that formats numbers. Each `Intl.NumberFormat` is created once, since that
 * takes long.
 * @param {string} language
 * @returns {NumberFormat}
 */
function numberFormat(language) {
  /** @type {Map<number, Intl.NumberFormat>} */
  const formats = new Map();
  return (value, decimals) => {
    let format = formats.get(decimals);
    if (!format) {
      const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      formats.set(decimals, (format = new Intl.NumberFormat(language, digits)));
    }
    return format.format(value);
  };
}
