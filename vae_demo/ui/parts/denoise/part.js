// The part "denoise": a digit, drawn or given, its damage, and what every method makes of it. While
// the visitor drags, the browser computes the damage and the networks; on release, Python answers
// with the rest.
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
import { forward } from "../../engine/layers.js";
import { LiveNetworks } from "../../engine/live_networks.js";
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

const CARDS_PACE = 80; // milliseconds between two updates of the pictures below, while one drags

/**
 * @import { DenoiseData, Message } from "./data.js"
 */

export default mountPart(
  STYLES,
  /** @param {DenoiseData} data */ (data) => new DenoisePart(data),
  "message",
);

class DenoisePart {
  revision = -1; // of the current settings
  touched = false; // whether the visitor has changed something
  networks = new LiveNetworks();
  seen = new Float32Array(); // (784) the damaged digit
  /** @type {Map<string, Uint8ClampedArray>} */
  live = new Map(); // what networks have made of it
  cards = throttled(CARDS_PACE, () => this.paintCards());
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
  }

  /** Stops the animation. */
  leave() {
    this.paper.leave();
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

  /** Loads the network of the large picture and, when the visitor changes something, the others. */
  load() {
    const best = this.data.results.groups[0].cards[0].name;
    for (const [method, address] of Object.entries(this.data.networks)) {
      if (this.touched || method === best) this.networks.load(method, address);
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

    if (!this.touched) {
      this.touched = true;
      this.load();
    }
    this.seen = Float32Array.from(damaged, (v) => v / 255);
    this.live.clear();
    this.cards();
    const pixels = this.repaired(best.name);
    this.best.root.classList.toggle("stale", !pixels);
    if (!pixels) return;
    paintDigit(this.best.picture, pixels);
    showLines(this.best.lines, { lines: [this.quality(pixels, truth)], right: true });
  }

  /** Shows the pictures of all networks below. */
  paintCards() {
    if (this.paper.answered) return;
    const truth = this.paper.read();
    for (const [method] of this.networks.ready) {
      const pixels = this.repaired(method);
      if (pixels) this.repairs.live(method, pixels, truth, this.quality(pixels, truth));
    }
    this.repairs.fade((method) => !this.live.has(method));
  }

  /**
   * What a network makes of the damaged digit; undefined until it is loaded.
   * @param {string} method
   */
  repaired(method) {
    const layers = new Map(this.networks.ready).get(method);
    if (layers && !this.live.has(method)) {
      const pixels = Uint8ClampedArray.from(forward(layers, this.seen), (v) => 255 * v);
      this.live.set(method, pixels);
    }
    return this.live.get(method);
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
