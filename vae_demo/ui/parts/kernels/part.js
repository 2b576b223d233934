// The part "kernels": the kernels of a network by epoch, and what the unit under the pointer does.
import { arrowStep } from "../../engine/arrow_keys.js";
import { chipRow } from "../../engine/chips.js";
import { readSheet } from "../../engine/contact_sheet.js";
import { element, setAttribute, setText } from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { fixedFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { Player } from "../../engine/player.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { KernelMap } from "./kernel_map.js";
import { readKernels } from "./kernels.js";
import { UnitView } from "./unit_view.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { Kernels } from "./kernels.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const ROUND = { forward: 4000, rest: 2500, back: 1, pause: 800, eased: false }; // milliseconds

/**
 * @typedef {Object} KernelsData
 * @property {Object<string, Object<string, FileAddress[]>>} files  kind -> side -> one an epoch
 * @property {FileAddress} sheet  of the probe
 * @property {number[]} epochs
 * @property {Object<string, Object<string, [string, string][]>>} measured  kind -> side -> the
 *   numbers of each epoch, as written
 * @property {LinkData} view
 * @property {Object<string, any>} text
 * @property {string} language
 */

export default mountPart(STYLES, (data) => new KernelsPart(data), "view");

class KernelsPart {
  link = new LinkView();
  /** @type {Map<string, Kernels>} the files that are loaded, by their keys */
  loaded = new Map();
  /** @type {?Uint8Array}  (n * 784) the pixels of the probe, once they are loaded */
  digits = null;
  /** @type {?number}  the unit under the pointer */
  pointed = null;
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  /** @param {KernelsData} data */
  constructor(data) {
    this.data = data;
    this.frame = new OncePerFrame(() => this.draw());
    this.kinds = this.chips("kind");
    this.sides = this.chips("side");
    this.map = new KernelMap();
    this.view = new UnitView();
    this.player = new Player({
      testid: "kernels",
      round: ROUND,
      play: false,
      show: () => this.frame.ask(),
      settle: (place) => this.change({ at: Math.round(place) }),
    });
    this.epoch = element("output", { class: "epoch" });
    this.player.row.append(this.epoch);
    this.border = element("p", { class: "note border", "data-testid": "kernels-border" });
    const { canvas } = this.map;
    canvas.onpointermove = (event) => this.point(this.map.unitAt(event));
    canvas.onpointerleave = () => this.point(null);
    canvas.onclick = (event) => this.change({ unit: this.map.unitAt(event) });
    canvas.onkeydown = (event) => this.key(event);
    this.root = element(
      "div",
      { class: "kernels layer" },
      element(
        "div",
        {},
        element("div", { class: "head" }, this.kinds.row, this.sides.row),
        this.map.root,
        this.view.root,
        this.player.row,
        this.border,
      ),
    );
    this.player.watch(this.root);
    this.used = false; // by a hand or keys
    for (const event of ["pointermove", "pointerdown", "focusin"]) {
      this.root.addEventListener(event, () => this.use(), { once: true });
    }
  }

  use() {
    this.used = true;
    this.frame.ask();
  }

  /** @param {"kind"|"side"} name */
  chips(name) {
    return chipRow({
      type: "radio",
      group: `kernels-${name}`,
      names: Object.keys(this.data.text[`${name}s`]),
      pick: (picked) => this.change({ [name]: picked }),
    });
  }

  /** @param {KernelsData} data */
  follow(data) {
    this.data = data;
    const { text, language, epochs, view } = data;
    this.kinds.name(text.kind, text.kinds);
    this.sides.name(text.side, text.sides);
    setAttribute(this.map.canvas, "aria-label", text.map);
    this.view.name(text, fixedFormat(language, 4));
    const taken = this.link.follow(view);
    this.player.follow(epochs.length - 1, 1, { ...text });
    if (taken) this.player.go(this.values.at / this.player.length);
    this.player.draw();
    if (!this.digits) {
      fetchFile(data.sheet)
        .then(readSheet)
        .then(
          (digits) => {
            this.digits = digits;
            this.frame.ask();
          },
          () => {},
        );
    }
    this.frame.now();
  }

  /** The values of the view: kind, side, at and unit. */
  get values() {
    return this.link.values;
  }

  /** @param {Object<string, any>} values  that the visitor has chosen */
  change(values) {
    Object.assign(this.values, values);
    this.frame.ask();
    this.send(this.link.message());
  }

  /** @param {?number} unit */
  point(unit) {
    if (unit === this.pointed) return;
    this.pointed = unit;
    this.frame.ask();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = arrowStep(event);
    if (!step) return;
    event.preventDefault();
    this.pointed = null;
    this.change({ unit: this.map.moved(this.values.unit, step) });
  }

  /**
   * The kernels of a side after an epoch; null while they are loading.
   * @param {string} side
   * @param {number} at  place among the epochs
   * @param {string} [kind]  of autoencoder
   */
  kernels(side, at, kind = this.values.kind) {
    const address = this.data.files[kind][side][at];
    const found = this.loaded.get(address.key);
    if (found) return found;
    fetchFile(address).then(
      (file) => {
        this.loaded.set(address.key, readKernels(file));
        this.frame.ask();
      },
      () => {},
    );
    return null;
  }

  draw() {
    const { text, epochs, measured } = this.data;
    const { kind, side } = this.values;
    for (const [name, chips] of Object.entries({ kind: this.kinds, side: this.sides })) {
      chips.inputs[this.values[name]].checked = true;
    }
    const at = Math.round(this.player.place());
    const last = epochs.length - 1;
    const unit = this.pointed ?? this.values.unit;
    const shown = this.kernels(side, at);
    const encoder = this.kernels("encoder", at);
    const decoder = at === last ? this.kernels("decoder", at) : null;
    const rival = Object.keys(measured).find((name) => name !== kind) ?? kind;
    const other = shown && this.used ? this.kernels(side, at, rival) : null; // 0.4 MB
    const names = [text.kinds[kind], text.kinds[rival]];
    if (shown) this.map.draw(shown);
    this.map.choose(unit);
    const { digits } = this;
    const trained = at === last;
    this.view.draw({ unit, shown, other, names, encoder, decoder, digits, trained });
    const said = filled(text.epoch, { epoch: epochs[at] });
    setText(this.epoch, said);
    setAttribute(this.player.slider, "aria-valuetext", said);
    const [spread, kept] = measured[kind][side][at];
    const [other_spread, other_kept] = measured[rival][side][at];
    const words = { spread, kept, other: text.kinds[rival], other_spread, other_kept };
    setText(this.border, filled(text.border, words));
  }

  leave() {
    this.player.leave();
    this.frame.leave();
  }
}
