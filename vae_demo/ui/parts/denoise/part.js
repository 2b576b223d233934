// The part "denoise": a digit, drawn or given, its damage, and what every method makes of it. While
// the visitor drags, the browser computes the damage and the networks; on release, Python answers
// with the rest.
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
  toBase64,
} from "../../engine/dom.js";
import { PAD_STYLE, Pad } from "../../engine/drawing_pad.js";
import { DrawnDigit, rehearse } from "../../engine/drawn_digit.js";
import { fetchFile } from "../../engine/files.js";
import { forward } from "../../engine/layers.js";
import { mountPart } from "../../engine/mount.js";
import { readLayers } from "../../engine/network.js";
import { NOISE_STYLE, NoiseControls } from "../../engine/noise_controls.js";
import { numberFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { STAGES } from "../../engine/preprocessing.js";
import { pictureFigure, psnr, REPAIRS_STYLE, Repairs, showLines } from "../../engine/repairs.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  NOISE_STYLE,
  REPAIRS_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

/**
 * @import { Layer } from "../../engine/layers.js"
 * @import { DenoiseData, Message } from "./data.js"
 */

export default mountPart(
  STYLES,
  /** @param {DenoiseData} data */ (data) => new DenoisePart(data),
  "message",
);

class DenoisePart {
  ahead = false; // whether there are changes that Python has not received yet
  frames = new OncePerFrame(() => this.paint());
  /** @type {?number} */
  placed = null; // of the picture that Python has put on the pad; null for none yet
  revision = -1; // of the current settings
  /** @type {Map<string, ?Layer[]>} */
  networks = new Map(); // method -> its layers; null while they are loading
  /** @type {(message: Message) => void} */
  send = () => {};

  /** @param {DenoiseData} data */
  constructor(data) {
    this.data = data;
    this.serial = data.serial; // of the latest message
    this.format = numberFormat(data.language);
    const onChange = () => this.changed();
    const onRelease = () => this.release();
    this.pad = new Pad({ onInk: () => this.changed(true), onRelease, onRest: () => this.rest() });
    this.digit = new DrawnDigit(this.pad);
    this.noise = new NoiseControls(onChange, onRelease, () => this.frames.ask(), data.strongest);
    this.repairs = new Repairs();

    this.truth = pictureFigure(digitCanvas({ "data-testid": "digit-28" }));
    this.damaged = pictureFigure(this.noise.brush.board);
    this.best = pictureFigure(digitCanvas({ "data-testid": "best" }));
    this.bench = element(
      "div",
      { class: "workbench" },
      element("div", { class: "paper" }, this.pad.sheet, this.pad.tools.root),
      element("div", { class: "three" }, this.truth.root, this.damaged.root, this.best.root),
      element("div", { class: "controls" }, this.noise.controls),
    );
    this.root = element("div", { class: "denoise layer" }, this.bench, this.repairs.root);
    this.root.onkeydown = (event) => {
      if (this.data.pad) this.pad.key(event);
    };
  }

  /** Stops the animation. */
  leave() {
    this.frames.leave();
  }

  // ---- the data

  /** @param {DenoiseData} data */
  follow(data) {
    this.data = data;
    const { text, settings } = data;
    const format = (this.format = numberFormat(data.language));
    this.pad.name(text.pad);
    this.noise.name(text, format);
    setText(this.truth.label, text.truth);
    setText(this.damaged.label, text.damaged);
    setAttribute(this.truth.picture, "aria-label", text.truth);
    this.bench.classList.toggle("given", !data.pad);
    if (data.pad && this.placed === null) {
      this.pad.put(data.picture);
      rehearse();
    } else if (data.pad && data.picture && this.placed !== data.placed) {
      this.pad.replace(data.picture);
    }
    if (data.pad) this.placed = data.placed;
    if (settings.revision !== this.revision) {
      this.revision = settings.revision;
      this.noise.take(settings);
    }
    this.noise.load(data.noises);
    this.load(data.networks);
    if (this.answered) this.digit.take(data.digit, data.isExample);
    this.frames.now();
  }

  /** Whether Python's data belong to what is shown. */
  get answered() {
    return !this.ahead && this.data.serial === this.serial;
  }

  /** @param {DenoiseData["networks"]} networks */
  async load(networks) {
    for (const [method, address] of Object.entries(networks)) {
      if (this.networks.has(method)) continue;
      this.networks.set(method, null);
      try {
        this.networks.set(method, readLayers(await fetchFile(address)));
      } catch {
        this.networks.delete(method); // Python's pictures stay, and the next rerun tries again
      }
    }
  }

  // ---- what the visitor does

  changed(inked = false) {
    this.ahead = true;
    this.digit.inked ||= inked;
    this.frames.ask();
  }

  /** Sends the current state to Python when the visitor releases the pen or a control. */
  release() {
    if (!this.ahead) return;
    this.frames.now();
    this.ahead = false;
    this.send({
      serial: ++this.serial,
      revision: this.revision,
      ...this.noise.settings(),
      digit: this.digit.isExample ? null : toBase64(this.digit.pixels),
    });
  }

  /** The visitor has released the pen, and nothing has changed. */
  rest() {
    this.ahead = false;
    this.frames.ask();
  }

  // ---- the picture

  paint() {
    const { answered, digit } = this;
    const { text, results } = this.data;
    digit.prepare(STAGES, this.data.example);
    const truth = digit.pixels;
    paintDigit(this.truth.picture, truth);
    setText(this.truth.note, digit.isExample && this.data.pad ? text.example : "");
    const best = results.groups[0].cards[0];
    setText(this.best.label, best.title);
    setAttribute(this.best.picture, "aria-label", best.title);
    if (answered) {
      this.best.root.classList.remove("stale");
      this.noise.brush.paint(fromBase64(results.damaged.pixels));
      showLines(this.damaged.lines, results.damaged);
      paintDigit(this.best.picture, fromBase64(best.pixels));
      showLines(this.best.lines, best);
      this.repairs.follow(results.groups, truth, text.difference);
      return;
    }
    const seen = this.noise.apply(Float32Array.from(truth, (v) => v / 255));
    const damaged = Uint8ClampedArray.from(seen, (v) => 255 * v);
    this.noise.brush.paint(damaged);
    const lines = [this.quality(damaged, truth)];
    showLines(this.damaged.lines, { ...results.damaged, lines, right: true });

    /** @type {Map<string, Uint8ClampedArray>} */
    const live = new Map();
    const x = Float32Array.from(damaged, (v) => v / 255);
    for (const [method, layers] of this.networks) {
      if (!layers) continue;
      const pixels = Uint8ClampedArray.from(forward(layers, x), (v) => 255 * v);
      live.set(method, pixels);
      this.repairs.live(method, pixels, truth, this.quality(pixels, truth));
    }
    this.repairs.fade((method) => !live.has(method));
    const pixels = live.get(best.name);
    this.best.root.classList.toggle("stale", !pixels);
    if (!pixels) return;
    paintDigit(this.best.picture, pixels);
    showLines(this.best.lines, { ...best, lines: [this.quality(pixels, truth)], right: true });
  }

  /**
   * The PSNR of a picture over the damaged pixels, in words; "" if nothing is different.
   * @param {ArrayLike<number>} pixels
   * @param {ArrayLike<number>} truth
   */
  quality(pixels, truth) {
    const painted = this.noise.painted && this.noise.brush.mask.some(Boolean);
    const value = psnr(pixels, truth, painted ? this.noise.brush.mask : null);
    if (!Number.isFinite(value)) return "";
    return this.data.text.psnr.replace("{value}", this.format(value, 1));
  }
}
