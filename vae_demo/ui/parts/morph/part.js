// The part "morph": interpolations between two digits, all moved by one slider, or played. All
// pictures are computed in the browser; when the visitor releases the slider, its position is sent
// to Python.

import { lerp, slerp } from "../../engine/code_arithmetic.js";
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { paintInk } from "../../engine/ink.js";
import { mountPart } from "../../engine/mount.js";
import { decode, readNetwork } from "../../engine/network.js";
import { Player } from "../../engine/player.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { Norms } from "./norms.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

// One round, in milliseconds: forwards and backwards, with a short pause at each end.
const ROUND = { forward: 2500, rest: 600, back: 2500, pause: 600, eased: true };
const MIDDLE = 0.5; // where the interpolations differ most
const STOP = 1 / 40; // step of an arrow key
const PATHS = { linear: lerp, spherical: slerp };

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 */

/**
 * @typedef {Object} MorphData
 * @property {string} ends  base64 of (2, 28, 28) bytes, the digits at both ends; "" if they and the
 *     interpolations are those that were sent before
 * @property {InterpolationData[]} interpolations
 * @property {string} pictures  base64 of (interpolations, 28, 28) bytes: the picture of each interpolation at
 *   `at`, shown until its network is loaded; "" if all networks are loaded
 * @property {?number} at  the initial position, 0 to 1
 * @property {boolean} play  whether it starts by itself
 * @property {Object<string, string>} text  { label, play, pause, slider, percent, norm, prior, why };
 *   "{percent}" in percent stands for the number, as "{name}", "{norm}" and "{latent}" do in others
 * @property {string} language  "en" or "tr"
 */

/**
 * @typedef {Object} InterpolationData  an interpolation
 * @property {string} name  its label
 * @property {"linear"|"spherical"} path
 * @property {?string} codes  base64 of (2, latent) float32, the codes of both ends; null in pixel
 *   space, and if the network has to encode them
 * @property {?FileAddress} file  the file of the network that decodes
 * @property {boolean} prior  whether its codes have the prior N(0, I)
 */

/** @typedef {Omit<InterpolationData, "codes"> & { codes: ?[Float32Array, Float32Array] }} Interpolation */

/** @type {?MorphData} */
let sent = null; // the last data with ends and interpolations

// The state that is sent to Python is the position of the released slider, 0 to 1.
export default mountPart(STYLES, /** @param {MorphData} data */ (data) => new Morph(data), "at");

class Morph {
  /** @type {Interpolation[]} */
  interpolations = [];
  /** @type {FileAddress[]} */
  files = []; // of the networks
  /** @type {Map<string, Network>} */
  networks = new Map(); // key of the file -> loaded network
  /** @type {Object<string, string>} */
  text = {};
  /** @type {[Uint8Array, Uint8Array]} */
  ends = [new Uint8Array(), new Uint8Array()]; // (784) each
  /** @type {ReturnType<typeof pathFigure>[]} */
  figures = []; // one for each interpolation
  /** @type {?number} */
  place = null; // the painted position; null for none
  /** @type {?string} */
  drawn = null; // ends and interpolations as JSON
  /** @type {(position: number) => void} */
  send = () => {};

  /** @param {MorphData} data */
  constructor({ at, play }) {
    this.player = new Player({
      testid: "morph",
      round: ROUND,
      play: play,
      show: (place) => this.show(place),
      settle: (position) => this.send(Math.round(1000 * position) / 1000),
    });
    this.player.go(Math.min(Math.max(Number(at ?? MIDDLE) || 0, 0), 1));
    this.paths = element("div", { class: "paths" });
    this.norms = new Norms();
    this.root = element(
      "div",
      { class: "morph layer", role: "group" },
      this.paths,
      this.player.row,
      this.norms.root,
    );
    this.player.watch(this.root);
  }

  leave() {
    this.player.leave();
  }

  // ---- the data

  /**
   * Shows interpolations at the current position. If they are the same as before, nothing changes.
   * @param {MorphData} data
   */
  follow(data) {
    if (data.ends) sent = data;
    const whole = sent ?? data;
    const drawn = JSON.stringify([whole.ends, whole.interpolations]);
    const same = drawn === this.drawn;
    this.drawn = drawn;
    this.text = data.text;
    setAttribute(this.root, "aria-label", this.text.label);
    if (!same) this.take(whole);
    this.showNorms(data.language);
    this.player.follow(1, STOP, this.text);
  }

  /** @param {MorphData} data */
  take(data) {
    const ends = fromBase64(data.ends);
    this.ends = [ends.subarray(0, DIGIT_PIXELS), ends.subarray(DIGIT_PIXELS, 2 * DIGIT_PIXELS)];
    this.interpolations = data.interpolations.map((interpolation) => ({
      ...interpolation,
      codes: interpolation.codes ? halves(interpolation.codes) : null,
    }));
    this.place = null; // the new pictures are not painted yet

    // Canvases are repainted, not built again, so that new pictures replace the old without
    // flicker.
    const count = this.interpolations.length;
    for (const { root } of this.figures.splice(count)) root.remove();
    while (this.figures.length < count) {
      const figure = pathFigure(this.figures.length);
      this.figures.push(figure);
      this.paths.append(figure.root);
    }
    const pictures = fromBase64(data.pictures);
    this.interpolations.forEach(({ name, codes, file }, i) => {
      const { label, canvas } = this.figures[i];
      setText(label, name);
      setAttribute(canvas, "aria-label", name);
      const start = i * DIGIT_PIXELS;
      const computed = !file || (codes && this.networks.has(file.key));
      if (!computed) paintDigit(canvas, pictures.subarray(start, start + DIGIT_PIXELS));
    });
    this.root.style.setProperty("--paths", String(count));
    this.fetch();
  }

  /** Loads missing networks; the player starts when all are loaded or have failed. */
  async fetch() {
    const files = (this.files = this.interpolations.flatMap(({ file }) => file ?? []));
    const keys = files.map((file) => file.key);
    for (const key of this.networks.keys()) if (!keys.includes(key)) this.networks.delete(key);
    const missing = files.filter(
      (file, i) => !this.networks.has(file.key) && keys.indexOf(file.key) === i,
    );
    setAttribute(this.root, "aria-busy", missing.length ? "true" : "");
    if (missing.length) this.player.wait(this.networks.size > 0);
    const coming = missing.map(async (file) => {
      this.networks.set(file.key, readNetwork(await fetchFile(file)));
      this.place = null;
      this.player.draw();
    });
    await Promise.allSettled(coming);
    if (files !== this.files) return; // other interpolations were chosen meanwhile
    this.root.removeAttribute("aria-busy");
    this.player.wait(true);
  }

  /**
   * Shows the lengths of the codes along the interpolations that have a prior.
   * @param {string} language
   */
  showNorms(language) {
    const interpolations = this.interpolations.flatMap(({ name, path, codes, prior }) => {
      if (!prior || !codes) return [];
      const codeAt = (/** @type {number} */ place) => PATHS[path](...codes, place);
      return { name, codeAt };
    });
    this.norms.follow(interpolations, this.text, language);
  }

  // ---- the picture

  /**
   * Paints each interpolation, except those whose network or codes are missing.
   * @param {number} place  from 0 to 1
   */
  show(place) {
    if (place === this.place) return;
    this.place = place;
    const percent = String(Math.round(100 * place));
    const position = (this.text.percent ?? "{percent}").replace("{percent}", percent);
    setAttribute(this.player.slider, "aria-valuetext", position);
    this.norms.draw(place);
    this.interpolations.forEach(({ path, codes, file }, i) => {
      const { canvas } = this.figures[i];
      const [from, to] = codes ?? this.ends;
      const network = file && this.networks.get(file.key);
      if (!file) paintDigit(canvas, PATHS[path](from, to, place));
      else if (network && codes) paintInk(canvas, decode(network, PATHS[path](from, to, place)));
    });
  }
}

/**
 * The codes of the two ends: both halves of base64 float32 numbers.
 * @param {string} text
 * @returns {[Float32Array, Float32Array]}
 */
function halves(text) {
  const numbers = new Float32Array(fromBase64(text).buffer);
  return [numbers.subarray(0, numbers.length / 2), numbers.subarray(numbers.length / 2)];
}

/**
 * The label and the canvas of an interpolation.
 * @param {number} path
 */
function pathFigure(path) {
  const label = element("div", { class: "label" });
  const canvas = digitCanvas({ "data-testid": "morph-frame", "data-path": String(path) });
  return { root: element("figure", {}, label, canvas), label, canvas };
}
