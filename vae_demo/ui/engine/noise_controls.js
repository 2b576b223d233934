// Controls for the noise that is added to a digit: its kind, its strength, its mask, and its
// picture.
import { Brush } from "./brush.js";
import { chipRow } from "./chips.js";
import { DAMAGES, damage, NOISES } from "./damage.js";
import { element, setAttribute, setText } from "./dom.js";
import { readMask, writeMask } from "./links.js";
import { NoiseFields } from "./noise_fields.js";
import { slider } from "./slider.js";
import { styleSheet } from "./styles.js";

/**
 * @import { Kind, Noise } from "./damage.js"
 * @import { NoiseFile } from "./noise_fields.js"
 * @import { NumberFormat } from "./number_format.js"
 */

/** The style sheet of the controls and of the brush. */
export const NOISE_STYLE = styleSheet(new URL("./noise_controls.css", import.meta.url));

/** @typedef {Kind|"none"} NoiseKind */

/** @typedef {Object<string, string> & { noises: Object<string, string> }} NoiseTexts */

/**
 * @typedef {Object} NoiseSettings
 * @property {NoiseKind} kind
 * @property {number} strength
 * @property {number} seed
 * @property {?string} mask  the text of the mask, as in a link; null for noise everywhere
 */

const NO_NOISE = "none";
const MAX_NOISE = 0.9;
const CROSS = "M6 6l12 12M18 6L6 18";

/** The controls of the noise, and the brush with the noisy picture. */
export class NoiseControls {
  /** @type {NoiseKind} */
  kind = NO_NOISE;
  strength = 0.5;
  seed = 0;
  painted = false; // whether noise is only added where the brush has painted
  /** @type {?NoiseTexts} */
  text = null;
  /** @type {NumberFormat} */
  format = String;

  /**
   * @param {() => void} onChange  called when the noise has changed, also while dragging
   * @param {() => void} onRelease  called when the visitor releases a control
   * @param {() => void} onLoad  called when random numbers are loaded
   * @param {?Object<string, number>} [strongest]  kind of damage -> its largest strength; null for
   *   all kinds of noise and none
   */
  constructor(onChange, onRelease, onLoad, strongest = null) {
    const names = strongest
      ? DAMAGES.filter((kind) => kind in strongest)
      : /** @type {NoiseKind[]} */ ([NO_NOISE, ...NOISES]);
    this.kind = names[0];
    this.strongest = strongest;
    this.onChange = onChange;
    this.onRelease = onRelease;
    this.fields = new NoiseFields(onLoad);
    this.brush = new Brush(onChange, onRelease);
    this.kinds = chipRow({
      type: "radio",
      group: "noise",
      names,
      pick: (kind) => this.choose(kind),
    });
    this.slider = slider({
      min: "0",
      max: String(MAX_NOISE),
      step: "0.01",
      "data-testid": "strength",
    });
    this.slider.oninput = () => {
      this.strength = Number(this.slider.value);
      this.showStrength();
      onChange();
    };
    this.slider.onchange = this.slider.onpointerup = () => onRelease();
    this.places = chipRow({
      type: "radio",
      group: "where",
      names: ["everywhere", "paint"],
      pick: (place) => {
        this.set({ painted: place === "paint" });
        if (this.painted) this.brush.board.scrollIntoView({ block: "nearest" });
      },
    });
    this.wipe = element("button", { type: "button", "data-testid": "noise-wipe" });
    this.wipe.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${CROSS}"/></svg>`;
    this.wipe.onclick = () => this.brush.wipe();
    this.again = element("button", {
      type: "button",
      class: "text",
      "data-testid": "noise-again",
    });
    this.again.onclick = () => this.another();
    this.amount = element("output");
    this.about = element("div", { class: "about" });
    this.title = element("div", { class: "title" });
    this.strengthName = element("span");
    this.more = element(
      "div",
      { class: "more" },
      element("label", { class: "scrub" }, this.strengthName, this.slider, this.amount),
      element("div", { class: "row" }, this.places.row, this.wipe, this.again),
      this.about,
    );
    this.controls = element("section", {}, this.title, this.kinds.row, this.more);
  }

  /**
   * Sets the translated texts of the controls.
   * @param {NoiseTexts} text
   * @param {NumberFormat} format
   */
  name(text, format) {
    this.text = text;
    this.format = format;
    this.title.textContent = text.noise ?? "";
    this.strengthName.textContent = text.strength ?? "";
    setAttribute(this.slider, "aria-label", text.strength);
    this.kinds.name(text.noise, text.noises);
    this.places.name(text.where, text);
    this.again.textContent = text.again ?? "";
    setAttribute(this.wipe, "aria-label", text.wipe);
    setAttribute(this.wipe, "title", text.wipe);
    this.refresh();
  }

  /**
   * Loads the random numbers of the available noise patterns; without noise, only those that the
   * first choice of a noise needs.
   * @param {NoiseFile[]} files
   */
  load(files) {
    this.fields.files = files;
    this.fields.load((seed) => this.seen || seed === this.seed);
  }

  /** @param {NoiseSettings} settings  to show and to apply */
  take({ kind, strength, seed, mask }) {
    this.kind = kind;
    this.strength = strength;
    this.seed = seed;
    const painted = mask === null ? null : readMask(mask);
    this.painted = painted !== null;
    if (painted) this.brush.mask.set(painted);
    this.refresh();
  }

  /** @returns {NoiseSettings} */
  settings() {
    const { kind, strength, seed } = this;
    return { kind, strength, seed, mask: this.painted ? writeMask(this.brush.mask) : null };
  }

  /**
   * The input of the models: the digit with noise.
   * @param {Float32Array} x  (784) in [0, 1]
   * @returns {Float32Array}  (784)
   */
  apply(x) {
    if (this.kind === NO_NOISE) return x;
    const field = this.field;
    if (this.loading) return x;
    const where = this.painted ? Float32Array.from(this.brush.mask) : null;
    return damage(x, this.kind, this.strength, field, where);
  }

  /** Whether the damage draws random numbers. */
  get isNoise() {
    return NOISES.includes(/** @type {Noise} */ (this.kind));
  }

  /** The random numbers of this noise; null if it has none, or until they are loaded. */
  get field() {
    return this.isNoise ? this.fields.find(this.seed, /** @type {Noise} */ (this.kind)) : null;
  }

  /** Whether the random numbers of this noise are still loading. */
  get loading() {
    return this.isNoise && !this.field;
  }

  /** Whether a noisy picture is shown. */
  get seen() {
    return this.kind !== NO_NOISE;
  }

  // ---- what the visitor does

  /** @param {{ strength?: number, seed?: number, painted?: boolean }} changes */
  set(changes) {
    Object.assign(this, changes);
    this.load(this.fields.files);
    this.refresh();
    this.onChange();
    this.onRelease();
  }

  /**
   * Chooses a kind; a strength is carried over as a share of the largest one.
   * @param {NoiseKind} kind
   */
  choose(kind) {
    const share = this.strength / this.most;
    this.kind = kind;
    this.set({ strength: Math.round(100 * share * this.most) / 100 });
  }

  /** The largest strength of the chosen kind. */
  get most() {
    return this.strongest?.[this.kind] ?? MAX_NOISE;
  }

  /** Chooses the next noise pattern; Python then sends the one after it. */
  another() {
    const seed = this.fields.after(this.seed);
    if (seed !== null) this.set({ seed });
  }

  /** Updates the controls to the settings. */
  refresh() {
    this.kinds.inputs[this.kind].checked = true;
    this.places.inputs[this.painted ? "paint" : "everywhere"].checked = true;
    this.more.hidden = !this.seen;
    this.wipe.hidden = !this.painted;
    setText(this.about, this.text?.hint ?? "");
    this.about.hidden = !this.painted;
    this.again.hidden = !this.isNoise;
    setAttribute(this.slider, "max", String(this.most));
    this.slider.value = String(this.strength);
    this.showStrength();
    this.brush.setOpen(this.seen && this.painted);
    setAttribute(
      this.brush.canvas,
      "aria-label",
      (this.painted ? this.text?.brush : this.text?.damaged) ?? "",
    );
  }

  /** Updates what stands beside the slider; the slider itself moves under the hand. */
  showStrength() {
    const written = this.format(this.strength, 2);
    setText(this.amount, written);
    setAttribute(this.slider, "aria-valuetext", written);
  }
}
