// The part "explorer": a run's code as sliders and as a point on a map, and the digit it decodes
// to, which follows every move. Python gets a message when the visitor releases a control.

import { EMPTY_SPACE, threeDecimals } from "../../engine/code_space.js";
import { readSheet } from "../../engine/contact_sheet.js";
import { gaussian } from "../../engine/dense.js";
import {
  DIGIT_SIDE,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  throttled,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { paintInk } from "../../engine/ink.js";
import { mountPart } from "../../engine/mount.js";
import { decode, encode, readNetwork } from "../../engine/network.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { Controls, filled } from "./controls.js";
import { LatentMap } from "./latent_map.js";
import { Sliders } from "./sliders.js";
import { readSpace } from "./space.js";
import { NextDigits, TestDigit } from "./test_digit.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const SLIDER_PACE = 12; // milliseconds between two moves of sliders, while the map is dragged:
const SLIDER_GROUPS = 4; // every fourth one, a group at a time
const TOUCH_PACE = 50; // milliseconds between two test digits that are touched in passing
const MAP_NOTES = ["", "map_one", "map_two"]; // by the number of latents, else "map_many"
const FEW = 2; // up to so many latents the map is the hero, beyond them the sliders are

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Description, SpaceFile } from "./space.js"
 */

/**
 * @typedef {Object} ExplorerData
 * @property {string} run
 * @property {FileAddress} network  of the trained run
 * @property {FileAddress} sheet  all test digits of the map
 * @property {FileAddress} space  the code space, as `readSpace` reads it
 * @property {Shown & { decoded: string, pair: string }} view  what the visitor sees at each new
 *   version and run; the pictures in base64, one byte a pixel, are shown until the network is
 *   loaded
 * @property {number} version  that Python raises to change the view
 * @property {Object<string, string>} text  TEXTS of part.py
 * @property {string} language  "en" or "tr"
 */

/**
 * @typedef {Object} Shown
 * @property {number[]} z
 * @property {?number} digit  the test digit beside it, its position in the test set
 * @property {number} plane  its opacity, 0 to 1
 * @property {number} temperature
 */

/**
 * @typedef {Shown & { network: ?string, version: number }} View  what Python gets when the visitor
 *   releases a control; `network` is the key of its file
 */

export default mountPart(
  STYLES,
  /** @param {ExplorerData} data */ (data) => new Explorer(data),
  "view",
);

class Explorer {
  space = EMPTY_SPACE; // until its file is loaded
  /** @type {?Description} */
  described = null; // likewise
  /** @type {ArrayLike<number>} */
  points = []; // (n, 2) places of the test digits on the map
  /** @type {ArrayLike<number>} */
  labels = []; // (n) their digits
  /** @type {number[]} */
  positions = []; // (n) in the test set
  nextDigits = new NextDigits([], []);
  /** @type {?Network} */
  network = null; // until its file is loaded
  /** @type {?Uint8Array} */
  sheet = null; // (n * 784) the test digits' pixels, likewise
  /** @type {Promise<void>} */
  files = Promise.resolve(); // until all files are loaded
  /** @type {?string} */
  key = null; // of the network's file
  /** @type {Float32Array} */
  z = new Float32Array();
  base = this.z; // the code when the visitor began to drag it
  renewed = false; // whether the data have another view than the last ones
  digit = -1; // the test digit beside it, counted in the probe
  touched = -1; // the one under the pointer
  plane = 0;
  temperature = 1;
  /** @type {?Float32Array} */
  direction = null; // from the middle to the code at temperature 1, where it is known

  sent = ""; // the last view that Python has, as JSON
  /** @type {(view: View) => void} */
  send = () => {};

  /** @param {ExplorerData} data */
  constructor(data) {
    this.data = data;
    this.text = data.text;
    this.numbers = numberFormat(data.language);
    const release = () => this.report();
    const shares = Array.from(
      { length: SLIDER_GROUPS },
      (_, first) => () => this.sliders.show(this.z, first, SLIDER_GROUPS),
    );
    this.moveSliders = throttled(SLIDER_PACE, ...shares);
    this.showTouched = throttled(TOUCH_PACE, () => this.showTestDigit());
    this.decoded = digitCanvas({ "data-testid": "decoded" });
    this.pair = new TestDigit();
    this.sliders = new Sliders({
      release,
      move: (dimension, value) => this.set(dimension, value),
      reset: (dimension) => this.set(dimension, this.space.centre[dimension]),
    });
    this.map = new LatentMap({
      grasp: () => (this.base = this.z),
      move: (place, dot) => this.drag(place, dot),
      hover: (place, dot) => this.hover(place, dot),
      release: () => this.settle(),
      choose: (dot) => this.startFrom(dot),
      codeAt: (place) => this.space.moved(this.z, place),
    });
    this.controls = new Controls({
      release,
      start: (kind) => this.startFrom(this.nextDigits.next(kind, this.digit)),
      random: () => this.draw(),
      zero: () => this.setCode(this.space.centre, -1),
      temperature: (value) => this.setTemperature(value),
      plane: (value) => this.fade(value),
    });
    this.mapNote = element("p", { class: "note" });
    this.hint = element("p", { class: "note" });
    this.sliderNote = element("p", { class: "note" });
    const { presets, rows } = this.controls;
    this.root = element(
      "div",
      { class: "explorer layer", "aria-busy": "true" },
      element(
        "div",
        {},
        presets,
        element("div", { class: "stage" }, this.decoded, this.pair.root),
        this.map.root,
        element(
          "div",
          { class: "side" },
          rows.temperature.root,
          rows.plane.root,
          this.mapNote,
          this.hint,
        ),
        element("div", { class: "sliders" }, this.sliderNote, this.sliders.root),
      ),
    );
  }

  leave() {
    this.key = null;
    this.map.leave();
  }

  // ---- what Python says

  /**
   * Shows another run, or a new version of the view; other reruns of the page change nothing of it.
   * @param {ExplorerData} data
   */
  follow(data) {
    const another = data.network.key !== this.key || data.run !== this.data.run;
    this.renewed ||= another || data.version !== this.data.version;
    this.data = data;
    this.text = data.text;
    this.numbers = numberFormat(data.language);
    if (another) this.enter();
    if (this.described) this.show();
  }

  /** Shows the view of the data, once the run's space is loaded. */
  show() {
    this.name();
    if (this.renewed) this.take(this.data.view);
    else this.showCode(this.z);
    this.renewed = false;
    this.showControls();
  }

  /** Fetches a run's files; until they are loaded, Python's pictures are shown. */
  enter() {
    const { data } = this;
    const key = (this.key = data.network.key);
    this.described = this.network = null;
    this.root.inert = true; // of another run, or empty
    this.root.setAttribute("aria-busy", "true");
    setAttribute(this.decoded, "data-run", data.run);
    paintDigit(this.decoded, fromBase64(data.view.decoded));
    this.pair.showPixels(fromBase64(data.view.pair));
    const space = fetchFile(data.space).then((file) => {
      if (key === this.key) this.enterSpace(readSpace(file));
    });
    this.files = Promise.all([
      fetchFile(data.network).then(readNetwork),
      this.sheet ?? fetchFile(data.sheet).then(readSheet),
      space,
    ]).then(([network, sheet]) => {
      this.sheet = sheet;
      if (key === this.key) this.arrive(network);
    });
  }

  /** @param {SpaceFile} file  of the run */
  enterSpace({ space, points, labels, positions, described }) {
    Object.assign(this, { space, points, labels, positions, described });
    this.nextDigits = new NextDigits(labels, described.typical);
    this.root.classList.toggle("few", described.latent <= FEW);
    this.map.enter(space);
    this.root.inert = false;
    this.show();
  }

  /** @param {Network} network  of the run */
  arrive(network) {
    this.network = network;
    this.map.arrive(network);
    this.paint();
    this.showTestDigit();
    this.root.removeAttribute("aria-busy");
  }

  /**
   * Shows a view of Python's.
   * @param {ExplorerData["view"]} view
   */
  take(view) {
    this.digit = this.positions.indexOf(view.digit ?? -1);
    this.touched = -1;
    this.plane = view.plane;
    this.temperature = view.temperature;
    this.direction = null;
    if (!this.network) {
      paintDigit(this.decoded, fromBase64(view.decoded));
      this.pair.showPixels(fromBase64(view.pair));
    }
    this.showCode(Float32Array.from(view.z));
    this.showTestDigit();
    this.showPlane();
    this.map.fade(this.plane);
    this.sent = JSON.stringify(this.view());
  }

  /** Puts the translated texts on everything, and draws the dots in the theme's colours. */
  name() {
    const { described, text } = this;
    if (!described) return;
    const sliders = described.sliders.map(({ dimension, active, amount }) => {
      const kind = !active ? "asleep" : described.generative ? "rate" : "spread";
      const words = { dimension: dimension + 1, says: this.numbers.format(amount) };
      return { dimension, name: filled(text[kind], words) };
    });
    this.sliders.follow(sliders, this.space, (value) => this.numbers.format(value));
    this.map.follow(this.points, this.labels, described.colours);
    this.controls.name(text, described.maxTemperature);

    const { latent } = described;
    const notes = [filled(text.sliders, { shown: sliders.length, latent })];
    if (sliders.length < latent) notes.push(text.rest);
    if (described.sliders.some(({ active }) => !active)) notes.push(text.sleeping);
    this.sliderNote.textContent = [...notes, text.back].join(" ");
    setAttribute(this.sliders.root, "aria-label", notes[0]);
    const percent = Math.round(100 * described.explained);
    this.mapNote.textContent = filled(text[MAP_NOTES[latent] ?? "map_many"], { percent });
    this.hint.textContent = text.hint;
    setAttribute(this.decoded, "aria-label", text.decoded);
    this.namePair();
  }

  // ---- what is sent to Python

  /** @returns {View} */
  view() {
    return {
      network: this.key,
      version: this.data.version,
      z: Array.from(this.z, threeDecimals),
      digit: this.digit < 0 ? null : this.positions[this.digit],
      plane: this.plane,
      temperature: this.temperature,
    };
  }

  /** Sends what is seen to Python, unless it knows. Each message reruns a part of the page. */
  report() {
    const view = this.view();
    const message = JSON.stringify(view);
    if (message === this.sent) return;
    this.sent = message;
    this.send(view);
  }

  // ---- the visitor

  /**
   * Sets one latent.
   * @param {number} dimension
   * @param {number} value
   */
  set(dimension, value) {
    const z = this.z.slice();
    z[dimension] = value;
    this.direction = null;
    this.showCode(z);
    this.showPlane();
  }

  /**
   * Moves the code on the map, from where it was grasped: what the map does not show stays.
   * @param {Point} place
   * @param {number} dot  near the place, or -1
   */
  drag(place, dot) {
    this.direction = null;
    this.showCode(this.space.moved(this.base, place), true);
    if (this.touch(dot)) this.showTouched();
    if (this.network && this.map.pointer !== null) this.map.showLens(this.decoded);
  }

  /**
   * Shows the digit at a pointer that moves nothing, beside it, and the test digit under it.
   * @param {?Point} place  of the pointer
   * @param {number} dot  near the place, or -1
   */
  hover(place, dot) {
    if (this.touch(dot)) this.showTestDigit();
    if (!place || !this.network) return;
    paintInk(this.map.lens, decode(this.network, this.space.moved(this.z, place)));
    this.map.lens.hidden = false;
  }

  /** The visitor has released the code: a test digit under it stays. */
  settle() {
    this.moveSliders.now();
    this.showTouched.now();
    if (this.touched >= 0) this.digit = this.touched;
    this.report();
  }

  /**
   * Shows another code.
   * @param {Float32Array} z
   * @param {number} digit  the test digit it is of, or -1
   */
  setCode(z, digit) {
    this.direction = null;
    this.digit = digit;
    this.touched = -1;
    this.showCode(z);
    this.showTestDigit();
    this.showPlane();
    this.report();
  }

  /**
   * Shows the code of a test digit.
   * @param {number} dot
   */
  async startFrom(dot) {
    const { key } = this;
    await this.files;
    const { network, sheet } = this;
    if (key !== this.key || !network || !sheet) return;
    this.nextDigits.note(dot);
    this.setCode(encode(network, inkOf(sheet, dot)).mean, dot);
  }

  /** A random code. */
  draw() {
    const direction = this.randomDirection();
    this.setCode(this.space.drawn(this.temperature, direction), -1);
    this.direction = direction;
  }

  randomDirection() {
    return this.space.scale.map((v) => v * gaussian());
  }

  /**
   * Moves the code nearer to the middle, or away from it; where it is the middle, at random.
   * @param {number} temperature
   */
  setTemperature(temperature) {
    this.direction ??= this.space.direction(this.temperature, this.z);
    if (!this.direction.some(Boolean)) {
      this.direction = this.randomDirection();
      this.digit = -1;
      this.showTestDigit();
    }
    this.temperature = temperature;
    this.showControls();
    this.showCode(this.space.drawn(temperature, this.direction));
    this.showPlane();
  }

  /** @param {number} opacity  of the plane, 0 to 1 */
  fade(opacity) {
    this.plane = opacity;
    this.showControls();
    this.map.fade(opacity);
  }

  // ---- the picture

  /**
   * Shows a code: digit and map at once, and the sliders, many of them a little later.
   * @param {Float32Array} z
   */
  showCode(z, dragged = false) {
    this.z = z.map(threeDecimals);
    this.paint();
    if (dragged && this.space.latent > FEW) this.moveSliders();
    else this.sliders.show(this.z);
    const place = this.space.place(this.z);
    this.map.show(place);
    const [x, y] = place.map((v) => this.numbers.format(v));
    setAttribute(this.map.marks, "aria-label", filled(this.text.map, { run: this.data.run, x, y }));
  }

  /** Shows the plane through the code; two latents have but one plane. */
  showPlane() {
    if (this.space.latent > FEW) this.map.plane.repaint();
  }

  paint() {
    if (this.network) paintInk(this.decoded, decode(this.network, this.z));
  }

  /**
   * Notes the test digit under the pointer.
   * @param {number} dot  or -1
   * @returns {boolean}  whether it is another one
   */
  touch(dot) {
    if (dot === this.touched || !this.network) return false;
    this.touched = dot;
    return true;
  }

  /** The touched test digit, else the one that stays. */
  shownDigit() {
    return this.touched >= 0 ? this.touched : this.digit;
  }

  namePair() {
    const dot = this.shownDigit();
    const which = { position: this.positions[dot], digit: this.labels[dot] };
    this.pair.name(this.text, dot < 0 ? null : which);
  }

  /** Shows a test digit, how the run draws it again, and its posterior on the map. */
  showTestDigit() {
    const dot = this.shownDigit();
    this.namePair();
    let ellipse = null;
    const { network, sheet } = this;
    if (dot >= 0 && network && sheet) {
      const x = inkOf(sheet, dot);
      const { mean, logvar } = encode(network, x);
      this.pair.show(x, decode(network, mean));
      if (logvar) ellipse = this.space.ellipse(logvar);
    }
    this.map.mark(dot, ellipse);
  }

  showControls() {
    const percent = filled(this.text.percent, { percent: Math.round(100 * this.plane) });
    this.controls.show("plane", this.plane, percent);
    this.controls.show("temperature", this.temperature, this.numbers.format(this.temperature));
  }
}

/**
 * A test digit of a sheet.
 * @param {Uint8Array} sheet  (n * 784)
 * @param {number} dot
 * @returns {Float32Array}  (784) in [0, 1]
 */
function inkOf(sheet, dot) {
  const size = DIGIT_SIDE * DIGIT_SIDE;
  return Float32Array.from(sheet.subarray(size * dot, size * (dot + 1)), (v) => v / 255);
}

/** @param {string} language */
function numberFormat(language) {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: "negative",
  });
}
