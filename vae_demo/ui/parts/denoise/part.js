// The part "denoise": a digit, drawn or given, its damage, and what every method makes of it. While
// the visitor drags, the page computes the damage, and the networks follow in the background; on
// release, Python answers with the rest.
import { BackgroundNetworks } from "../../engine/background_networks.js";
import { DigitPaper } from "../../engine/digit_paper.js";
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
  throttled,
} from "../../engine/dom.js";
import { PAD_STYLE } from "../../engine/drawing_pad.js";
import { mountPart } from "../../engine/mount.js";
import { NOISE_STYLE, NoiseControls } from "../../engine/noise_controls.js";
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

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  NOISE_STYLE,
  REPAIRS_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

const CARD_PACE = 40; // milliseconds between two updates of a picture below, while one drags

/**
 * @import { Damaged, Pictures } from "../../engine/background_networks.js"
 * @import { DenoiseData, Message } from "./data.js"
 */

export default mountPart(
  STYLES,
  /** @param {DenoiseData} data */ (data) => new DenoisePart(data),
  "message",
);

class DenoisePart {
  revision = -1; // of the current settings
  near = false; // whether the pointer or the focus has been at the controls
  networks = new BackgroundNetworks((pictures, of) => this.take(pictures, of));
  /** @type {?{ pictures: Pictures, of: Damaged }} */
  live = null; // what the networks have made of the latest digit; null until the visitor changes one
  /** @type {(message: Message) => void} */
  send = () => {};

  /** @param {DenoiseData} data */
  constructor(data) {
    this.data = data;
    this.format = numberFormat(data.language);
    this.paper = new DigitPaper(
      data,
      () => this.paint(),
      (message) => this.send({ ...message, ...this.noise.settings() }),
    );
    this.noise = new NoiseControls(
      () => this.paper.changed(),
      () => this.paper.release(),
      () => this.paper.frames.ask(),
      data.strongest,
    );
    this.repairs = new Repairs();
    const methods = Object.keys(data.networks);
    this.cards = throttled(CARD_PACE, ...methods.map((each) => () => this.paintCard(each)));

    this.truth = pictureFigure(digitCanvas({ "data-testid": "digit-28" }));
    this.damaged = pictureFigure(this.noise.brush.board);
    this.best = pictureFigure(digitCanvas({ "data-testid": "best" }));
    this.bench = element(
      "div",
      { class: "workbench" },
      this.paper.root,
      element("div", { class: "three" }, this.truth.root, this.damaged.root, this.best.root),
      element("div", { class: "controls" }, this.noise.controls),
    );
    this.root = element("div", { class: "denoise layer" }, this.bench, this.repairs.root);
    this.root.onkeydown = (event) => this.paper.key(event);
    const come = () => {
      this.near = true;
      this.load();
    };
    this.bench.addEventListener("pointerenter", come, { once: true });
    this.bench.addEventListener("focusin", come, { once: true });
  }

  /** Stops the animation and the networks. */
  leave() {
    this.paper.leave();
    this.networks.leave();
  }

  // ---- the data

  /** @param {DenoiseData} data */
  follow(data) {
    this.data = data;
    const { text, settings } = data;
    const format = (this.format = numberFormat(data.language));
    this.noise.name(text, format);
    setText(this.truth.label, text.truth);
    setText(this.damaged.label, text.damaged);
    setAttribute(this.truth.picture, "aria-label", text.truth);
    if (data.revision !== this.revision) {
      this.revision = data.revision;
      this.noise.take(settings);
    }
    this.noise.load(data.noises);
    this.load();
    this.paper.follow(data, text.pad);
  }

  /** Loads the network of the large picture and, when the visitor is about to change something, the others. */
  load() {
    const best = this.data.results.groups[0].cards[0].name;
    for (const [method, address] of Object.entries(this.data.networks)) {
      if (this.near || method === best) this.networks.load(method, address);
    }
  }

  // ---- the picture

  paint() {
    const { text, results } = this.data;
    const truth = this.paper.read();
    paintDigit(this.truth.picture, truth);
    setText(this.truth.note, this.paper.standsIn ? text.example : "");
    const best = results.groups[0].cards[0];
    setText(this.best.label, best.title);
    setAttribute(this.best.picture, "aria-label", best.title);
    if (this.paper.answered) {
      this.live = null;
      this.networks.forget();
      this.best.root.classList.remove("stale");
      this.noise.brush.paint(fromBase64(results.damaged.pixels));
      showLines(this.damaged.lines, results.damaged);
      paintDigit(this.best.picture, fromBase64(best.pixels));
      showLines(this.best.lines, best);
      showStrange(this.truth, results.strange);
      this.repairs.follow(results.groups, truth, text.difference);
      return;
    }
    const seen = this.noise.apply(Float32Array.from(truth, (v) => v / 255));
    const damaged = Uint8ClampedArray.from(seen, (v) => 255 * v);
    this.noise.brush.paint(damaged);
    const lines = [this.quality(damaged, truth)];
    showLines(this.damaged.lines, { lines, right: true });

    this.networks.repair({ damaged: Float32Array.from(damaged, (v) => v / 255), truth });
    this.cards();
  }

  /**
   * Shows what the networks have made of a digit; while the hand moves, one of a moment ago.
   * @param {Pictures} pictures
   * @param {Damaged} of
   */
  take(pictures, of) {
    this.live = { pictures, of };
    this.cards();
    const pixels = pictures.get(this.data.results.groups[0].cards[0].name);
    this.best.root.classList.toggle("stale", !pixels);
    if (!pixels) return;
    paintDigit(this.best.picture, pixels);
    showLines(this.best.lines, { lines: [this.quality(pixels, of.truth)], right: true });
  }

  /** Shows the picture of a network below. @param {string} method */
  paintCard(method) {
    if (this.paper.answered || !this.live) return;
    const { pictures, of } = this.live;
    const pixels = pictures.get(method);
    if (pixels) this.repairs.live(method, pixels, of.truth, this.quality(pixels, of.truth));
    this.repairs.fade((name) => !pictures.has(name));
  }

  /**
   * The PSNR of a picture over the damaged pixels, in words; "" if nothing is different.
   * @param {ArrayLike<number>} pixels
   * @param {ArrayLike<number>} truth
   */
  quality(pixels, truth) {
    const painted = this.noise.painted && this.noise.brush.mask.some(Boolean);
    const mask = painted ? this.noise.brush.mask : null;
    return quality(pixels, truth, mask, this.data.text.psnr, this.format);
  }
}
