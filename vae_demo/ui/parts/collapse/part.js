// The part "collapse": two trainings from the same seed beside each other, one of them ill. A bar shows
// the rate of each latent at the epoch of the slider. When the visitor releases a control, the view is
// sent to Python.
import { chipRow } from "../../engine/chips.js";
import {
  DIGIT_PIXELS,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
  throttled,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { numberFormat, shortFormat } from "../../engine/number_format.js";
import { Player } from "../../engine/player.js";
import { placeOf } from "../../engine/snapshots.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { Curves } from "./drawings.js";
import { History } from "./history.js";
import { Panel } from "./panel.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const ROUND = { forward: 7000, rest: 4000, back: 700, pause: 300, eased: false };
const TEXT_PACE = 80; // milliseconds between two updates of texts and pictures
const MORE = 1.5; // a cure helps if it has this many times the active latents, and two more
const SIDES = /** @type {const} */ (["ill", "cured"]);

/**
 * @typedef {Object} CollapseData
 * @property {LinkData} view
 * @property {Object<string, Object<string, string>>} trainings  cause -> cure, or "", -> training
 * @property {Object<string, FileAddress>} files  training -> its history
 * @property {Object<string, Object<string, string>>} settings  as `trainings`, in words
 * @property {string} originals  base64 of ten digits
 * @property {number} silent  nats; a latent with a smaller rate says next to nothing
 * @property {Object<string, any>} text
 * @property {string} language
 */

export default mountPart(
  STYLES,
  /** @param {CollapseData} data */ (data) => new Collapse(data),
  "view",
);

class Collapse {
  view = new LinkView();
  panels = { ill: new Panel("ill"), cured: new Panel("cured") };
  curves = { rate: new Curves(), loss: new Curves() };
  why = element("p");
  how = element("p");
  verdict = element("p", { class: "verdict", role: "status", "data-testid": "verdict" });
  epoch = element("span", { class: "epoch", "aria-hidden": "true" });
  titles = { cause: element("div", { class: "title" }), cure: element("div", { class: "title" }) };
  most = 1; // nats, the rate of a bar of full height; early ones may be larger and are cut off
  shown = ""; // the trainings that are shown
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  /** @param {CollapseData} data */
  constructor(data) {
    this.data = data;
    this.causes = chipRow({
      type: "radio",
      group: "cause",
      names: Object.keys(data.text.causes),
      pick: (cause) => this.choose({ cause }),
    });
    this.cures = chipRow({
      type: "radio",
      group: "cure",
      names: Object.keys(data.text.cures),
      pick: (cure) => this.choose({ cure }),
    });
    this.texts = throttled(
      TEXT_PACE,
      () => this.paint(),
      () => this.say(),
    );
    this.player = new Player({
      testid: "collapse",
      round: ROUND,
      play: (data.view.link.at ?? null) === null,
      show: (place) => this.draw(place),
      settle: (place) => {
        this.texts.now();
        this.report(place);
      },
    });
    const curved = element(
      "div",
      { class: "curved" },
      this.curves.rate.root,
      this.curves.loss.root,
    );
    this.player.slider.replaceWith(curved); // the curves are aligned with the slider
    curved.append(this.player.slider);
    this.player.row.append(this.epoch);
    this.player.wait(false);
    this.player.follow(1, 1, data.text); // its controls have their names before the histories come
    const { titles, causes, cures, why, how, panels, player, verdict } = this;
    this.root = element(
      "div",
      { class: "collapse layer" },
      element(
        "div",
        { class: "choices" },
        element("section", {}, titles.cause, causes.row, why),
        element("section", {}, titles.cure, cures.row, how),
      ),
      element("div", { class: "pair" }, panels.ill.root, panels.cured.root),
      player.row,
      verdict,
    );
    this.player.watch(this.root);
  }

  leave() {
    this.player.leave();
  }

  get cause() {
    return this.view.values.cause;
  }

  /** The chosen cure, or the first one if the cause does not have it. */
  get cure() {
    const known = Object.keys(this.data.trainings[this.cause]).filter(Boolean);
    const { cure } = this.view.values;
    return known.includes(cure) ? cure : known[0];
  }

  /** @param {CollapseData} data */
  follow(data) {
    this.data = data;
    const renewed = this.view.follow(data.view);
    this.label();
    this.load(renewed);
  }

  /** @param {Object<string, string>} choice */
  choose(choice) {
    Object.assign(this.view.values, choice);
    this.label();
    this.load(false);
    this.report(this.player.place());
  }

  /**
   * Loads the two histories and shows them.
   * @param {boolean} renewed  whether Python has set the view
   */
  async load(renewed) {
    const names = this.data.trainings[this.cause];
    const wanted = { ill: names[""], cured: names[this.cure] };
    const key = `${wanted.ill} ${wanted.cured}`;
    if (key !== this.shown) {
      this.shown = key;
      this.root.setAttribute("aria-busy", "true");
      const files = await Promise.all(
        SIDES.map((side) => fetchFile(this.data.files[wanted[side]])),
      );
      if (key !== this.shown) return;
      SIDES.forEach((side, i) => {
        this.panels[side].history = new History(files[i]);
      });
      this.enter();
    }
    const { history } = this.panels.ill;
    if (!history) return;
    const { at } = this.view.values;
    this.player.wait(true);
    this.player.follow(history.last, 1, this.data.text);
    if (renewed) {
      if (at === null) this.player.go(0);
      else this.player.go(placeOf(/** @type {any} */ (history), at) / history.last);
      this.player.play(at === null && this.player.playing);
      this.player.draw();
    }
    this.texts.now();
    this.root.removeAttribute("aria-busy");
  }

  /** Fits scales and curves to two other histories. */
  enter() {
    const [ill, cured] = SIDES.map((side) => /** @type {History} */ (this.panels[side].history));
    const ends = [ill, cured].flatMap((h) => [...h.ratesAt(h.last), ...h.ratesAt(h.last - 1)]);
    this.most = Math.max(1.1 * Math.max(...ends), 2 * this.data.silent);
    /** @param {(losses: { rate: number, sum: number }) => number} of */
    const both = (of) => {
      const [i, c] = [ill, cured].map((h) => h.epochs.map((_, place) => of(h.lossesAt(place))));
      return { ill: i, cured: c };
    };
    this.curves.rate.follow(both(({ rate }) => rate));
    this.curves.loss.follow(both(({ sum }) => Math.log(sum)));
    this.player.length = ill.last;
  }

  // ---- what is shown

  /** Sets all texts that do not depend on the epoch. */
  label() {
    const { text, settings } = this.data;
    const { cause, cure, panels } = this;
    this.causes.name(text.cause, text.causes);
    this.cures.name(text.cure, text.cures);
    this.causes.inputs[cause].checked = true;
    this.cures.inputs[cure].checked = true;
    for (const [name, input] of Object.entries(this.cures.inputs)) {
      /** @type {HTMLElement} */ (input.parentElement).hidden = !(name in settings[cause]);
    }
    setText(this.titles.cause, text.cause);
    setText(this.titles.cure, text.cure);
    setText(this.why, text.why[cause]);
    setText(this.how, text.how[cure]);
    setText(panels.ill.name, text.ill);
    setText(panels.cured.name, filled(text.cured, { name: text.cures[cure] }));
    setText(panels.ill.settings, settings[cause][""]);
    setText(panels.cured.settings, settings[cause][cure]);
    const originals = fromBase64(this.data.originals);
    for (const side of SIDES) {
      panels[side].originals.forEach((canvas, i) => {
        paintDigit(canvas, originals.subarray(i * DIGIT_PIXELS, (i + 1) * DIGIT_PIXELS));
        setAttribute(canvas, "aria-label", filled(text.original, { digit: i }));
        setAttribute(panels[side].digits[i], "aria-label", filled(text.strip, { digit: i }));
      });
    }
  }

  /** @param {number} place */
  draw(place) {
    const { ill, cured } = this.panels;
    if (!ill.history || !cured.history) return;
    for (const { bars, history } of [ill, cured]) {
      if (history) bars.draw(history.ratesAt(place), this.most, this.data.silent);
    }
    const [a, b] = [ill.history.lossesAt(place), cured.history.lossesAt(place)];
    this.curves.rate.draw(place, { ill: a.rate, cured: b.rate });
    this.curves.loss.draw(place, { ill: Math.log(a.sum), cured: Math.log(b.sum) });
    this.texts();
  }

  paint() {
    const place = this.player.place();
    for (const side of SIDES) this.panels[side].paint(place);
  }

  /** Shows the numbers of the moment, and what they say of the cure. */
  say() {
    const { text, language, silent } = this.data;
    const n = numberFormat(language);
    const place = this.player.place();
    const { ill, cured } = this.panels;
    if (!ill.history || !cured.history) return;
    for (const side of SIDES) {
      const { history, active, numbers, bars } = this.panels[side];
      if (!history) continue;
      const { distortion, rate, sum } = history.lossesAt(place);
      const count = this.panels[side].count(place, silent);
      const words = {
        active: n(count, 0),
        latents: n(history.latents, 0),
        silent: n(silent, 1),
        distortion: n(distortion, 1),
        rate: n(rate, 1),
        sum: n(sum, 1),
      };
      setText(active, filled(text.active, words));
      setText(numbers, filled(text.numbers, words));
      setText(bars.most, filled(text.most, { most: n(this.most, 1) }));
      setAttribute(bars.root, "aria-label", filled(text.bars, words));
      this.root.dataset[side] = String(count);
    }
    const [a, b] = [ill.history.lossesAt(place), cured.history.lossesAt(place)];
    const rates = { ill: n(a.rate, 1), cured: n(b.rate, 1) };
    const sums = { ill: n(a.sum, 1), cured: n(b.sum, 1) };
    setText(this.curves.rate.label, filled(text.rate, rates));
    setText(this.curves.loss.label, filled(text.loss, sums));
    const name = filled(text.epoch, { at: shortFormat(language)(ill.history.epochAt(place)) });
    setText(this.epoch, name);
    setAttribute(this.player.slider, "aria-valuetext", name);
    this.root.dataset.shown = this.shown;
    this.judge(n);
  }

  /** @param {(value: number, decimals: number) => string} n */
  judge(n) {
    const { text, silent } = this.data;
    const { ill, cured } = this.panels;
    if (!ill.history || !cured.history) return;
    const end = ill.history.last;
    const [before, after] = [ill.count(end, silent), cured.count(end, silent)];
    const [a, b] = [ill.history.lossesAt(end).sum, cured.history.lossesAt(end).sum];
    const more = after >= MORE * before && after >= before + 2;
    const kind = b > a && after > before ? "needless" : more ? "helped" : "useless";
    const words = { ill: n(before, 0), cured: n(after, 0), before: n(a, 1), after: n(b, 1) };
    const latents = n(cured.history.latents, 0);
    setText(this.verdict, filled(text[kind], { ...words, latents }));
    this.verdict.dataset.kind = kind;
  }

  /** @param {number} place */
  report(place) {
    const { history } = this.panels.ill;
    if (!history) return;
    const { values } = this.view;
    values.cure = this.cure;
    values.at = this.player.playing ? null : Math.round(1000 * history.epochAt(place)) / 1000;
    this.send(this.view.message());
  }
}
