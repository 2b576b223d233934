// The part "studio": what a hand draws, as MNIST sees it, with noise, as the models draw it again
// and on the map of its codes, all while the hand moves. Python hears of it when the hand is off.
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
import { isBlank, PAD_SIDE, Pad } from "../../engine/drawing_pad.js";
import { fetchFile } from "../../engine/files.js";
import { readNetwork } from "../../engine/network.js";
import { telling } from "../../engine/page_changes.js";
import { grey, isPaper, STAGES, toDigit } from "../../engine/preprocessing.js";
import { styleSheet, wear } from "../../engine/styles.js";
import { Noising } from "./noise_controls.js";
import { PlaceMap } from "./place_map.js";
import { meanSquare, Redrawn } from "./reconstructions.js";

const STYLE = await styleSheet(new URL("../../engine/parts.css", import.meta.url));

const PLACE_PACE = 60; // milliseconds between two places on the map
const REHEARSALS = 30; // of what each move of the pen needs, until the browser has it compiled

/** The studio of each place where the part is mounted: this runs again at each change of data. */
const studios = new WeakMap();

/**
 * data: {
 *   language: as numbers are written,
 *   text: STUDIO_TEXTS of studio.py, and { pad: PAD_TEXTS, noises, stageNames, stageAbouts:
 *     name -> text }; "{value}" stands for a number,
 *   serial: the number of the work that this answers; 0 before there was any,
 *   digit: base64 of (784) bytes, the digit as Python has it; standIn: the same, for an empty pad,
 *   example: whether `digit` is the stand-in,
 *   pad: whether there is a pad to draw on; else the digit is given,
 *   picture: base64 PNG or null, what the pad shows at first,
 *   settings: { turn, kind, strength, seed, mask: base64 of (98) bytes or null, stages: names },
 *   fields: [{ seed, kinds: { dropout, gaussian, salt_and_pepper: base64 of (784) float32 } }],
 *   models: [{ run, kind, file: { key, url? } or null }],
 *   answer: { pixels: base64 of PyTorch's pictures, errors: [number] }, in the order of models,
 *   map: null or { title, file, place: [x, y], points: base64 of (n, 2) little-endian uint16:
 *     0 is -span, 65535 is span, span, reach: [x, y], labels: base64 of (n) bytes, colours },
 *   answers: whether Python answers the hand; else a digit is taken over whenever it is another,
 *     and PyTorch's pictures are there only until the networks are,
 *   trouble: a sentence on why the drawing is no digit, or "",
 * }
 * Settings are taken over where their turn is another one.
 * state: { work: { serial, turn, untouched: the pad is as it was at first, png: else what it shows,
 *   base64 PNG of 280x280 pixels or null, kind, strength, seed, mask, stages } }
 */
export default function studio({ data, parentElement, setStateValue }) {
  wear(parentElement, STYLE);
  const shown = partAt(studios, parentElement, () => new Studio());
  const tell = telling(setStateValue);
  shown.tell = (work) => tell("work", work);
  shown.follow(data);
  return leaving(studios, parentElement);
}

class Studio {
  serial = 0; // of the work that was told last
  ahead = false; // whether the hand has done what was not told yet
  inked = false; // whether the pad has ink that is no digit yet
  frame = 0; // the animation frame that is asked for, 0 for none
  stale = false; // whether something has changed since it was asked for
  touched = null; // the stage that was switched on or off last
  put = false; // whether the pad has the picture that was drawn before
  turn = null; // of the settings that were taken over last
  networks = new Map(); // key -> Network, null while it is on its way

  constructor() {
    const change = () => this.changed();
    const release = () => this.release();
    this.pad = new Pad({ ink: () => this.changed(true), release, rest: () => this.rest() });
    this.noising = new Noising({ change, release });
    this.stages = chipRow({
      type: "checkbox",
      group: "stage",
      names: STAGES,
      pick: (name) => this.restage(name),
      point: (name) => this.explain(name),
    });
    this.redrawn = new Redrawn();
    this.place = new PlaceMap();
    this.movePlace = paced(PLACE_PACE, () =>
      this.place.show(this.networks.get(this.data.map?.file?.key), this.x),
    );

    this.canvas = digitCanvas({ "data-testid": "digit-28" });
    this.label = element("div", { class: "label" });
    this.note = element("figcaption", { role: "status" });
    this.damagedLabel = element("div", { class: "label" });
    this.damage = element("figcaption", {});
    this.damaged = element("figure", {}, this.damagedLabel, this.noising.brush.board, this.damage);
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
        this.redrawn.row,
        this.redrawn.about,
      ),
      this.pad.tools,
      element("div", { class: "controls" }, this.stagesRow, this.noising.controls),
      this.place.root,
    );
    this.root = element("div", { class: "studio" }, this.bench);
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
    this.noising.name(text, format);
    this.stages.name(text.stages, text.stageNames);
    this.stagesTitle.textContent = text.stages;
    this.explain();
    this.label.textContent = text.seen;
    setAttribute(this.canvas, "aria-label", text.seen);
    this.damagedLabel.textContent = text.damaged;
    this.redrawn.follow(data.models, text, format);
    this.place.follow(data.map, text);

    this.bench.classList.toggle("given", !data.pad);
    this.bench.classList.toggle("alone", !data.answers);
    this.pad.sheet.hidden = this.pad.tools.hidden = this.stagesRow.hidden = !data.pad;
    if (data.pad && !this.put) {
      this.put = true;
      this.pad.put(data.picture);
      rehearse();
    }
    this.noising.bring(data.fields);
    if (settings.turn !== this.turn) {
      this.turn = settings.turn;
      this.noising.take(settings);
      for (const name of STAGES) this.stages.inputs[name].checked = settings.stages.includes(name);
    }
    for (const { file } of [...data.models, ...(data.map ? [data.map] : [])]) this.load(file);
    const other = data.digit !== this.given;
    this.given = data.digit;
    if (data.answers ? this.answered : other) this.adopt();
    this.draw();
  }

  /** Whether what Python says is about what is seen. */
  get answered() {
    return !this.ahead && this.data.serial === this.serial;
  }

  /** Takes Python's digit over. */
  adopt() {
    this.digit = fromBase64(this.data.digit);
    this.example = this.data.example;
    this.inked = false;
  }

  /** Reads a network as soon as its file is here. */
  async load(file) {
    if (!file || this.networks.has(file.key)) return;
    this.networks.set(file.key, null);
    try {
      this.networks.set(file.key, readNetwork(await fetchFile(file)));
      this.ask();
    } catch {
      this.networks.delete(file.key); // Python's pictures stay, and the next run tries again
    }
  }

  // ---- what the hand does

  changed(inked = false) {
    this.ahead = true;
    this.inked ||= inked;
    this.ask();
  }

  /** The hand is off: what is seen is told, once. */
  release() {
    if (!this.ahead) return;
    this.draw();
    this.ahead = false;
    this.serial++;
    const { png, untouched } = this.pad;
    this.tell({
      serial: this.serial,
      turn: this.turn,
      ...this.noising.settings(),
      stages: this.wanted(),
      untouched,
      png: untouched ? null : png,
      digit: toBase64(this.digit),
    });
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
    const trouble = answered && this.data.trouble;
    setText(this.note, trouble || (this.example ? text.example : text.size));
    this.note.classList.toggle("trouble", Boolean(trouble));

    const seen = this.noising.apply(x);
    this.damaged.hidden = !this.noising.seen;
    if (this.noising.seen) {
      const pixels = Uint8ClampedArray.from(seen, (v) => 255 * v);
      this.noising.brush.paint(pixels);
      const clipped = seen.map((v) => Math.min(Math.max(v, 0), 1));
      const error = this.format(meanSquare(clipped, x), 4);
      setText(this.damage, text.error.replace("{value}", error));
    }
    const fileOf = new Map(this.data.models.map(({ run, file }) => [run, file?.key]));
    const networkOf = (run) => this.networks.get(fileOf.get(run));
    this.redrawn.show(x, seen, networkOf, answered ? this.data.answer : null);
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
      this.example = false;
    } else if (isBlank(data)) {
      this.digit = fromBase64(this.data.standIn);
      this.example = true;
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
