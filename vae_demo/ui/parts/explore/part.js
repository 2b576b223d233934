// The part "explore": a run's code as sliders and as a point on a map, and the decoded digit,
// updated at every movement. When the visitor releases a control, a message is sent to Python.

import { threeDecimals } from "../../engine/code_space.js";
import { readCode, writeCode } from "../../engine/code_text.js";
import { fromBase64, setAttribute, throttled } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { paintInk } from "../../engine/ink.js";
import { mountPart } from "../../engine/mount.js";
import { decode } from "../../engine/network.js";
import { fixedFormat } from "../../engine/number_format.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { Controls } from "./controls.js";
import { DECIMALS } from "./data.js";
import { DecodedDigit } from "./decoded_digit.js";
import { LatentMap } from "./latent_map.js";
import { layout } from "./layout.js";
import { MapInput } from "./map_input.js";
import { MapLayers } from "./map_layers.js";
import { Messages } from "./messages.js";
import { Neighbours } from "./neighbours.js";
import { Notes, sliderNames } from "./notes.js";
import { RandomCode } from "./random_code.js";
import { Run } from "./run.js";
import { Sliders } from "./sliders.js";
import { TestDigit } from "./test_digit.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const SLIDER_PACE = 12; // milliseconds between two updates of the sliders while the map is dragged:
const SLIDER_GROUPS = 4; // each updates every fourth slider
const TOUCH_PACE = 50; // milliseconds between two test digits while the pointer moves over dots
const NEAREST_PACE = 60; // milliseconds between two searches for the nearest test digits
const DECIMALS_SHOWN = 2;
const FEW = 2; // with at most this many latents, the map is larger than the sliders

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { Network } from "../../engine/network.js"
 * @import { ExploreData, View } from "./data.js"
 * @import { SpaceFile } from "./space.js"
 */

export default mountPart(
  STYLES,
  /** @param {ExploreData} data */ (data) => new Explore(data),
  "view",
);

class Explore {
  /** @type {Float32Array} */
  z = new Float32Array();
  base = this.z; // the code when the visitor started to drag it
  renewed = false; // whether the view of the data is new
  random = new RandomCode();
  messages = new Messages();

  /** @param {ExploreData} data */
  constructor(data) {
    this.data = data;
    this.text = data.text;
    this.number = fixedFormat(data.language, DECIMALS_SHOWN);
    const release = () => this.report();
    this.run = new Run({
      space: (file) => this.enterSpace(file),
      decoder: (decoder) => {
        this.map.arrive(decoder);
        this.read();
      },
      digits: () => this.digitsLoaded(),
    });
    const shares = Array.from(
      { length: SLIDER_GROUPS },
      (_, first) => () => this.sliders.show(this.z, first, SLIDER_GROUPS),
    );
    this.moveSliders = throttled(SLIDER_PACE, ...shares);
    this.showTouched = throttled(TOUCH_PACE, () => this.showTestDigit());
    this.findNearest = throttled(NEAREST_PACE, () => this.showNearest());
    this.decoded = new DecodedDigit((ink) => this.layers.read(ink));
    this.pair = new TestDigit(this.run.digits);
    this.sliders = new Sliders({
      release,
      move: (dimension, value) => this.set(dimension, value),
      reset: (dimension) => this.set(dimension, this.run.space.centre[dimension]),
    });
    this.map = new LatentMap((place) => this.run.space.moved(this.z, place));
    this.input = new MapInput(this.map, {
      grasp: () => (this.base = this.z),
      move: (place, dot) => this.drag(place, dot),
      hover: (place, dot) => this.hover(place, dot),
      release: () => this.settle(),
      choose: (dot) => this.startFrom(dot),
    });
    this.controls = new Controls({
      release,
      start: (kind) => this.startFrom(this.run.digits.next.next(kind, this.pair.chosen)),
      random: () => this.draw(),
      zero: () => this.startAt(this.run.space.centre, -1),
      temperature: (value) => this.setTemperature(value),
    });
    this.layers = new MapLayers(this.map, { release, reading: () => this.read() });
    this.notes = new Notes();
    this.neighbours = new Neighbours(this.run.digits);
    const { presets, temperature } = this.controls;
    this.root = layout(
      presets,
      [this.decoded.canvas, this.pair.root, this.layers.words],
      this.map.root,
      [temperature.root, this.layers.plane.root, this.neighbours.root],
      this.layers.root,
      [this.notes.sliders, this.sliders.root],
      [this.notes.hint, this.notes.map],
    );
  }

  leave() {
    this.run.leave();
    this.map.leave();
    this.neighbours.leave();
  }

  // ---- what Python says

  /**
   * Shows another run or a new version of the view; other reruns of the page change nothing.
   * @param {ExploreData} data
   */
  follow(data) {
    const another = data.key !== this.run.key || data.run !== this.data.run;
    this.renewed ||= another || data.version !== this.data.version;
    this.data = data;
    this.text = data.text;
    this.number = fixedFormat(data.language, DECIMALS_SHOWN);
    if (another) this.enter();
    if (this.run.described) this.show();
  }

  /** Shows the view of the data once the run's space is loaded. */
  show() {
    this.name();
    if (this.renewed) this.take(this.data.view);
    else this.showCode(this.z);
    this.renewed = false;
    this.showControls();
  }

  /** Loads a run; until its decoder is loaded, Python's pictures are shown. */
  enter() {
    const { data } = this;
    this.root.inert = true; // the content is of another run, or empty
    this.root.setAttribute("aria-busy", "true");
    setAttribute(this.decoded.canvas, "data-run", data.run);
    this.decoded.wait(data.view.decoded);
    this.pair.showPixels(fromBase64(data.view.pair));
    this.run.load(data);
  }

  /** @param {SpaceFile} file  of the run */
  enterSpace(file) {
    this.random.space = file.space;
    this.neighbours.enter(file);
    this.root.classList.toggle("few", file.described.latent <= FEW);
    this.map.enter(file.space);
    this.root.inert = false;
    this.show();
  }

  /** Shows what needs the test digits and the encoder. */
  async digitsLoaded() {
    this.showTestDigit();
    this.root.removeAttribute("aria-busy");
    if (await this.neighbours.learn()) this.showNearest();
  }

  /**
   * Shows a view from Python.
   * @param {ExploreData["view"]} view
   */
  take(view) {
    this.pair.choose(this.run.digits.positions.indexOf(view.digit ?? -1));
    this.random.temperature = view.temperature;
    this.random.forget();
    if (!this.run.decoder) {
      this.decoded.wait(view.decoded);
      this.pair.showPixels(fromBase64(view.pair));
    }
    this.showCode(Float32Array.from(readCode(view.z, DECIMALS) ?? this.run.space.centre));
    this.showTestDigit();
    this.showPlane();
    this.layers.change({ plane: view.plane, reading: view.reading, spacing: view.spacing });
    this.messages.note(this.view());
  }

  /** Sets the translated texts, and draws the dots in the colours of the theme. */
  name() {
    const { text } = this;
    const { described, digits, space } = this.run;
    if (!described) return;
    const sliders = sliderNames(described, text, this.number);
    this.sliders.follow(sliders, space, this.number);
    this.map.follow(digits.points, digits.labels, described.colours, described.kinds);
    this.controls.name(text, described);
    this.layers.name(text, described.colours, this.data.classifier);
    setAttribute(this.sliders.root, "aria-label", this.notes.name(described, text));
    this.decoded.name(text.decoded);
    this.pair.name(text);
  }

  // ---- what is sent to Python

  /** @returns {View} */
  view() {
    return {
      network: this.run.key,
      version: this.data.version,
      z: writeCode(this.z, DECIMALS),
      digit: this.pair.position,
      temperature: this.random.temperature,
      ...this.layers.shown,
    };
  }

  /** Sends the view to Python if it is new. */
  report() {
    this.messages.report(this.view());
  }

  /** @param {(view: View) => void} send  given by `mountPart` */
  set send(send) {
    this.messages.send = send;
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
    this.random.forget();
    this.showCode(z);
    this.showPlane();
  }

  /**
   * Moves the code on the map; only the two directions of the map change.
   * @param {Point} place
   * @param {number} dot  near the place, or -1
   */
  drag(place, dot) {
    this.random.forget();
    this.showCode(this.run.space.moved(this.base, place), true);
    if (this.pair.touch(dot)) this.showTouched();
    if (this.run.decoder && this.input.pointer !== null) {
      this.map.lens.copy(this.decoded.canvas, this.layers.brief(this.decoded.reading));
    }
  }

  /**
   * Shows the decoded digit at the pointer, beside it, and the test digit under it.
   * @param {?Point} place  of the pointer
   * @param {number} dot  near the place, or -1
   */
  hover(place, dot) {
    if (this.pair.touch(dot)) this.showTestDigit();
    if (!place || !this.run.decoder) return;
    const ink = decode(this.run.decoder, this.run.space.moved(this.z, place));
    paintInk(this.map.lens.canvas, ink);
    this.map.lens.show(this.layers.brief(this.layers.read(ink)));
  }

  /** The visitor has released the code; the test digit under it is kept. */
  settle() {
    this.moveSliders.now();
    this.showTouched.now();
    this.pair.settle();
    this.report();
  }

  /**
   * Shows another code.
   * @param {Float32Array} z
   * @param {number} digit  the test digit it is of, or -1
   */
  setCode(z, digit) {
    this.pair.choose(digit);
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
    const { key, digits } = this.run;
    await digits.loading;
    const code = digits.posterior(dot)?.mean;
    if (key !== this.run.key || !code) return;
    digits.next.note(dot);
    this.startAt(code, dot);
  }

  /**
   * Shows a code that is not a random one.
   * @param {Float32Array} z
   * @param {number} digit  the test digit it is of, or -1
   */
  startAt(z, digit) {
    this.random.forget();
    this.setCode(z, digit);
  }

  /** Shows a random code. */
  draw() {
    this.setCode(this.random.draw(), -1);
  }

  /**
   * Scales the distance of the code from the centre; at the centre, in a random direction.
   * @param {number} temperature
   */
  setTemperature(temperature) {
    const { z, another } = this.random.moved(this.z, temperature);
    if (another) {
      this.pair.choose(-1);
      this.showTestDigit();
    }
    this.showControls();
    this.showCode(z);
    this.showPlane();
  }

  // ---- the picture

  /**
   * Shows a code: digit and map immediately; the sliders, if there are many, a little later.
   * @param {Float32Array} z
   */
  showCode(z, dragged = false) {
    this.z = z.map(threeDecimals);
    this.decoded.paint(this.run.decoder, this.z);
    if (dragged && this.run.space.latent > FEW) this.moveSliders();
    else this.sliders.show(this.z);
    this.findNearest();
    this.map.show(this.run.space.place(this.z));
    this.showPlace();
  }

  /** Says where the code is on the map, and what a classifier reads there. */
  showPlace() {
    const [x, y] = this.run.space.place(this.z).map(this.number);
    const place = filled(this.text.map, { run: this.data.run, x, y });
    const words = `${place} ${this.layers.say(this.decoded.reading)}`.trim();
    setAttribute(this.map.marks, "aria-label", words);
  }

  /** Reads the digit of the code again: another layer is shown, or the classifier is loaded. */
  read() {
    this.decoded.paint(this.run.decoder, this.z);
    this.showPlace();
  }

  /** Shows the plane through the code; with two latents, there is only one plane. */
  showPlane() {
    if (this.run.space.latent > FEW) this.map.repaint();
  }

  /** Shows the test digits that are nearest to the code, once all are encoded. */
  showNearest() {
    this.neighbours.show(this.z, this.text, this.number);
  }

  /** Shows a test digit, its reconstruction, and its posterior on the map. */
  showTestDigit() {
    this.pair.name(this.text);
    const logvar = this.pair.show(this.run.decoder);
    this.map.mark(this.pair.dot, logvar && this.run.space.ellipse(logvar));
  }

  showControls() {
    const { temperature } = this.random;
    this.controls.temperature.show(temperature, this.number(temperature));
    this.layers.change({});
  }
}
