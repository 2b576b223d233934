// The part "upscale": a digit, drawn or given, what is left of it when it is small, and all that
// sharpen it. While the visitor draws, the browser computes the best network; on release, Python
// answers with the rest.
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
import { repeat, sharpen, shrink } from "./sharpen.js";

/**
 * @import { PaperData, PaperMessage } from "../../engine/digit_paper.js"
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Card, Group } from "../../engine/repairs.js"
 */

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  REPAIRS_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

/**
 * @typedef {Object} UpscaleFields  as data.py has them
 * @property {string} language  for the format of numbers
 * @property {Object<string, string> & { pad: Object<string, string> }} text
 * @property {number} side  of the small digit
 * @property {Object<string, FileAddress>} networks  method -> its layers
 * @property {{ small: Card, groups: Group[], strange: ?string }} results  Python's
 */

/** @typedef {PaperData & UpscaleFields} UpscaleData */

export default mountPart(
  STYLES,
  /** @param {UpscaleData} data */ (data) => new UpscalePart(data),
  "message",
);

class UpscalePart {
  truth = pictureFigure(digitCanvas({ "data-testid": "digit-28" }));
  small = pictureFigure(digitCanvas({ "data-testid": "small" }));
  best = pictureFigure(digitCanvas({ "data-testid": "best" }));
  repairs = new Repairs();
  networks = new LiveNetworks();
  /** @type {(message: PaperMessage) => void} */
  send = () => {};

  /** @param {UpscaleData} data */
  constructor(data) {
    this.data = data;
    this.paper = new DigitPaper(
      data,
      () => this.paint(),
      (message) => this.send(message),
    );
    const bench = element(
      "div",
      { class: "workbench" },
      this.paper.root,
      element("div", { class: "three" }, this.truth.root, this.small.root, this.best.root),
    );
    this.root = element("div", { class: "upscale layer" }, bench, this.repairs.root);
    this.root.onkeydown = (event) => this.paper.key(event);
  }

  /** Stops the animation. */
  leave() {
    this.paper.leave();
  }

  /** @param {UpscaleData} data */
  follow(data) {
    this.data = data;
    const { text, results } = data;
    for (const [figure, title] of /** @type {const} */ ([
      [this.truth, text.truth],
      [this.small, results.small.title],
      [this.best, results.groups[0].cards[0].title],
    ])) {
      setText(figure.label, title);
      setAttribute(figure.picture, "aria-label", title);
    }
    for (const [method, address] of Object.entries(data.networks)) {
      if (data.pad) this.networks.load(method, address);
    }
    this.paper.follow(data, text.pad);
  }

  // ---- the picture

  paint() {
    const { text, results, side, language } = this.data;
    const truth = this.paper.read();
    const best = results.groups[0].cards[0];
    paintDigit(this.truth.picture, truth);
    setText(this.truth.note, this.paper.standsIn ? text.example : "");
    if (this.paper.answered) {
      this.best.root.classList.remove("stale");
      for (const [{ picture, lines }, card] of /** @type {const} */ ([
        [this.small, results.small],
        [this.best, best],
      ])) {
        paintDigit(picture, fromBase64(card.pixels));
        showLines(lines, card);
      }
      showStrange(this.truth, results.strange);
      this.repairs.follow(results.groups, truth, text.difference);
      return;
    }
    const format = numberFormat(language);
    /** @param {Uint8Array} pixels */
    const words = (pixels) => quality(pixels, truth, null, text.psnr, format);
    const small = shrink(truth, side);
    const seen = repeat(small);
    paintDigit(this.small.picture, seen);
    showLines(this.small.lines, { lines: [words(seen)], right: true });

    /** @type {Map<string, Uint8Array>} */
    const live = new Map([["nearest", seen]]);
    for (const [method, layers] of this.networks.ready) live.set(method, sharpen(layers, small));
    for (const [method, pixels] of live) this.repairs.live(method, pixels, truth, words(pixels));
    this.repairs.fade((method) => !live.has(method));
    const pixels = live.get(best.name);
    this.best.root.classList.toggle("stale", !pixels);
    if (!pixels) return;
    paintDigit(this.best.picture, pixels);
    showLines(this.best.lines, { lines: [words(pixels)], right: true });
  }
}
