// The part "draw": a drawing as MNIST sees it, with noise, as the models reconstruct it, and on the
// map of its codes, all while the pen moves. Python gets a message when the visitor releases it.
import { chipRow } from "../../engine/chips.js";
import {
  digitCanvas,
  element,
  fromBase64,
  leaving,
  paced,
  paintDigit,
  partAt,
  setAttribute,
  setText,
  toBase64,
} from "../../engine/dom.js";
import { isBlank, PAD_SIDE, PAD_STYLE, Pad } from "../../engine/drawing_pad.js";
import { fetchFile } from "../../engine/files.js";
import { readNetwork } from "../../engine/network.js";
import { telling } from "../../engine/page_changes.js";
import { inflate } from "../../engine/png.js";
import { grey, isPaper, STAGES, toDigit } from "../../engine/preprocessing.js";
import { PARTS_STYLE, styleSheet, wear } from "../../engine/styles.js";
import { NoiseControls } from "./noise_controls.js";
import { PlaceMap } from "./place_map.js";
import { meanSquare, Reconstructions } from "./reconstructions.js";

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);

const PLACE_PACE = 60; // milliseconds between two places on the map
const REHEARSALS = 30; // of what each move of the pen needs, until the browser has it compiled

/** The part at each place where it is mounted: this runs again at each change of data. */
const parts = new WeakMap();

/**
 * data: {
 *   language: as numbers are written,
 *   text: TEXTS of part.py, and { pad: PAD_TEXTS, noises, stageNames, stageAbouts: name -> text };
 *     "{value}" stands for a number,
 *   serial: number of the newest message that Python has; 0 before there was any,
 *   digit: base64 of (784) bytes, the digit as Python has it,
 *   example: the same, shown for an empty pad,
 *   isExample: whether `digit` is the example,
 *   pad: whether there is a pad to draw on; else the digit is given,
 *   picture: URL of what the pad shows at first, or null,
 *   settings: { revision, kind, strength, seed, mask: base64 of (98) bytes or null, stages: names };
 *     the browser takes them over where their revision is new,
 *   noises: [{ seed, file }], a file with an array (784) for each kind of noise,
 *   models: [{ run, kind, file }], the file of the network, or null where no browser can run it,
 *   answer: { pixels: base64 of PyTorch's pictures, compressed, errors: [number] }, in the order
 *     of models, or null,
 *   map: null or { title, network: file or null, points: file, place: [x, y] },
 *   server: whether a server answers; else a new digit is taken over at once,
 *   problem: a sentence on why the drawing is not a digit, or "",
 * }
 * A file is { key, url }.
 * state: { message: { serial, revision, untouched: the pad is as it was at first, png: else what it
 *   shows, base64 of a PNG of 280x280 pixels or null, kind, strength, seed, mask, stages, and
 *   without a server digit: base64 of (784) bytes } }
 */
export default function draw({ data, parentElement, setStateValue }) {
  wear(parentElement, ...STYLES);
  const part = partAt(parts, parentElement, () => new DrawPart());
  const send = telling(setStateValue);
  part.send = (message) => send("message", message);
  part.follow(data);
  return leaving(parts, parentElement);
}

class DrawPart {
  serial = 0; // of the newest message
  ahead = false; // whether the visitor has done what Python does not know yet
  inked = false; // whether the pad has ink that is not a digit yet
  frame = 0; // the animation frame that is asked for, 0 for none
  stale = false; // whether something has changed since it was asked for
  touched = null; // the stage that was switched on or off last
  put = false; // whether the pad has its first picture
  revision = null; // of the settings that were taken over last
  answer = null; // PyTorch's { pixels, errors }, once they are unpacked
  networks = new Map(); // key -> Network, null while it is loading

  constructor() {
    const onChange = () => this.changed();
    const onRelease = () => this.release();
    this.pad = new Pad({ onInk: () => this.changed(true), onRelease, onRest: () => this.rest() });
    this.noise = new NoiseControls(onChange, onRelease, () => this.ask());
    this.stages = chipRow({
      type: "checkbox",
      group: "stage",
      names: STAGES,
      pick: (name) => this.restage(name),
      point: (name) => this.explain(name),
    });
    this.reconstructions = new Reconstructions();
    this.place = new PlaceMap();
    this.movePlace = paced(PLACE_PACE, () =>
      this.place.show(this.networks.get(this.data.map?.network?.key), this.x),
    );

    this.canvas = digitCanvas({ "data-testid": "digit-28" });
    this.label = element("div", { class: "label" });
    this.note = element("figcaption", { role: "status" });
    this.damagedLabel = element("div", { class: "label" });
    this.damage = element("figcaption", {});
    this.damaged = element("figure", {}, this.damagedLabel, this.noise.brush.board, this.damage);
    this.stagesTitle = element("div", { class: "title" });
    this.stagesAbout = element("div", { class: "about" });
    this.stagesRow = element(
      "section",
      { class: "stages" },
      this.stagesTitle,
      this.stages.row,
      this.stagesAbout,
    );
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
          element("figure", {}, this.label, this.canvas, this.note),
          this.damaged,
        ),
        this.reconstructions.row,
        this.reconstructions.about,
      ),
      this.pad.tools,
      element("div", { class: "controls" }, this.stagesRow, this.noise.controls),
      this.place.root,
    );
    this.root = element("div", { class: "draw layer" }, this.bench);
    this.root.onkeydown = (event) => {
      if (this.data.pad) this.pad.key(event);
    };
  }

  /** Lets go of everything outside its own elements. */
  leave() {
    cancelAnimationFrame(this.frame);
    this.place.leave();
    this.root.remove();
  }

  // ---- what Python says

  follow(data) {
    if (!this.data) this.serial = data.serial;
    this.data = data;
    const { text, settings } = data;
    const format = (this.format = numberFormat(data.language));
    this.pad.name(text.pad);
    this.noise.name(text, format);
    this.stages.name(text.stages, text.stageNames);
    this.stagesTitle.textContent = text.stages;
    this.explain();
    this.label.textContent = text.seen;
    setAttribute(this.canvas, "aria-label", text.seen);
    this.damagedLabel.textContent = text.damaged;
    this.reconstructions.follow(data.models, text, format);
    this.place.follow(data.map, text);

    this.bench.classList.toggle("given", !data.pad);
    this.bench.classList.toggle("alone", !data.server);
    this.pad.sheet.hidden = this.pad.tools.hidden = this.stagesRow.hidden = !data.pad;
    if (data.pad && !this.put) {
      this.put = true;
      this.pad.put(data.picture);
      rehearse();
    }
    if (settings.revision !== this.revision) {
      this.revision = settings.revision;
      this.noise.take(settings);
      for (const name of STAGES) this.stages.inputs[name].checked = settings.stages.includes(name);
    }
    this.load(data);
    const other = data.digit !== this.given;
    this.given = data.digit;
    if (data.server ? this.answered : other) this.adopt();
    this.unpack(data);
    this.draw();
  }

  /** Whether what Python says is about what is seen. */
  get answered() {
    return !this.ahead && this.data.serial === this.serial;
  }

  /** Takes Python's digit over. */
  adopt() {
    this.digit = fromBase64(this.data.digit);
    this.isExample = this.data.isExample;
    this.inked = false;
  }

  /** Unpacks PyTorch's pictures. */
  async unpack(data) {
    this.answer = null;
    if (!data.answer) return;
    const pixels = await inflate(fromBase64(data.answer.pixels));
    if (data !== this.data) return;
    this.answer = { pixels, errors: data.answer.errors };
    this.ask();
  }

  /** Loads the networks one after another, in the order in which the eye needs them. */
  async load({ models, map, noises }) {
    for (const file of [...models.map((model) => model.file), map?.network]) {
      if (!file || this.networks.has(file.key)) continue;
      this.networks.set(file.key, null);
      try {
        this.networks.set(file.key, readNetwork(await fetchFile(file)));
        this.ask();
      } catch {
        this.networks.delete(file.key); // Python's pictures stay, and the next run tries again
      }
    }
    this.noise.load(noises);
  }

  // ---- what the hand does

  changed(inked = false) {
    this.ahead = true;
    this.inked ||= inked;
    this.ask();
  }

  /** The hand is off: Python gets what is seen, once. */
  async release() {
    if (!this.ahead) return;
    this.draw();
    this.ahead = false;
    const serial = ++this.serial;
    const message = {
      serial,
      revision: this.revision,
      ...this.noise.settings(),
      stages: this.wanted(),
      untouched: this.pad.untouched,
      ...(this.data.server ? {} : { digit: toBase64(this.digit) }),
    };
    const png = message.untouched ? null : await this.pad.png();
    if (serial === this.serial) this.send({ ...message, png }); // else a newer one says it all
  }

  /** The hand is off and has changed nothing. */
  rest() {
    this.ahead = false;
    if (this.answered) this.adopt();
    this.ask();
  }

  /** Another stage is on or off. */
  restage(name) {
    this.touched = name;
    if (!this.pad.empty()) this.pad.touch();
    this.changed(true);
    this.release();
  }

  wanted() {
    return STAGES.filter((name) => this.stages.inputs[name].checked);
  }

  /** Says what a stage is for: the one pointed at, or else the one that was touched last. */
  explain(pointed = null) {
    const { text } = this.data;
    const name = pointed ?? this.touched;
    this.stagesAbout.textContent = name ? text.stageAbouts[name] : text.stages_about;
  }

  // ---- the picture

  /** Draws what has changed: the first change at once, those before the next frame in that one. */
  ask() {
    this.stale = Boolean(this.frame);
    if (!this.stale) this.draw();
  }

  draw() {
    this.stale = false;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (this.stale) this.draw();
    });
    if (this.inked) this.prepare();
    const { answered } = this;
    const { text } = this.data;
    const x = Float32Array.from(this.digit, (v) => v / 255);
    paintDigit(this.canvas, this.digit);
    const problem = answered && this.data.problem;
    setText(this.note, problem || (this.isExample ? text.example : text.size));
    this.note.classList.toggle("problem", Boolean(problem));

    const seen = this.noise.apply(x);
    this.damaged.hidden = !this.noise.seen;
    if (this.noise.seen) {
      const pixels = Uint8ClampedArray.from(seen, (v) => 255 * v);
      this.noise.brush.paint(pixels);
      const clipped = seen.map((v) => Math.min(Math.max(v, 0), 1));
      const error = this.format(meanSquare(clipped, x), 4);
      setText(this.damage, text.error.replace("{value}", error));
    }
    const fileOf = new Map(this.data.models.map(({ run, file }) => [run, file?.key]));
    const networkOf = (run) => this.networks.get(fileOf.get(run));
    const answer = answered && !this.noise.loading ? this.answer : null;
    this.reconstructions.show(x, seen, networkOf, answer);
    this.x = x;
    this.movePlace();
  }

  /** The pad's ink becomes the digit; where it can't, the last digit stays until Python answers. */
  prepare() {
    this.inked = false;
    const stages = this.wanted();
    // What would be cut off anyway need not be read.
    const { data, width, height } = stages.includes("cut")
      ? this.pad.drawing()
      : this.pad.snapshot();
    const light = grey(data);
    if (isPaper(light, width, height)) return;
    const digit = toDigit(light, width, height, stages);
    if (digit) {
      this.digit = digit;
      this.isExample = false;
    } else if (isBlank(data)) {
      this.digit = fromBase64(this.data.example);
      this.isExample = true;
    }
  }
}

/** Prepares a stroke again and again while nothing else is to do: the first real one is fast then. */
function rehearse() {
  if (!window.requestIdleCallback) return;
  let left = REHEARSALS;
  const light = new Uint8Array(PAD_SIDE * PAD_SIDE);
  for (let y = 80; y < 200; y++) light.fill(255, y * PAD_SIDE + y, y * PAD_SIDE + y + 20);
  const again = () => {
    toDigit(light, PAD_SIDE, PAD_SIDE);
    if (--left) requestIdleCallback(again);
  };
  requestIdleCallback(again);
}

/** Writes numbers with so many decimals; a format is made once, for that takes long. */
function numberFormat(language) {
  const made = new Map();
  return (value, decimals) => {
    if (!made.has(decimals)) {
      const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      made.set(decimals, new Intl.NumberFormat(language, digits));
    }
    return made.get(decimals).format(value);
  };
}
