// What lies beneath the dots of the map, and how the map is spaced: the controls and their legend.

import { chipRow } from "../../engine/chips.js";
import { readDigit } from "../../engine/classifier.js";
import { element, setAttribute, setText } from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { readLayers } from "../../engine/network.js";
import { sliderRow } from "./controls.js";
import { SPACINGS } from "./spacing.js";

/**
 * @import { Reading } from "../../engine/classifier.js"
 * @import { FileAddress } from "../../engine/files.js"
 * @import { LatentMap } from "./latent_map.js"
 * @import { SpacingName } from "./spacing.js"
 */

/**
 * @typedef {Object} Layers  how the map is shown
 * @property {number} plane  opacity of the decoded plane, 0 to 1
 * @property {boolean} reading  whether the map shows what a classifier reads
 * @property {SpacingName} spacing
 */

/** The layers of a map. They change it, and call back when the visitor changes one. */
export class MapLayers {
  /** @type {Layers} */
  shown = { plane: 0, reading: false, spacing: "linear" };
  /** @type {Object<string, string>} */
  text = {};
  /** @type {?FileAddress} */
  file = null; // of the classifier

  /**
   * @param {LatentMap} map
   * @param {Object} on  callbacks
   * @param {() => void} on.release  called when the visitor has changed a layer
   * @param {() => void} on.reading  called when what is read at the code may have changed
   */
  constructor(map, on) {
    this.map = map;
    this.on = on;
    this.plane = sliderRow("plane", (plane) => this.change({ plane }), on.release);
    this.plane.input.max = "1";
    this.reading = element("button", {
      type: "button",
      class: "text",
      "data-testid": "explore-reading",
    });
    this.reading.onclick = () => this.set({ reading: !this.shown.reading });
    this.spacing = chipRow({
      type: "radio",
      group: "spacing",
      names: SPACINGS,
      pick: (spacing) => this.set({ spacing }),
    });
    this.title = element("span", { class: "label" });
    this.spaced = element("p", { class: "note" });
    this.swatches = element("div", { class: "swatches", "aria-hidden": "true" });
    this.words = element("p", { class: "reads", "data-testid": "explore-reads" });
    this.strength = element("p", { class: "note" });
    this.root = element(
      "div",
      { class: "layers" },
      this.reading,
      this.swatches,
      this.strength,
      element("div", { class: "row" }, this.title, this.spacing.row),
      this.spaced,
    );
  }

  /**
   * Sets the translated texts, and the colours of the legend.
   * @param {Object<string, string>} text
   * @param {string[]} colours  of the digits
   * @param {?FileAddress} classifier  null if the pictures are no digits, which it could read
   */
  name(text, colours, classifier) {
    this.text = text;
    this.file = classifier;
    this.reading.hidden = classifier === null;
    this.plane.call(text.plane);
    this.reading.textContent = text.reading ?? "";
    this.title.textContent = text.spacing;
    this.spacing.name(text.spacing, text);
    this.spaced.textContent = text.spaced;
    this.strength.textContent = text.strength ?? "";
    this.swatches.replaceChildren(
      ...colours.map((colour, digit) =>
        element("span", { style: `--colour: ${colour}` }, String(digit)),
      ),
    );
  }

  /**
   * Shows other layers; those that are not given stay.
   * @param {Partial<Layers>} layers
   */
  change(layers) {
    Object.assign(this.shown, layers);
    const { plane, spacing } = this.shown;
    const reading = this.shown.reading && this.file !== null;
    const written = filled(this.text.percent, { percent: Math.round(100 * plane) });
    this.plane.show(plane, written);
    setAttribute(this.reading, "aria-pressed", String(reading));
    this.spacing.inputs[spacing].checked = true;
    this.spaced.hidden = spacing === "linear";
    for (const legend of [this.words, this.swatches, this.strength]) legend.hidden = !reading;
    this.map.fade(plane);
    this.map.space(spacing);
    this.map.reading.show(reading);
    if (reading) this.load();
  }

  /** @param {Partial<Layers>} layers  chosen by the visitor */
  set(layers) {
    this.change(layers);
    this.on.reading();
    this.on.release();
  }

  /** Loads the classifier when it is first needed. */
  async load() {
    const { file, map } = this;
    if (!file || map.reading.classifier) return;
    map.reading.classifier = readLayers(await fetchFile(file));
    map.reading.resume();
    this.on.reading();
  }

  /**
   * What the classifier reads in a picture; null if the layer is off or still loading.
   * @param {Float32Array} ink  (784) in [0, 1]
   * @returns {?Reading}
   */
  read(ink) {
    const { classifier } = this.map.reading;
    return this.shown.reading && this.file && classifier ? readDigit(classifier, ink) : null;
  }

  /**
   * A reading in a few characters: "3 · 92%"; "" if there is none.
   * @param {?Reading} reading
   */
  brief(reading) {
    if (!reading) return "";
    return `${reading.digit} · ${filled(this.text.percent, { percent: percentOf(reading) })}`;
  }

  /**
   * Says what is read at the code.
   * @param {?Reading} reading
   * @returns {string}  a sentence; "" if there is none
   */
  say(reading) {
    const sentence = reading
      ? filled(this.text.reads, { digit: reading.digit, percent: percentOf(reading) })
      : "";
    setText(this.words, sentence);
    return sentence;
  }
}

/** @param {Reading} reading */
function percentOf({ probability }) {
  return Math.round(100 * probability);
}
