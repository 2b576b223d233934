// The controls beside the map, and what is measured.
import { chipRow } from "../../engine/chips.js";
import { element, setHidden, setText } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { learningRateFormat, magnitudeFormat, numberFormat } from "../../engine/number_format.js";
import { LEARNING_RATES, Setting, SQUARE } from "../../engine/setting.js";
import { CURVES } from "../../engine/toy_curves.js";

/**
 * @import { Chips } from "../../engine/chips.js"
 * @import { Field } from "../../engine/links.js"
 * @import { Distances } from "./plane_map.js"
 */

/** The curve that the visitor has drawn. */
export const DRAWN = "drawn";

const FAR = 100; // larger numbers are written with three digits

/** The names of each choice. */
const CHOICES = {
  curve: [...Object.keys(CURVES), DRAWN],
  kind: ["plain", "denoising", "contractive"],
  penalised: ["output", "code"],
  marks: ["arrows", "ellipses"],
};
const ROWS = /** @type {const} */ (["curve", "corners", "map"]); // of the distances

/** @typedef {keyof CHOICES} Choice */
/** @typedef {"noise"|"penalty"|"lr"} SettingName */

/**
 * @typedef {Object} Shown  what the controls show
 * @property {Object<string, any>} values  of the view
 * @property {Object<string, Field>} fields  of the link
 * @property {Object<string, any>} text
 * @property {string} language  for the format of numbers
 * @property {{ step: number, steps: number, loss: number }} progress
 * @property {Distances} distances
 * @property {string} note
 * @property {boolean} wrong  whether the note says what is wrong
 */

/** Choices, sliders and buttons; they show values, and call back when the visitor changes one. */
export class Controls {
  /**
   * @param {Object} on  callbacks
   * @param {(choice: Choice, name: string) => void} on.choose
   * @param {(name: SettingName, value: number) => void} on.move  a slider moves
   * @param {() => void} on.release  a slider is released
   * @param {() => void} on.draw  draw a curve
   * @param {() => void} on.again  train again
   */
  constructor(on) {
    /** @param {Choice} choice */
    const chips = (choice) => {
      const pick = (/** @type {string} */ name) => on.choose(choice, name);
      return chipRow({ type: "radio", group: choice, names: CHOICES[choice], pick });
    };
    const setting = (/** @type {SettingName} */ name, scale = SQUARE) =>
      new Setting(name, scale, (value) => on.move(name, value), on.release);
    /** @param {string} testid @param {() => void} onclick */
    const button = (testid, onclick) => {
      const made = element("button", { type: "button", class: "text", "data-testid": testid });
      made.onclick = onclick;
      return made;
    };
    /** @type {Record<Choice, Chips<string>>} */
    this.choices = {
      curve: chips("curve"),
      kind: chips("kind"),
      penalised: chips("penalised"),
      marks: chips("marks"),
    };
    this.settings = {
      noise: setting("noise"),
      penalty: setting("penalty"),
      lr: setting("lr", LEARNING_RATES),
    };
    this.drawCurve = button("draw-curve", on.draw);
    this.again = button("again", on.again);
    this.progress = element("output", { "data-testid": "progress" });
    this.note = element("p", { class: "note", role: "status" });
    const title = () => element("div", { class: "title" });
    this.titles = { curve: title(), kind: title(), penalised: title(), marks: title() };
    this.rows = ROWS.map((name) => ({ name, term: element("dt"), value: element("dd") }));
    const { choices, titles, settings } = this;
    this.penalty = element("section", {}, titles.penalised, choices.penalised.row);
    const rows = this.rows.flatMap(({ term, value }) => [term, value]);
    this.root = element(
      "div",
      { class: "side" },
      element("section", {}, titles.curve, choices.curve.row, this.drawCurve),
      element("section", {}, titles.kind, choices.kind.row),
      this.penalty,
      element("section", {}, ...Object.values(settings).map(({ root }) => root), this.note),
      element("div", { class: "row" }, this.again, this.progress),
      element("dl", { class: "distances" }, ...rows),
      element("section", {}, titles.marks, choices.marks.row),
    );
  }

  /**
   * Sets the translated texts.
   * @param {Object<string, any>} text
   */
  name(text) {
    for (const [choice, chips] of Object.entries(this.choices)) {
      chips.name(text[choice], text.choices[choice]);
    }
    for (const [name, title] of Object.entries(this.titles)) setText(title, text[name]);
    for (const { name, term } of this.rows) setText(term, text.distances[name]);
    setText(this.again, text.again);
    setText(this.drawCurve, text.draw);
  }

  /** @param {Shown} shown */
  show({ values, fields, text, language, progress, distances, note, wrong }) {
    const n = numberFormat(language);
    for (const [choice, chips] of Object.entries(this.choices)) {
      chips.inputs[values[choice]].checked = true;
    }
    const rate = learningRateFormat(language);
    for (const name of /** @type {SettingName[]} */ (["noise", "penalty", "lr"])) {
      const value = values[name];
      const written = name === "lr" ? rate(value) : n(value, fields[name].decimals);
      this.settings[name].show(value, fields[name], written, text[name]);
    }
    setHidden(this.settings.noise.root, values.kind !== "denoising");
    setHidden(this.settings.penalty.root, values.kind !== "contractive");
    setHidden(this.penalty, values.kind !== "contractive");
    setHidden(this.drawCurve, values.curve !== DRAWN);
    setText(this.note, note);
    this.note.classList.toggle("wrong", wrong);
    const far = magnitudeFormat(language);
    for (const { name, value } of this.rows) {
      setText(value, distances[name] < FAR ? n(distances[name], 2) : far(distances[name]));
    }
    const { step, steps, loss } = progress;
    const written = loss < FAR ? n(loss, 4) : far(loss || 0);
    const words = { step: n(step, 0), steps: n(steps, 0), loss: written };
    setText(this.progress, filled(text.progress, words));
  }
}
