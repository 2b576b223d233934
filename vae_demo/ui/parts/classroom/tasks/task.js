// What all tasks have in common: their texts, the reader in the browser, and their tools.
import { readDigit } from "../../../engine/classifier.js";
import { element, setText } from "../../../engine/dom.js";
import { fetchFile } from "../../../engine/files.js";
import { readLayers } from "../../../engine/network.js";
import { numberFormat } from "../../../engine/number_format.js";

/**
 * @import { FileAddress } from "../../../engine/files.js"
 * @import { Layer } from "../../../engine/layers.js"
 */

/**
 * @typedef {Object} Place  what a task is given when it is made
 * @property {string} language
 * @property {Object<string, string>} text
 * @property {Object<string, string>} pad  the texts of the drawing pad
 * @property {Object<string, FileAddress>} files  networks by name
 * @property {{ low: number[], high: number[], start: number[] }} plane  of the two latents
 * @property {() => void} send  sends the state to the server, as the button does
 */

/** A task on the page. */
export class Task {
  ownButton = false; // whether the task has its own way of sending
  /** @type {?Layer[]} */
  reader = null; // the small classifier, once it is loaded

  /** @param {Place} place */
  constructor(place) {
    this.place = place;
    this.text = place.text;
    this.format = numberFormat(place.language);
    this.line = element("div", { class: "live", "data-testid": "class-live" });
    this.tools = element("div", { class: "tools" }); // beside the picture; `Play` adds its button
    this.root = element("div", { class: "task" });
    this.load().catch(() => {}); // without the network, the server still judges
  }

  async load() {
    this.reader = readLayers(await fetchFile(this.place.files.reader));
    this.paint();
  }

  /**
   * A new puzzle.
   * @param {Object<string, any>} puzzle  as the task's file in vae_demo/classroom/tasks/ has it
   * @param {Object<string, ?number>} answers  what earlier answers were worth
   * @param {?number} tries  how many answers count
   */
  give(puzzle, answers, tries) {
    this.puzzle = puzzle;
    this.answers = answers;
    this.tries = tries;
    this.paint();
  }

  /**
   * What is sent; null while there is nothing to send.
   * @returns {?Object<string, any>}
   */
  get state() {
    return null;
  }

  /** Shows everything. */
  paint() {}

  /** Releases what is outside the task's own elements. */
  leave() {}

  /**
   * Says what the reader in the browser sees in a picture.
   * @param {ArrayLike<number>} pixels  (784) in 0 to 255
   * @param {string} [more]  what to say before
   */
  say(pixels, more = "") {
    if (!this.reader) return;
    const x = Float32Array.from(pixels, (v) => v / 255);
    const { digit, probability } = readDigit(this.reader, x);
    const percent = this.format(100 * probability, 0);
    const seen = this.text.reads.replace("{digit}", `${digit}`).replace("{percent}", percent);
    setText(this.line, more ? `${more} ${seen}` : seen);
  }
}

/**
 * A button with a text.
 * @param {string} label
 * @param {() => void} act
 * @param {string} testid
 */
export function textButton(label, act, testid) {
  const attributes = { type: "button", class: "text", "data-testid": testid };
  const button = element("button", attributes, label);
  button.onclick = act;
  return button;
}
