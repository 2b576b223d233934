// The part "transform": a digit pulled by handles, four ways at once. The browser computes the
// pictures and measures them, also while a handle moves; Python encodes the digit.
import { measure } from "../../engine/attributes.js";
import { DigitPaper } from "../../engine/digit_paper.js";
import { DIGIT_PIXELS, element, fromBase64, setText, throttled } from "../../engine/dom.js";
import { PAD_STYLE } from "../../engine/drawing_pad.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { countHoles } from "../../engine/holes.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { decode, readLayers, readNetwork } from "../../engine/network.js";
import { numberFormat } from "../../engine/number_format.js";
import { Setting } from "../../engine/setting.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { transformed } from "../../engine/transforms.js";
import { readSpace } from "../explore/space.js";
import { Answer } from "./answer.js";
import { ArrowMap } from "./arrow_map.js";
import { Asking, ATTRIBUTES, greys } from "./asking.js";
import { compare, count, measured, psnr, read } from "./checks.js";
import { along, moved, readCodeMaps } from "./code_maps.js";

/**
 * @import { Attributes } from "../../engine/attributes.js"
 * @import { PaperData, PaperMessage } from "../../engine/digit_paper.js"
 * @import { Field } from "../../engine/links.js"
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Layer } from "../../engine/layers.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Loop, Scales } from "./asking.js"
 * @import { Said } from "./checks.js"
 * @import { CodeMaps } from "./code_maps.js"
 */

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

const WAYS = /** @type {const} */ (["pixels", "direction", "map", "attributes"]);
/** @typedef {typeof WAYS[number]} Way */
const CHECKS = 16; // milliseconds at least between two pictures that are measured while a handle moves
const FIRST_HELD = "slant";
const PLACES = 100; // of a slider

/** From -reach to reach in even steps. @type {import("../../engine/setting.js").Scale} */
const EVEN = {
  places: PLACES,
  valueAt: (place, { low, high, decimals }) =>
    Number((low + ((high - low) * place) / PLACES).toFixed(decimals)) + 0, // no -0
  placeOf: (value, { low, high }) => Math.round((PLACES * (value - low)) / (high - low)),
};

/**
 * @typedef {Object} TransformFields  as part.py has it
 * @property {LinkData} view
 * @property {Object<string, any>} text
 * @property {string} language  for the format of numbers
 * @property {number[]} code  of the digit
 * @property {number[]} style  of the digit, for the model with attributes
 * @property {number} label  its class
 * @property {Scales} scales
 * @property {Loop} loop
 * @property {Object<string, FileAddress>} files
 */

/** @typedef {PaperData & TransformFields} TransformData */

export default mountPart(
  STYLES,
  /** @param {TransformData} data */ (data) => new Transform(data),
  "view",
);

class Transform {
  view = new LinkView();
  key = ""; // of the files that are loaded
  /** @type {?{ decoder: Network, attributes: Network, maps: CodeMaps, classifier: Layer[] }} */
  loaded = null;
  asking = new Asking();
  /** @type {Map<Way, { picture: Uint8ClampedArray, pixels: Uint8ClampedArray, target?: number[], found?: Attributes }>} */
  shown = new Map(); // pictures that are not measured yet
  check = throttled(CHECKS, ...WAYS.map((way) => () => this.checkOne(way)));
  map = new ArrowMap();
  /** @type {Map<string, Setting>} */
  handles = new Map();
  held = ""; // the handle that the visitor has touched last
  /** @type {{ digit: ?Uint8Array, found: Attributes, holes: number }} */
  own = { digit: null, found: measure(new Uint8Array(DIGIT_PIXELS)), holes: 0 };
  /** @type {unknown[]} what the digit is shown for */
  ownShown = [];
  digit = new Answer({ "data-testid": "digit-28" }, false);
  ways = WAYS.map((way) => new Answer({ "data-testid": "pulled", "data-way": way }));
  says = element("p", { class: "says" });
  list = element("div", { class: "handles" });
  reset = element("button", { type: "button", class: "text", "data-testid": "reset" });
  /** @type {(message: PaperMessage & LinkMessage) => void} */
  send = () => {};

  /** @param {TransformData} data */
  constructor(data) {
    this.data = data;
    this.format = numberFormat(data.language);
    this.known = fromBase64(data.digit); // the digit that Python has encoded
    this.paper = new DigitPaper(
      data,
      () => this.paint(),
      (message) => this.send({ ...message, ...this.view.message() }),
    );
    this.reset.onclick = () => {
      for (const name of this.handles.keys()) this.view.values[name] = 0;
      this.paper.changed();
      this.release();
    };
    this.root = element(
      "div",
      { class: "transform layer" },
      element("div", { class: "own" }, this.paper.root, this.digit.root, this.reset),
      ...this.ways.map(({ root }) => root),
      this.says,
      this.list,
      this.map.root,
    );
    this.root.onkeydown = (event) => this.paper.key(event);
  }

  leave() {
    this.paper.leave();
    this.map.leave();
  }

  /** @param {TransformData} data */
  follow(data) {
    if (data.language !== this.data.language) this.format = numberFormat(data.language);
    this.known = fromBase64(data.digit);
    this.data = data;
    const { text, view } = data;
    if (this.view.follow(view)) this.held = "";
    const heads = [text.ruler, text.target];
    this.digit.name(text.digit, heads.slice(0, 1));
    this.ways.forEach((way, i) => way.name(text.ways[WAYS[i]], heads));
    setText(this.reset, text.reset);
    for (const [name, field] of Object.entries(view.fields)) this.handle(name).field = field;
    this.map.name(text.map);
    this.root.classList.toggle("drawing", data.pad);
    this.load(data.files);
    this.paper.follow(data, text.pad);
  }

  /** @param {string} name */
  handle(name) {
    const known = this.handles.get(name);
    if (known) return known;
    const handle = new Setting(
      `handle-${name}`,
      EVEN,
      (value) => {
        this.view.values[name] = value;
        this.held = name;
        this.paper.changed();
      },
      () => this.release(),
    );
    handle.input.onfocus = () => {
      this.held = name;
      this.paper.frames.ask();
    };
    this.handles.set(name, handle);
    this.list.append(handle.root);
    return handle;
  }

  release() {
    this.paper.release();
    this.paper.frames.now(); // at rest
  }

  /** @param {Object<string, FileAddress>} files */
  async load(files) {
    const key = Object.values(files)
      .map((file) => file.key)
      .join();
    if (key === this.key) return;
    this.key = key;
    this.loaded = null;
    const names = ["decoder", "attributes", "maps", "classifier", "space"];
    try {
      const [decoder, attributes, maps, classifier, space] = await Promise.all(
        names.map((name) => fetchFile(files[name])),
      );
      if (key !== this.key) return;
      this.loaded = {
        decoder: readNetwork(decoder),
        attributes: readNetwork(attributes),
        maps: readCodeMaps(maps, [...this.handles.keys()]),
        classifier: readLayers(classifier),
      };
      this.map.enter(readSpace(space), this.loaded.maps.directions);
      this.paper.frames.now();
    } catch {
      this.key = ""; // the next data try again
    }
  }

  paint() {
    const { data, loaded } = this;
    const { values } = this.view;
    this.showHandles();
    const digit = this.paper.read();
    const own = this.measureOwn(digit);
    const amounts = /** @type {import("../../engine/transforms.js").Amounts} */ (values);
    const pixels = greys(transformed(digit, amounts, own));
    const wanted = ATTRIBUTES.map((name) => own[name] + values[name]);
    const target = values.rotation || values.zoom ? undefined : wanted; // these change them, too
    /** @type {(way: Way, picture: Uint8ClampedArray, found?: Attributes) => void} */
    const answer = (way, picture, found) => {
      this.figure(way).paint(picture);
      this.shown.set(way, { picture, pixels, target, found });
    };
    this.shown.clear();
    answer("pixels", pixels);
    const stale = !this.known.every((value, i) => value === digit[i]);
    this.root.classList.toggle("stale", stale);
    if (loaded && !stale) {
      const shares = [...this.handles].map(([name, { field }]) => values[name] / field.high);
      const code = Float32Array.from(data.code);
      const straight = along(loaded.maps, code, shares);
      const mapped = moved(loaded.maps, code, shares);
      answer("direction", greys(decode(loaded.decoder, straight)));
      answer("map", greys(decode(loaded.decoder, mapped)));
      if (this.paper.ahead) {
        answer("attributes", this.asking.draw(loaded.attributes, data, wanted));
      } else {
        const told = this.asking.ask(loaded.attributes, data, wanted);
        answer("attributes", told.pixels, told.found);
      }
      const { handles } = data.text;
      const names = [...this.handles.keys()].map((name, i) => (shares[i] ? handles[name] : ""));
      this.map.follow(code, mapped, straight, names);
    }
    this.check();
    if (!this.paper.ahead) this.check.now();
  }

  /** @param {Way} way */
  figure(way) {
    return this.ways[WAYS.indexOf(way)];
  }

  /** Shows what the classifier and the ruler say of a picture. @param {Way} way */
  checkOne(way) {
    const shown = this.shown.get(way);
    if (!shown) return;
    this.shown.delete(way);
    const { picture, pixels, target, found = measure(picture) } = shown;
    if (way === "attributes") this.asking.correct(found, this.data);
    const figure = this.figure(way);
    const said = this.said();
    if (this.loaded) read(figure, picture, this.loaded.classifier, said);
    measured(figure, found, said, target);
    count(figure, countHoles(picture), said, this.own.holes);
    if (way !== "pixels") compare(figure, psnr(picture, pixels), said);
  }

  /** @returns {Said} */
  said() {
    return { data: this.data, format: this.format, held: this.held };
  }

  showHandles() {
    const { text } = this.data;
    const { values } = this.view;
    const pulled = [...this.handles.keys()].find((name) => values[name]);
    this.held ||= pulled ?? FIRST_HELD;
    for (const [name, handle] of this.handles) {
      const written = `${values[name] > 0 ? "+" : ""}${this.format(values[name], handle.field.decimals)}`;
      const amount = filled(text.amounts[name], { value: written });
      handle.show(values[name], handle.field, amount, text.handles[name]);
      handle.root.classList.toggle("held", name === this.held);
    }
    setText(this.says, text.says[this.held]);
  }

  /**
   * Shows the digit, and measures it.
   * @param {Uint8Array} digit
   * @returns {Attributes}  the mean of the training digits where nothing can be measured
   */
  measureOwn(digit) {
    if (digit !== this.own.digit)
      this.own = { digit, found: measure(digit), holes: countHoles(digit) };
    const { found, holes } = this.own;
    const state = [digit, this.data, this.held, this.paper.standsIn];
    if (state.some((value, i) => value !== this.ownShown[i])) {
      this.ownShown = state;
      this.digit.paint(digit);
      setText(this.digit.reading, this.paper.standsIn ? this.data.text.example : "");
      measured(this.digit, found, this.said());
      count(this.digit, holes, this.said());
    }
    const known = { ...found };
    ATTRIBUTES.forEach((name, i) => {
      if (Number.isNaN(known[name])) known[name] = this.data.scales.middle[i];
    });
    return known;
  }
}
