// The part "transform": a digit pulled by handles, four ways at once. While a handle moves, the
// browser computes all pictures; when it is released, Python measures them.
import { readDigit } from "../../engine/classifier.js";
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { decode, readLayers, readNetwork } from "../../engine/network.js";
import { numberFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { Setting } from "../../engine/setting.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { transformed } from "../../engine/transforms.js";
import { readSpace } from "../explore/space.js";
import { ArrowMap } from "./arrow_map.js";
import { along, moved, readCodeMaps } from "./code_maps.js";

/**
 * @import { Field } from "../../engine/links.js"
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Layer } from "../../engine/layers.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { Network } from "../../engine/network.js"
 * @import { CodeMaps } from "./code_maps.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const WAYS = /** @type {const} */ (["pixels", "direction", "map", "attributes"]);
const ATTRIBUTES = ["thickness", "slant", "width", "height"];
const CLASSES = 10;
const PLACES = 100; // of a slider

/** From -reach to reach in even steps. @type {import("../../engine/setting.js").Scale} */
const EVEN = {
  places: PLACES,
  valueAt: (place, { low, high, decimals }) =>
    Number((low + ((high - low) * place) / PLACES).toFixed(decimals)) + 0, // no -0
  placeOf: (value, { low, high }) => Math.round((PLACES * (value - low)) / (high - low)),
};

/**
 * @typedef {Object} TransformData  as part.py has it
 * @property {LinkData} view
 * @property {Object<string, any>} text
 * @property {string} language  for the format of numbers
 * @property {string} pixels  base64 of (784) bytes
 * @property {{ thickness: number, slant: number, width: number, height: number }} own
 * @property {number[]} code  of the digit
 * @property {number[]} style  of the digit, for the model with attributes
 * @property {number} label  its class
 * @property {number[]} asked  (4) what that model has to be asked for, standardised
 * @property {number[]} for  (4) the amounts to which `asked` belongs
 * @property {number[]} spread  (4) the standard deviation of each attribute
 * @property {Object<string, Object<string, [string, string]>>} measured  attribute -> way -> found
 *   and target
 * @property {Object<string, FileAddress>} files
 */

export default mountPart(STYLES, () => new Transform(), "view");

class Transform {
  view = new LinkView();
  /** @type {?TransformData} */
  data = null;
  key = ""; // of the files that are loaded
  /** @type {?{ decoder: Network, attributes: Network, maps: CodeMaps, classifier: Layer[] }} */
  loaded = null;
  map = new ArrowMap();
  frames = new OncePerFrame(() => this.paint());
  /** @type {Map<string, Setting>} */
  handles = new Map();
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  constructor() {
    this.digit = wayFigure("digit");
    this.ways = WAYS.map((way) => wayFigure(way));
    const pictures = [this.digit, ...this.ways].map(({ root }) => root);
    this.list = element("div", { class: "handles" });
    this.reset = element("button", { type: "button", "data-testid": "reset" });
    this.reset.onclick = () => {
      for (const name of this.handles.keys()) this.view.values[name] = 0;
      this.release();
    };
    const controls = element("div", { class: "controls" }, this.list, this.reset);
    const bench = element("div", { class: "bench" }, controls, this.map.root);
    this.root = element(
      "div",
      { class: "transform layer" },
      element("div", { class: "pictures" }, ...pictures),
      bench,
    );
  }

  leave() {
    this.frames.leave();
    this.map.leave();
  }

  /** @param {TransformData} data */
  follow(data) {
    this.data = data;
    this.view.follow(data.view);
    const { text } = data;
    this.digit.name(text.digit);
    this.ways.forEach((way, i) => way.name(text.ways[WAYS[i]]));
    setText(this.reset, text.reset);
    for (const [name, field] of Object.entries(data.view.fields)) this.handle(name, field);
    this.ways.forEach((way, i) =>
      way.rows(
        ATTRIBUTES.map((name) => [text.handles[name], ...data.measured[name][WAYS[i]]]),
        text,
      ),
    );
    this.map.name(text.map);
    this.load(data.files);
    this.frames.now();
  }

  /** @param {string} name @param {Field} field */
  handle(name, field) {
    let handle = this.handles.get(name);
    if (!handle) {
      handle = new Setting(
        `handle-${name}`,
        EVEN,
        (value) => {
          this.view.values[name] = value;
          this.frames.ask();
        },
        () => this.release(),
      );
      this.handles.set(name, handle);
      this.list.append(handle.root);
    }
    handle.field = field;
  }

  release() {
    this.frames.now();
    this.send(this.view.message());
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
      this.frames.now();
    } catch {
      this.key = ""; // the next data try again
    }
  }

  paint() {
    const { data, loaded } = this;
    if (!data) return;
    const { text, own } = data;
    const { values } = this.view;
    const format = numberFormat(data.language);
    for (const [name, handle] of this.handles) {
      const written = `${values[name] > 0 ? "+" : ""}${format(values[name], handle.field.decimals)}`;
      const unit = text.units[name];
      handle.show(values[name], handle.field, `${written} ${unit}`, text.handles[name]);
    }
    const pixels = fromBase64(data.pixels);
    this.digit.paint(Float32Array.from(pixels, (v) => v / 255));
    const amounts = /** @type {import("../../engine/transforms.js").Amounts} */ (values);
    this.answer("pixels", transformed(pixels, amounts, own));
    if (!loaded) return;
    const shares = [...this.handles].map(([name, { field }]) => values[name] / field.high);
    const code = Float32Array.from(data.code);
    const straight = along(loaded.maps, code, shares);
    const mapped = moved(loaded.maps, code, shares);
    this.answer("direction", decode(loaded.decoder, straight));
    this.answer("map", decode(loaded.decoder, mapped));
    this.answer("attributes", decode(loaded.attributes, this.told()));
    const names = [...this.handles.keys()].map((name, i) => (shares[i] ? text.handles[name] : ""));
    this.map.follow(code, mapped, straight, names);
  }

  /** The code of the model that is told the attributes. */
  told() {
    const { style, label, asked, spread, for: before } = /** @type {TransformData} */ (this.data);
    const kind = Array.from({ length: CLASSES }, (_, i) => Number(i === label));
    const given = ATTRIBUTES.map(
      (name, i) => asked[i] + (this.view.values[name] - before[i]) / spread[i],
    );
    return Float32Array.from([...style, ...kind, ...given]);
  }

  /**
   * Shows a picture, and what the classifier reads.
   * @param {typeof WAYS[number]} way
   * @param {Float32Array} x  (784) in [0, 1]
   */
  answer(way, x) {
    const figure = this.ways[WAYS.indexOf(way)];
    figure.paint(x);
    const { data, loaded } = this;
    if (!loaded || !data) return;
    const { digit, probability } = readDigit(loaded.classifier, x);
    const percent = numberFormat(data.language)(100 * probability, 0);
    figure.read(filled(data.text.reads, { digit: String(digit), percent }), digit === data.label);
  }
}

/**
 * A picture with its name, what the classifier reads and what the ruler measures.
 * @param {string} way
 */
function wayFigure(way) {
  const canvas = digitCanvas({
    "data-testid": way === "digit" ? "digit-28" : "pulled",
    "data-way": way,
  });
  const label = element("div", { class: "label" });
  const reading = element("div", { class: "reading", role: "status" });
  const table = element("table");
  const root = element("figure", {}, label, canvas, reading, table);
  return {
    root,
    /** @param {string} text */
    name(text) {
      setText(label, text);
      setAttribute(canvas, "aria-label", text);
    },
    /** @param {Float32Array} x  (784) in [0, 1] */
    paint: (x) =>
      paintDigit(
        canvas,
        Array.from(x, (v) => Math.round(255 * v)),
      ),
    /** @param {string} text @param {boolean} same */
    read(text, same) {
      setText(reading, text);
      reading.classList.toggle("wrong", !same);
    },
    /**
     * @param {string[][]} rows  attribute, found, target
     * @param {Object<string, string>} text
     */
    rows(rows, text) {
      const head = [text.ruler, text.target].map((each) => element("th", { scope: "col" }, each));
      table.replaceChildren(
        element("tr", {}, element("td"), ...head),
        ...rows.map(([name, ...numbers]) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, name),
            ...numbers.map((each) => element("td", {}, each)),
          ),
        ),
      );
    },
  };
}
