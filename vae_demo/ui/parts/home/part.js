// The part "home": the map of a code space with two latents. A training plays on it, and beside it
// is the digit that the trained decoder makes of the code in the ring. The ring goes from digit to
// digit until the visitor moves it.
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
  throttled,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { paintInk } from "../../engine/ink.js";
import { mountPart } from "../../engine/mount.js";
import { decode, readNetwork } from "../../engine/network.js";
import { fixedFormat, shortFormat } from "../../engine/number_format.js";
import { Player } from "../../engine/player.js";
import { readSnapshots } from "../../engine/snapshots.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { HomeMap } from "./map.js";
import { tour } from "./tour.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

// One round, in milliseconds: through the training, a long rest at its end, and quickly back.
const ROUND = { forward: 8000, rest: 4000, back: 900, pause: 0, eased: false };
const PLANE = 0.45; // opacity of the decoded digits behind the points
const PACE = 100; // milliseconds between two changes of the texts
const LONGEST_FRAME = 100; // milliseconds of the tour in one frame, however late it comes

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Snapshots } from "../../engine/snapshots.js"
 */

/**
 * @typedef {Object} HomeData
 * @property {FileAddress} file  the snapshots, as `readSnapshots` reads them
 * @property {?FileAddress} decoder  the trained one; null until the server has it
 * @property {Point} middle  of the map
 * @property {[number, number]} reach  from there to its sides
 * @property {Point[]} stops  the codes of the tour
 * @property {string} first  base64 of the first one's picture, 784 bytes, until the decoder is loaded
 * @property {Object<string, string>} text  TEXTS and PLAYER_TEXTS; "{x}", "{y}" and "{at}" stand for
 *   numbers
 * @property {string} language  "en" or "tr"
 */

export default mountPart(STYLES, /** @param {HomeData} data */ (data) => new Home(data));

class Home {
  /** @type {?Snapshots} */
  run = null; // once its file is loaded
  /** @type {?string} */
  key = null; // of its file
  /** @type {?string} */
  decoderKey = null;
  /** @type {?Network} */
  network = null; // the trained decoder, once it is loaded
  taken = false; // whether the visitor has moved the ring
  toured = 0; // milliseconds of the tour
  before = 0; // when the last frame was

  /** @param {HomeData} data */
  constructor(data) {
    this.data = data;
    this.numbers = formats(data.language);
    this.map = new HomeMap((code) => this.take(code));
    this.player = new Player({
      testid: "epoch",
      round: ROUND,
      play: true,
      show: (place) => this.draw(place),
    });
    this.player.go(1); // the first picture is the trained one
    this.player.wait(false);
    this.decoded = digitCanvas({ "data-testid": "decoded" });
    paintDigit(this.decoded, fromBase64(data.first));
    this.code = element("div", { class: "title" });
    this.hint = element("p", {});
    this.about = element("div", { class: "about" });
    this.epoch = element("span", { class: "epoch", "aria-hidden": "true" });
    this.player.row.append(this.epoch);
    const side = element(
      "div",
      { class: "side" },
      this.decoded,
      element("div", {}, this.code, this.hint),
    );
    this.root = element(
      "div",
      { class: "home layer", "aria-busy": "true" },
      element("div", {}, this.map.root, side, this.player.row, this.about),
    );
    this.showTexts = throttled(PACE, () => this.name());
    this.player.watch(this.root);
  }

  /** Releases everything outside its own elements. */
  leave() {
    this.key = this.decoderKey = null;
    this.map.leave();
    this.player.leave();
  }

  /** @param {HomeData} data */
  follow(data) {
    this.data = data;
    this.numbers = formats(data.language);
    setText(this.hint, data.text.hint);
    setText(this.about, data.text.about);
    setAttribute(this.decoded, "aria-label", data.text.decoded);
    if (data.file.key !== this.key) this.fetch();
    if (data.decoder && data.decoder.key !== this.decoderKey) this.fetchDecoder(data.decoder);
    this.show();
  }

  async fetch() {
    const key = (this.key = this.data.file.key);
    const run = readSnapshots(await fetchFile(this.data.file));
    if (key !== this.key) return;
    this.run = run;
    const { middle, reach } = this.data;
    this.map.enter({ ...run, middle, reach });
    this.map.fade(PLANE);
    this.show();
    this.player.wait(true);
    this.endWaiting();
  }

  /** @param {FileAddress} file */
  async fetchDecoder(file) {
    this.decoderKey = file.key;
    const network = readNetwork(await fetchFile(file));
    if (file.key !== this.decoderKey) return;
    this.network = network;
    this.map.arrive(network);
    this.paint();
    this.endWaiting();
  }

  /** Says that all is there; the files may come in either order. */
  endWaiting() {
    if (this.run && this.network) this.root.removeAttribute("aria-busy");
  }

  /** Puts texts and colours on everything, and draws. */
  show() {
    if (!this.run) return;
    const { text, stops } = this.data;
    if (!this.map.code) this.moveTo(tour(stops, this.toured));
    this.map.readTheme();
    this.name();
    const widths = this.run.epochs.map((epoch) => this.epochName(epoch).length);
    this.epoch.style.minWidth = `${Math.max(...widths)}ch`; // so that the slider keeps its length
    this.player.follow(this.run.epochs.length - 1, 1, text); // draws
  }

  // ---- the ring

  /**
   * The visitor moves the ring.
   * @param {Point} code
   */
  take(code) {
    if (!this.network) return;
    this.taken = true;
    this.moveTo(code);
    if (!this.player.frame) this.map.draw(this.map.place); // else the next frame does
  }

  /** @param {Point} code */
  moveTo(code) {
    this.map.code = code;
    this.paint();
    this.showTexts();
  }

  paint() {
    const { network, map } = this;
    if (network && map.code) paintInk(this.decoded, decode(network, Float32Array.from(map.code)));
  }

  // ---- the training

  /**
   * Draws a place in the training.
   * @param {number} place  0 is its first snapshot, 1.5 between the second and third
   */
  draw(place) {
    if (!this.run) return;
    const now = performance.now();
    if (this.player.playing && this.network && !this.taken) {
      this.toured += Math.min(now - this.before, LONGEST_FRAME);
      this.moveTo(tour(this.data.stops, this.toured));
    }
    this.before = now;
    this.map.draw(place);
    const name = this.epochName(this.run.epochs[Math.round(place)]);
    setText(this.epoch, name);
    setAttribute(this.player.slider, "aria-valuetext", name);
  }

  // ---- texts

  /** Says which code is in the ring. */
  name() {
    const [x, y] = (this.map.code ?? [0, 0]).map(this.numbers.code);
    const { text } = this.data;
    setText(this.code, text.code.replace("{x}", x).replace("{y}", y));
    setAttribute(this.map.canvas, "aria-label", text.map.replace("{x}", x).replace("{y}", y));
  }

  /** @param {number} epoch */
  epochName(epoch) {
    return this.data.text.epoch.replace("{at}", this.numbers.epoch(epoch));
  }
}

/** @param {string} language */
function formats(language) {
  return { code: fixedFormat(language, 2), epoch: shortFormat(language) };
}
