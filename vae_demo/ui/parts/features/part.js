// The part "features": a thousand digits on three maps, of pixels, of principal components and of a
// run's codes. A click asks for the label of a digit; each map then labels all others by the
// nearest mean, and says how many are right.
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { numberFormat } from "../../engine/number_format.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { readTensors } from "../../engine/tensors.js";
import { DigitMap } from "./digit_map.js";
import { nearestMean, shareRight } from "./nearest_mean.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);
const INPUTS = /** @type {const} */ (["pixels", "components", "codes"]);
const WAYS = /** @type {const} */ (["tsne", "umap"]);

/**
 * @typedef {Object} Described  of the file of pixels
 * @property {string[]} colours  of the classes
 * @property {string[]} kinds  their names
 * @property {number[]} typical  positions of a typical picture of each
 * @property {("tsne" | "umap")[]} ways  the maps in the files
 */

/**
 * @typedef {Object} FeaturesData  as part.py has them
 * @property {LinkData} view
 * @property {FileAddress} common
 * @property {FileAddress} run
 * @property {string} language
 * @property {Object<string, string>} text
 */

/** @typedef {{ numbers: ArrayLike<number>, width: number }} Inputs  (n, width) */

export default mountPart(STYLES, () => new FeaturesPart(), "view");

class FeaturesPart {
  view = new LinkView();
  /** @type {?FeaturesData} */
  data = null;
  /** @type {Uint8Array<ArrayBufferLike>} */
  labels = new Uint8Array();
  /** @type {Uint8Array<ArrayBufferLike>} */
  pixels = new Uint8Array();
  /** @type {number[]} */
  typical = [];
  /** @type {string[]} */
  kinds = [];
  /** @type {readonly string[]} */
  ways = WAYS;
  /** @type {Set<number>} */
  labelled = new Set();
  /** @type {Object<string, Inputs>} */
  inputs = {};
  /** @type {Object<string, Object<string, ArrayLike<number>>>} */
  places = {}; // input -> way -> (n, 2)
  loaded = ""; // the files that are shown
  pointed = -1; // the digit under the pointer
  digit = digitCanvas({ "data-testid": "digit-28" });
  name = element("div", { class: "title" });
  count = element("div", { class: "subtitle", "data-testid": "labelled" });
  hint = element("p", { class: "about" });
  chips = WAYS.map((way) => {
    const input = element("input", { type: "radio", name: "way", "data-testid": way });
    input.onchange = () => this.chooseWay(way);
    const words = element("span");
    return { way, input, words, root: element("label", { class: "chip" }, input, words) };
  });
  panels = INPUTS.map((name) => {
    const map = new DigitMap(
      (digit) => this.point(digit),
      (digit) => this.toggle(digit),
    );
    setAttribute(map.canvas, "data-testid", `map-${name}`);
    const title = element("div", { class: "title" });
    const right = element("div", {
      class: "right",
      role: "status",
      "data-testid": `right-${name}`,
    });
    return { name, map, title, right, root: element("figure", {}, title, right, map.canvas) };
  });
  root = element(
    "div",
    { class: "features layer" },
    element(
      "div",
      { class: "bar" },
      element("div", { class: "looked" }, this.digit, element("div", {}, this.name, this.count)),
      element("div", { class: "chips", role: "radiogroup" }, ...this.chips.map(({ root }) => root)),
    ),
    this.hint,
    element("div", { class: "maps" }, ...this.panels.map(({ root }) => root)),
  );
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  leave() {
    for (const { map } of this.panels) map.leave();
  }

  /** @param {FeaturesData} data */
  follow(data) {
    this.data = data;
    const { text } = data;
    setText(this.hint, text.hint);
    for (const { way, words } of this.chips) setText(words, text[way]);
    for (const { name, title, map } of this.panels) {
      setText(title, text[name]);
      setAttribute(map.canvas, "aria-label", text[name]);
    }
    const changed = this.view.follow(data.view);
    const wanted = data.common.key + data.run.key;
    if (wanted !== this.loaded) this.load(data, wanted);
    else if (changed) this.takeView();
    else this.show();
  }

  /** @param {FeaturesData} data @param {string} wanted */
  async load(data, wanted) {
    setAttribute(this.root, "aria-busy", "true");
    const [common, run] = await Promise.all([fetchFile(data.common), fetchFile(data.run)]);
    if (this.data !== data && this.data?.run.key !== data.run.key) return; // another run since
    const { tensor, metadata } = readTensors(common);
    const own = readTensors(run).tensor;
    /** @type {Described} */
    const { colours, kinds, typical, ways } = JSON.parse(metadata.described);
    this.labels = /** @type {Uint8Array} */ (tensor("labels").values);
    this.pixels = /** @type {Uint8Array} */ (tensor("pixels").values);
    Object.assign(this, { kinds, typical, ways });
    for (const { way, root } of this.chips)
      root.hidden = ways.length < 2 || !this.ways.includes(way);
    /** @param {{ values: ArrayLike<number>, shape: number[] }} one */
    const inputs = ({ values, shape }) => ({ numbers: values, width: shape[1] });
    this.inputs = {
      pixels: inputs(tensor("pixels")),
      components: inputs(tensor("components")),
      codes: inputs(own("codes")),
    };
    for (const way of ways) {
      for (const name of ["pixels", "components"]) {
        (this.places[name] ??= {})[way] = tensor(`${name}.${way}`).values;
      }
      (this.places.codes ??= {})[way] = own(way).values;
    }
    for (const { map } of this.panels) Object.assign(map, { colours, kinds });
    this.loaded = wanted;
    this.takeView();
    setAttribute(this.root, "aria-busy", null);
  }

  /** Takes the labelled digits and the maps from the link. */
  takeView() {
    if (!this.loaded) return;
    const asked = this.view.values.labelled;
    const positions = asked ? Array.from(asked, Number) : this.typical;
    this.labelled = new Set(positions.filter((at) => at >= 0 && at < this.labels.length));
    this.pointed = [...this.labelled].at(-1) ?? this.typical[Math.min(3, this.typical.length - 1)];
    this.show();
  }

  /** @param {string} way */
  chooseWay(way) {
    this.view.values.way = way;
    this.show();
    this.send(this.view.message());
  }

  /** @param {number} digit  or -1 */
  point(digit) {
    if (digit < 0 || digit === this.pointed) return;
    this.pointed = digit;
    for (const { map } of this.panels) map.mark(digit);
    this.showDigit();
  }

  /** Asks for the label of a digit, or takes it away. @param {number} digit */
  toggle(digit) {
    if (digit < 0) return;
    this.pointed = digit;
    const labelled = new Set(this.labelled);
    if (!labelled.delete(digit)) labelled.add(digit);
    this.label([...labelled]);
  }

  /** @param {number[]} positions */
  label(positions) {
    this.labelled = new Set(positions);
    this.view.values.labelled = Float32Array.from(positions.length ? positions : [-1]);
    this.show();
    this.send(this.view.message());
  }

  show() {
    if (!this.loaded || !this.data) return;
    const { text, language } = this.data;
    const format = numberFormat(language);
    const wanted = this.view.values.way;
    const way = this.ways.includes(wanted) ? wanted : this.ways[0];
    for (const chip of this.chips) chip.input.checked = chip.way === way;
    const labelled = [...this.labelled];
    for (const { name, map, right } of this.panels) {
      const { numbers, width } = this.inputs[name];
      const found = nearestMean(numbers, width, labelled, this.labels);
      const share = shareRight(found, this.labels, this.labelled);
      const told = found ? filled(text.right, { value: format(100 * share, 1) }) : text.none;
      setText(right, told);
      map.show(this.places[name][way], found, this.labels, this.labelled);
      map.mark(this.pointed);
    }
    setText(this.count, filled(text.count, { count: String(labelled.length) }));
    this.showDigit();
  }

  /** Shows the digit under the pointer; its label only if the visitor has asked for it. */
  showDigit() {
    const { pointed, data } = this;
    if (!data || pointed < 0) return;
    const start = pointed * DIGIT_PIXELS;
    paintDigit(this.digit, this.pixels.subarray(start, start + DIGIT_PIXELS));
    const known = this.labelled.has(pointed);
    const digit = this.kinds[this.labels[pointed]];
    setText(this.name, known ? filled(data.text.labelled, { digit }) : data.text.label);
    setAttribute(this.digit, "aria-label", known ? digit : data.text.seen);
  }
}
