// The part "draw": a drawing as an MNIST digit, with noise, its reconstructions, and its code on a
// map, all updated while the pen moves. When the visitor releases it, a message is sent to Python.
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
  throttled,
  toBase64,
} from "../../engine/dom.js";
import { PAD_STYLE, Pad } from "../../engine/drawing_pad.js";
import { DrawnDigit, rehearse } from "../../engine/drawn_digit.js";
import { loadInOrder } from "../../engine/files.js";
import { mountPart } from "../../engine/mount.js";
import { readNetwork } from "../../engine/network.js";
import { NOISE_STYLE, NoiseControls } from "../../engine/noise_controls.js";
import { ERROR_DECIMALS, numberFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { inflate } from "../../engine/png.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { PlaceMap } from "./place_map.js";
import { meanSquare, Reconstructions } from "./reconstructions.js";
import { Stages } from "./stages.js";

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  NOISE_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

const PLACE_PACE = 60; // milliseconds between two updates of the map

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Answer, DrawData, Message } from "./data.js"
 */

export default mountPart(
  STYLES,
  /** @param {DrawData} data */ (data) => new DrawPart(data),
  "message",
);

class DrawPart {
  ahead = false; // whether there are changes that Python has not received yet
  frames = new OncePerFrame(() => this.paint());
  put = false; // whether the initial picture is on the pad
  revision = -1; // of the current settings
  /** @type {?Answer} */
  answer = null; // PyTorch's answer, once its pictures are decompressed
  /** @type {Map<string, ?Network>} */
  networks = new Map(); // key of the file -> network; null while it is loading
  /** @type {?string} */
  given = null; // the digit of the latest data
  x = new Float32Array(DIGIT_PIXELS); // the digit in [0, 1]
  /** @type {(message: Message) => void} */
  send = () => {};

  /** @param {DrawData} data */
  constructor(data) {
    this.data = data;
    this.serial = data.serial; // of the latest message
    this.format = numberFormat(data.language);
    const onChange = () => this.changed();
    const onRelease = () => this.release();
    this.pad = new Pad({ onInk: () => this.changed(true), onRelease, onRest: () => this.rest() });
    this.digit = new DrawnDigit(this.pad);
    this.noise = new NoiseControls(onChange, onRelease, () => this.frames.ask());
    this.stages = new Stages(() => this.restage());
    this.reconstructions = new Reconstructions();
    this.place = new PlaceMap();
    this.movePlace = throttled(PLACE_PACE, () =>
      this.place.show(this.networks.get(this.data.map?.network?.key ?? "") ?? null, this.x),
    );

    this.canvas = digitCanvas({ "data-testid": "digit-28" });
    this.label = element("div", { class: "label" });
    this.note = element("div", { role: "status" });
    this.damagedLabel = element("div", { class: "label" });
    this.damage = element("figcaption", {});
    this.damaged = element("figure", {}, this.damagedLabel, this.noise.brush.board, this.damage);
    this.bench = element(
      "div",
      { class: "bench" },
      this.pad.sheet,
      element(
        "div",
        { class: "pictures" },
        element(
          "div",
          { class: "seen" },
          element("figure", {}, this.label, this.canvas, element("figcaption", {}, this.note)),
          this.damaged,
        ),
        this.reconstructions.row,
        this.reconstructions.about,
      ),
      this.pad.tools.root,
      element("div", { class: "controls" }, this.stages.root, this.noise.controls),
      this.place.root,
    );
    this.root = element("div", { class: "draw layer" }, this.bench);
    this.root.onkeydown = (event) => {
      if (this.data.pad) this.pad.key(event);
    };
  }

  /** Stops the animation and releases resources. */
  leave() {
    this.frames.leave();
    this.place.leave();
  }

  // ---- the data

  /** @param {DrawData} data */
  follow(data) {
    this.data = data;
    const { text, settings } = data;
    const format = (this.format = numberFormat(data.language));
    this.pad.name(text.pad);
    this.noise.name(text, format);
    this.stages.name(text);
    this.label.textContent = text.seen;
    setAttribute(this.canvas, "aria-label", text.seen);
    this.damagedLabel.textContent = text.damaged;
    this.reconstructions.follow(data.models, text, format);
    this.place.follow(data.map, text);

    this.bench.classList.toggle("given", !data.pad);
    this.bench.classList.toggle("alone", !data.server);
    this.pad.sheet.hidden = this.pad.tools.root.hidden = this.stages.root.hidden = !data.pad;
    if (data.pad && !this.put) {
      this.put = true;
      this.pad.put(data.picture);
      rehearse();
    }
    if (settings.revision !== this.revision) {
      this.revision = settings.revision;
      this.noise.take(settings);
      this.stages.take(settings.stages);
    }
    this.load(data);
    const other = data.digit !== this.given;
    this.given = data.digit;
    if (data.server ? this.answered : other) this.adopt();
    this.unpack(data);
    this.frames.now();
  }

  /** Whether Python's data belong to what is shown. */
  get answered() {
    return !this.ahead && this.data.serial === this.serial;
  }

  /** Shows Python's digit. */
  adopt() {
    this.digit.take(this.data.digit, this.data.isExample);
  }

  /**
   * Decompresses PyTorch's pictures.
   * @param {DrawData} data
   */
  async unpack(data) {
    this.answer = null;
    if (!data.answer) return;
    const pixels = await inflate(fromBase64(data.answer.pixels));
    if (data !== this.data) return;
    this.answer = { pixels, errors: data.answer.errors };
    this.frames.ask();
  }

  /**
   * Loads the networks, those of the reconstructions first, and then the noise.
   * @param {DrawData} data
   */
  async load({ models, map, noises }) {
    const files = [...models.map((model) => model.file), map?.network].flatMap(
      (file) => file ?? [],
    );
    const named = files.map((file) => /** @type {[string, FileAddress]} */ ([file.key, file]));
    // Until a network is there, Python's pictures are shown.
    await loadInOrder(this.networks, named, readNetwork, () => this.frames.ask());
    this.noise.load(noises);
  }

  // ---- what the visitor does

  changed(inked = false) {
    this.ahead = true;
    this.digit.inked ||= inked;
    this.frames.ask();
  }

  /** Sends the current state to Python when the visitor releases the pen or a control. */
  async release() {
    if (!this.ahead) return;
    this.frames.now();
    this.ahead = false;
    const serial = ++this.serial;
    const message = {
      serial,
      revision: this.revision,
      ...this.noise.settings(),
      stages: this.stages.wanted(),
      untouched: this.pad.untouched,
      ...(this.data.server ? {} : { digit: toBase64(this.digit.pixels) }),
    };
    const png = message.untouched ? null : await this.pad.png();
    if (serial === this.serial) this.send({ ...message, png }); // otherwise there is a newer one
  }

  /** The visitor has released the pen, and nothing has changed. */
  rest() {
    this.ahead = false;
    if (this.answered) this.adopt();
    this.frames.ask();
  }

  /** A stage has been switched. */
  restage() {
    if (!this.pad.empty()) this.pad.touch();
    this.changed(true);
    this.release();
  }

  // ---- the picture

  paint() {
    const { answered, digit } = this;
    const { text } = this.data;
    digit.prepare(this.stages.wanted(), this.data.example);
    const x = Float32Array.from(digit.pixels, (v) => v / 255);
    paintDigit(this.canvas, digit.pixels);
    const problem = answered && this.data.problem;
    setText(this.note, problem || (digit.isExample ? text.example : text.size));
    this.note.classList.toggle("problem", Boolean(problem));

    const seen = this.noise.apply(x);
    this.damaged.hidden = !this.noise.seen;
    if (this.noise.seen) {
      const pixels = Uint8ClampedArray.from(seen, (v) => 255 * v);
      this.noise.brush.paint(pixels);
      const clipped = seen.map((v) => Math.min(Math.max(v, 0), 1));
      const error = this.format(meanSquare(clipped, x), ERROR_DECIMALS);
      setText(this.damage, text.error.replace("{value}", error));
    }
    const answer = answered && !this.noise.loading ? this.answer : null;
    this.reconstructions.show(x, seen, this.networks, answer);
    this.x = x;
    this.movePlace();
  }
}
