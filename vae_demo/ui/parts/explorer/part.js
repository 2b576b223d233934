// The part "explorer": a run's code as sliders and as a point on a map, and the digit it decodes
// to, which follows the hand. Python hears of it when the hand is off.
import { Controls, filled } from "./controls.js";
import { paintInk } from "../../engine/ink.js";
import { telling } from "../../engine/page_changes.js";
import { LatentMap } from "./latent_map.js";
import { gaussian } from "../../engine/dense.js";
import { decode, encode, readNetwork } from "../../engine/network.js";
import {
  DIGIT_SIDE, digitCanvas, element, fromBase64, leaving, paced, paintDigit, partAt, setAttribute,
} from "../../engine/dom.js";
import { readSheet } from "../../engine/contact_sheet.js";
import { Sliders } from "./sliders.js";
import { CodeSpace, threeDecimals } from "../../engine/code_space.js";
import { fetchFile } from "../../engine/files.js";
import { TestDigit, Turns } from "./test_digit.js";
import { styleSheet, wear } from "../../engine/styles.js";

const STYLE = await styleSheet(new URL("../../engine/parts.css", import.meta.url));

const SLIDER_PACE = 12; // milliseconds between two moves of sliders, while the map is dragged:
const SLIDER_TURNS = 4; // of every fourth one in turn
const TOUCH_PACE = 50; // milliseconds between two test digits that are touched in passing
const ARRAYS = ["low", "high", "centre", "scale", "origin", "axes"]; // of a CodeSpace
const MAP_NOTES = ["", "map_one", "map_two"]; // by the number of latents, else "map_many"
const FEW = 2; // up to so many latents the map is the hero, beyond them the sliders are

/** The explorer of each place where the part is mounted: this runs again at each change of data. */
const explorers = new WeakMap();

/**
 * data: {
 *   run, its name; network, sheet: { key, url? }, its files; latent, its size; generative,
 *   latents: [{ dimension, awake, says }], those that get a slider, the one that says most first,
 *   low, high, centre, scale, origin, axes, middle, reach: see CodeSpace; base64 of float32,
 *   explained: share of the codes' variance that the map shows,
 *   points, labels, positions: base64 of the test digits' places, (n, 2) float32, of their digits,
 *     bytes, and of their positions in the test set, uint16,
 *   typical: which of them is a typical 0, 1, ... 9; colours: CSS colours of the ten digits,
 *   view: { z, digit, plane, temperature }, taken over at each new turn and run,
 *   turn: number that Python raises to change the view; hottest: the largest temperature,
 *   decoded, pair: base64 of the view's pictures, bytes, for the time until the files are here,
 *   text: see EXPLORER_TEXTS in Python; language: "en" or "tr",
 * }
 * state: { view: { network, turn, z, digit, plane, temperature } }, network: its key
 */
export default function explorer({ data, parentElement, setStateValue }) {
  wear(parentElement, STYLE);
  const shown = partAt(explorers, parentElement, () => new Explorer());
  const tell = telling(setStateValue);
  shown.tell = (view) => tell("view", view);
  shown.follow(data);
  return leaving(explorers, parentElement);
}

class Explorer {
  network = null; // until its file is here
  sheet = null; // likewise: the test digits' pixels
  digit = -1; // the test digit beside it, counted in the probe
  touched = -1; // the one under the pointer
  plane = 0;
  temperature = 1;
  direction = null; // from the middle to the code at temperature 1, where it is known

  constructor() {
    const release = () => this.report();
    const turns = Array.from({ length: SLIDER_TURNS }, (_, turn) => () =>
      this.sliders.show(this.z, turn, SLIDER_TURNS));
    this.moveSliders = paced(SLIDER_PACE, ...turns);
    this.showTouched = paced(TOUCH_PACE, () => this.beside());
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
      hover: (place, dot) => this.look(place, dot),
      release: () => this.settle(),
      choose: (dot) => this.startFrom(dot),
    });
    this.controls = new Controls({
      release,
      start: (kind) => this.startFrom(this.turns.next(kind, this.digit)),
      random: () => this.draw(),
      zero: () => this.put(this.space.centre, -1),
      temperature: (value) => this.warm(value),
      plane: (value) => this.fade(value),
    });
    this.mapNote = element("p", { class: "note" });
    this.hint = element("p", { class: "note" });
    this.sliderNote = element("p", { class: "note" });
    const { presets, rows } = this.controls;
    this.root = element("div", { class: "explorer", "aria-busy": "true" }, element(
      "div", {},
      presets,
      element("div", { class: "stage" }, this.decoded, this.pair.root),
      this.map.root,
      element(
        "div", { class: "side" },
        rows.temperature.root, rows.plane.root, this.mapNote, this.hint,
      ),
      element("div", { class: "sliders" }, this.sliderNote, this.sliders.root),
    ));
  }

  leave() {
    this.key = null;
    this.map.leave();
    this.root.remove();
  }

  // ---- what Python says

  /** Takes a run or a new turn over. In between the hand alone moves, whatever reruns. */
  follow(data) {
    const another = data.network.key !== this.key || data.run !== this.data.run;
    const turned = another || data.turn !== this.data.turn;
    this.data = data;
    this.text = data.text;
    this.numbers = new Intl.NumberFormat(data.language, {
      minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "negative",
    });
    if (another) this.enter();
    this.name();
    if (turned) this.take(data.view);
    else this.hold(this.z);
    this.showControls();
  }

  /** Reads a run's space, and fetches its files. */
  enter() {
    const { data } = this;
    const key = (this.key = data.network.key);
    const floats = (name) => new Float32Array(fromBase64(data[name]).buffer);
    this.space = new CodeSpace({
      ...Object.fromEntries(ARRAYS.map((name) => [name, floats(name)])),
      middle: data.middle,
      reach: data.reach,
    });
    this.labels = fromBase64(data.labels);
    this.positions = new Uint16Array(fromBase64(data.positions).buffer);
    this.points = floats("points");
    this.turns = new Turns(this.labels, data.typical);
    this.root.classList.toggle("few", data.latent <= FEW);
    setAttribute(this.decoded, "data-run", data.run);

    this.network = null;
    this.map.plane.follow(null, this.space, null);
    this.root.setAttribute("aria-busy", "true");
    this.files = Promise.all([
      fetchFile(data.network).then(readNetwork),
      this.sheet ?? fetchFile(data.sheet).then(readSheet),
    ]).then(([network, sheet]) => {
      this.sheet = sheet;
      if (key === this.key) this.arrive(network);
    });
  }

  arrive(network) {
    this.network = network;
    this.map.plane.follow(network, this.space, this.z);
    this.paint();
    this.beside();
    this.root.removeAttribute("aria-busy");
  }

  /** Takes over what Python wants to be seen. */
  take(view) {
    this.digit = this.positions.indexOf(view.digit ?? -1);
    this.touched = -1;
    this.plane = view.plane;
    this.temperature = view.temperature;
    this.direction = null;
    if (!this.network) {
      paintDigit(this.decoded, fromBase64(this.data.decoded));
      this.pair.showPixels(fromBase64(this.data.pair));
    }
    this.hold(new Float32Array(fromBase64(view.z).buffer));
    this.beside();
    this.map.plane.aim(this.z);
    this.map.fade(this.plane);
    this.told = JSON.stringify(this.view());
  }

  /** Puts the translated texts on everything, and draws the dots in the theme's colours. */
  name() {
    const { data, text } = this;
    const latents = data.latents.map(({ dimension, awake, says }) => {
      const kind = !awake ? "asleep" : data.generative ? "rate" : "spread";
      const words = { dimension: dimension + 1, says: this.numbers.format(says) };
      return { dimension, name: filled(text[kind], words) };
    });
    this.sliders.follow(latents, this.space, (value) => this.numbers.format(value));
    this.map.follow(this.space, this.points, this.labels, data.colours);
    this.controls.name(text, data.hottest);

    const notes = [filled(text.sliders, { shown: latents.length, latent: data.latent })];
    if (latents.length < data.latent) notes.push(text.rest);
    if (data.latents.some(({ awake }) => !awake)) notes.push(text.sleeping);
    this.sliderNote.textContent = [...notes, text.back].join(" ");
    setAttribute(this.sliders.root, "aria-label", notes[0]);
    const percent = Math.round(100 * data.explained);
    this.mapNote.textContent = filled(text[MAP_NOTES[data.latent] ?? "map_many"], { percent });
    this.hint.textContent = text.hint;
    setAttribute(this.decoded, "aria-label", text.decoded);
    this.namePair();
  }

  // ---- what Python is told

  view() {
    return {
      network: this.key,
      turn: this.data.turn,
      z: Array.from(this.z, threeDecimals),
      digit: this.digit < 0 ? null : this.positions[this.digit],
      plane: this.plane,
      temperature: this.temperature,
    };
  }

  /** Tells Python what is seen, if it does not know. Each telling is a rerun of the page. */
  report() {
    const view = this.view();
    const told = JSON.stringify(view);
    if (told === this.told) return;
    this.told = told;
    this.tell(view);
  }

  // ---- the hand

  /** One latent's slider. */
  set(dimension, value) {
    const z = this.z.slice();
    z[dimension] = value;
    this.direction = null;
    this.hold(z);
    this.map.plane.aim(this.z);
  }

  /** The point on the map, from where it was grasped: what the map does not show stays. */
  drag(place, dot) {
    this.direction = null;
    this.hold(this.space.moved(this.base, place), true);
    if (this.touch(dot)) this.showTouched();
    if (this.network && this.map.hand !== null) this.map.lend(this.decoded);
  }

  /** The digit at a pointer that moves nothing, beside it, and the test digit under it. */
  look(place, dot) {
    if (this.touch(dot)) this.beside();
    if (!place || !this.network) return;
    paintInk(this.map.lens, decode(this.network, this.space.moved(this.z, place)));
    this.map.lens.hidden = false;
  }

  /** The hand is off the map: a test digit under it stays. */
  settle() {
    this.moveSliders.now();
    this.showTouched.now();
    if (this.touched >= 0) this.digit = this.touched;
    this.report();
  }

  /** A preset: another code, and the test digit it is of, or -1. */
  put(z, digit) {
    this.direction = null;
    this.digit = digit;
    this.touched = -1;
    this.hold(z);
    this.beside();
    this.map.plane.aim(this.z);
    this.report();
  }

  async startFrom(dot) {
    const { key } = this;
    await this.files;
    if (key !== this.key) return;
    this.turns.note(dot);
    this.put(encode(this.network, this.ink(dot)).mean, dot);
  }

  /** A random code. */
  draw() {
    const direction = this.randomDirection();
    this.put(this.space.drawn(this.temperature, direction), -1);
    this.direction = direction;
  }

  randomDirection() {
    return this.space.scale.map((v) => v * gaussian());
  }

  /** Moves the code nearer to the middle, or away from it; where it is the middle, at random. */
  warm(temperature) {
    this.direction ??= this.space.direction(this.temperature, this.z);
    if (!this.direction.some(Boolean)) {
      this.direction = this.randomDirection();
      this.digit = -1;
      this.beside();
    }
    this.temperature = temperature;
    this.showControls();
    this.hold(this.space.drawn(temperature, this.direction));
    this.map.plane.aim(this.z);
  }

  fade(opacity) {
    this.plane = opacity;
    this.showControls();
    this.map.fade(opacity);
  }

  // ---- the picture

  /** Shows a code: digit and map at once, and the sliders, many of them a little later. */
  hold(z, dragged = false) {
    this.z = z.map(threeDecimals);
    this.paint();
    if (dragged && this.data.latent > FEW) this.moveSliders();
    else this.sliders.show(this.z);
    this.map.show(this.space.place(this.z));
    const [x, y] = this.map.place.map((v) => this.numbers.format(v));
    setAttribute(this.map.marks, "aria-label", filled(this.text.map, { run: this.data.run, x, y }));
  }

  paint() {
    if (this.network) paintInk(this.decoded, decode(this.network, this.z));
  }

  /** The test digit under the pointer, none is -1; returns whether it is another one. */
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
  beside() {
    const dot = this.shownDigit();
    this.namePair();
    let ellipse = null;
    if (dot >= 0 && this.network) {
      const x = this.ink(dot);
      const { mean, logvar } = encode(this.network, x);
      this.pair.show(x, decode(this.network, mean));
      if (logvar) ellipse = this.space.ellipse(logvar);
    }
    this.map.mark(dot, ellipse);
  }

  /** A test digit, (784) in [0, 1]. */
  ink(dot) {
    const size = DIGIT_SIDE * DIGIT_SIDE;
    return Float32Array.from(this.sheet.subarray(size * dot, size * (dot + 1)), (v) => v / 255);
  }

  showControls() {
    const percent = filled(this.text.percent, { percent: Math.round(100 * this.plane) });
    this.controls.show("plane", this.plane, percent);
    this.controls.show("temperature", this.temperature, this.numbers.format(this.temperature));
  }
}
