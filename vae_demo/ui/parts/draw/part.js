// The part "draw": a drawing as MNIST sees it, with noise, as the models reconstruct it, and on the
// map of its codes, all while the pen moves. Python gets a message when the visitor releases it.
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
import { isBlank, PAD_SIDE, PAD_STYLE, Pad } from "../../engine/drawing_pad.js";
import { fetchFile } from "../../engine/files.js";
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

const PLACE_PACE = 60; // milliseconds between two places on the map
const REHEARSALS = 30; // of what each move of the pen needs, until the browser has it compiled

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
 * @property {[number, number]} place  of the digit, as Python has it
 */

/**
 * @typedef {Object} DrawData
 * @property {string} language  as numbers are written
 * @property {Texts} text
 * @property {number} serial  of the newest message that Python has; 0 before there was any
 * @property {string} digit  base64 of (784) bytes, the digit as Python has it
 * @property {string} example  the same, shown for an empty pad
 * @property {boolean} isExample  whether `digit` is the example
 * @property {boolean} pad  whether there is a pad to draw on; else the digit is given
 * @property {?string} picture  URL of what the pad shows at first
 * @property {DrawSettings} settings  the browser applies them where their revision is new
 * @property {NoiseFile[]} noises
 * @property {{ run: string, kind: string, file: ?FileAddress }[]} models  the file of each network;
 *   null where no browser can compute it
 * @property {?{ pixels: string, errors: number[] }} answer  PyTorch's pictures, compressed, in
 *   base64
 * @property {?MapData} map
 * @property {boolean} server  whether a server answers; else a new digit is taken over at once
 * @property {string} problem  a sentence on why the drawing is not a digit, or ""
 */

/**
 * @typedef {NoiseSettings & {
 *   serial: number,
 *   revision: number,
 *   stages: string[],
 *   untouched: boolean,
 *   png: ?string,
 *   digit?: string,
 * }} Message  what Python gets when the visitor releases the pen or a control. `untouched`: the pad
 *   is as it was at first; `png`: what it shows otherwise, base64 of a PNG of 280x280 pixels; `digit`:
 *   base64 of (784) bytes, without a server only
 */

export default mountPart(
  STYLES,
  /** @param {DrawData} data */ (data) => new DrawPart(data),
  "message",
);

class DrawPart {
  ahead = false; // whether the visitor has done what Python does not know yet
  inked = false; // whether the pad has ink that is not a digit yet
  frame = 0; // the animation frame that is asked for, 0 for none
  stale = false; // whether something has changed since it was asked for
  /** @type {?string} */
  touched = null; // the stage that was switched on or off last
  put = false; // whether the pad has its first picture
  revision = -1; // of the settings that were taken over last
  /** @type {?Answer} */
  answer = null; // once its pictures are unpacked
  /** @type {Map<string, ?Network>} */
  networks = new Map(); // by the keys of their files; null while a file is loading
  /** @type {?string} */
  given = null; // the digit of the data that was taken over last
  /** @type {Uint8Array} */
  digit = new Uint8Array(DIGIT_SIDE * DIGIT_SIDE);
  x = new Float32Array(DIGIT_SIDE * DIGIT_SIDE); // the digit in [0, 1]
  isExample = true;
  /** @type {(message: Message) => void} */
  send = () => {};

  /** @param {DrawData} data */
  constructor(data) {
    this.data = data;
    this.serial = data.serial; // of the newest message
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
    this.note = element("figcaption", { role: "status" });
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
          element("figure", {}, this.label, this.canvas, this.note),
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

  /** Ends the animation, and removes the part from the page. */
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

  /** Whether the data are about what is seen. */
  get answered() {
    return !this.ahead && this.data.serial === this.serial;
  }

  /** Takes Python's digit over. */
  adopt() {
    this.digit = fromBase64(this.data.digit);
    this.isExample = this.data.isExample;
    this.inked = false;
  }

  /**
   * Unpacks PyTorch's pictures.
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
        this.networks.delete(file.key); // Python's pictures stay, and the next run tries again
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

  /** The visitor has released the pen or a control: Python gets what is seen, once. */
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
    if (serial === this.serial) this.send({ ...message, png }); // else a newer one says it all
  }

  /** The visitor has released the contextOf, and nothing has changed. */
  rest() {
    this.ahead = false;
    if (this.answered) this.adopt();
    this.ask();
  }

  /**
   * Another stage is on or off.
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
   * Shows what a stage is for: the one pointed at, or else the one that was touched last.
   * @param {?string} pointed
   */
  explain(pointed = null) {
    const { text } = this.data;
    const name = pointed ?? this.touched;
    this.stagesAbout.textContent = name ? text.stageAbouts[name] : text.stages_about;
  }

  // ---- the picture

  /** Draws what has changed: the first change at once, those before the next frame in that one. */
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

  /** The pad's ink becomes the digit; where it can't, the last digit stays until Python answers. */
  prepare() {
    this.inked = false;
    const stages = this.wanted();
    // What would be cut off anyway need not be read.
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
 * Prepares a stroke again and again while nothing else is to do: the first real one is fast then.
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
 * Writes numbers with so many decimals. Each `Intl.NumberFormat` is constructed once: that takes
 * long.
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
