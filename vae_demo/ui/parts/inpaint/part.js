// The part "inpaint": a digit, drawn or given, a hole in it, which the visitor can paint, a race of
// two methods that work in steps, computed in the browser, and what every method makes of the digit.
// While the visitor draws or paints, the browser computes the network; on release, Python answers.
import { Brush } from "../../engine/brush.js";
import { DigitPaper } from "../../engine/digit_paper.js";
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { PAD_STYLE } from "../../engine/drawing_pad.js";
import { forward } from "../../engine/layers.js";
import { readMask, writeMask } from "../../engine/links.js";
import { LiveNetworks } from "../../engine/live_networks.js";
import { mountPart } from "../../engine/mount.js";
import { numberFormat } from "../../engine/number_format.js";
import {
  pictureFigure,
  quality,
  REPAIRS_STYLE,
  Repairs,
  showLines,
  showStrange,
} from "../../engine/repairs.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { held, Race } from "./race.js";

/**
 * @import { PaperData, PaperMessage } from "../../engine/digit_paper.js"
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Card, Group } from "../../engine/repairs.js"
 * @import { RaceData } from "./race.js"
 */

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  styleSheet(new URL("../../engine/noise_controls.css", import.meta.url)),
  REPAIRS_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);
const HOLE = 96; // the grey of unknown pixels

/**
 * @typedef {Object} InpaintFields  as data.py has them
 * @property {string} language  for the format of numbers
 * @property {Object<string, string> & { pad: Object<string, string> }} text
 * @property {boolean} painting  whether the visitor paints the hole
 * @property {string} mask  the text of the mask
 * @property {Object<string, FileAddress>} networks  method -> its layers
 * @property {?Results} results  null without a hole
 * @property {?string} strange  what is said of a picture that is hardly a digit
 * @property {RaceData} race
 */

/** @typedef {PaperData & InpaintFields} InpaintData */

/**
 * @typedef {Object} Results
 * @property {Card} hole
 * @property {Group[]} groups
 * @property {Object<string, number>} levels
 */

/** @typedef {PaperMessage & { mask: ?string }} Message  the digit and the painted hole, if any */

export default mountPart(
  STYLES,
  /** @param {InpaintData} data */ (data) => new InpaintPart(data),
  "message",
);

class InpaintPart {
  truth = pictureFigure(digitCanvas({ "data-testid": "digit-28" }));
  best = pictureFigure(digitCanvas({ "data-testid": "best" }));
  repairs = new Repairs();
  race = new Race();
  networks = new LiveNetworks();
  /** @type {(message: Message) => void} */
  send = () => {};

  /** @param {InpaintData} data */
  constructor(data) {
    this.data = data;
    this.paper = new DigitPaper(
      data,
      () => this.paint(),
      (message) => this.send({ ...message, mask: this.painted }),
    );
    this.brush = new Brush(
      () => this.paper.changed(),
      () => this.paper.release(),
    );
    this.hole = pictureFigure(this.brush.board);
    this.hint = element("div", { class: "about" });
    this.wipe = element("button", { type: "button", class: "text", "data-testid": "hole-wipe" });
    this.wipe.onclick = () => this.brush.wipe();
    this.tools = element("div", { class: "row" }, this.wipe, this.hint);
    const pictures = [this.truth.root, this.hole.root, this.best.root];
    const bench = element(
      "div",
      { class: "workbench" },
      this.paper.root,
      element("div", { class: "three" }, ...pictures),
      this.tools,
    );
    this.root = element(
      "div",
      { class: "inpaint layer" },
      bench,
      this.race.root,
      this.repairs.root,
    );
    this.root.onkeydown = (event) => this.paper.key(event);
  }

  leave() {
    this.paper.leave();
    this.race.leave();
  }

  /** @param {InpaintData} data */
  follow(data) {
    this.data = data;
    const { text, painting, pad } = data;
    setText(this.truth.label, text.truth);
    setText(this.hole.label, text.hole);
    setText(this.hint, text.hint);
    setText(this.wipe, text.wipe);
    setAttribute(this.truth.picture, "aria-label", text.truth);
    setAttribute(this.brush.canvas, "aria-label", `${text.hole}. ${painting ? text.hint : ""}`);
    this.tools.hidden = !painting;
    this.brush.setOpen(painting);
    for (const [method, address] of Object.entries(data.networks)) {
      if (painting || pad) this.networks.load(method, address);
    }
    this.paper.follow(data, text.pad);
  }

  /** The text of the painted hole; null for a hole of Python's. */
  get painted() {
    return this.data.painting ? writeMask(this.brush.mask) : null;
  }

  // ---- the picture

  paint() {
    const { mask } = this.brush;
    const { answered } = this.paper;
    if (answered) mask.set(readMask(this.data.mask) ?? []);
    const truth = this.paper.read();
    paintDigit(this.truth.picture, truth);
    setText(this.truth.note, this.paper.standsIn ? this.data.text.example : "");
    this.brush.paint(truth.map((v, i) => (mask[i] ? HOLE : v)));
    if (answered) this.show(truth);
    else this.guess(truth);
  }

  /**
   * Python's results.
   * @param {Uint8Array} truth  (784)
   */
  show(truth) {
    const { text, language, results, strange, race } = this.data;
    this.race.root.hidden = this.repairs.root.hidden = this.best.root.hidden = !results;
    showLines(this.hole.lines, results?.hole ?? { lines: [], right: true });
    showStrange(this.truth, strange);
    if (!results) return this.race.rest();
    const [card] = results.groups[0].cards;
    this.answer(card.title, fromBase64(card.pixels));
    showLines(this.best.lines, card);
    this.repairs.follow(results.groups, truth, text.difference);
    this.race.follow(race, {
      truth,
      mask: this.brush.mask.slice(),
      levels: results.levels,
      text,
      format: numberFormat(language),
    });
  }

  /**
   * What the network finds, until Python answers.
   * @param {Uint8Array} truth  (784)
   */
  guess(truth) {
    const { text, language } = this.data;
    const { mask } = this.brush;
    const format = numberFormat(language);
    const hidden = mask.reduce((sum, v) => sum + v, 0);
    const x = new Float32Array(2 * truth.length);
    for (let i = 0; i < truth.length; i++) {
      x[i] = mask[i] ? 0 : truth[i] / 255;
      x[truth.length + i] = mask[i];
    }
    /** @type {Set<string>} */
    const live = new Set();
    for (const [method, layers] of this.networks.ready) {
      if (!hidden || hidden === mask.length) continue;
      const pixels = held(truth, mask, forward(layers, x));
      const words = quality(pixels, truth, mask, text.psnr, format);
      live.add(method);
      this.repairs.live(method, pixels, truth, words);
      this.answer(text.live, pixels);
      showLines(this.best.lines, { lines: [words], right: true });
    }
    this.repairs.fade((method) => !live.has(method));
    this.best.root.classList.toggle("stale", !live.size);
  }

  /**
   * The large picture.
   * @param {string} title
   * @param {ArrayLike<number>} pixels  (784) in 0 to 255
   */
  answer(title, pixels) {
    this.best.root.hidden = false;
    this.best.root.classList.remove("stale");
    setText(this.best.label, title);
    setAttribute(this.best.picture, "aria-label", title);
    paintDigit(this.best.picture, pixels);
  }
}
