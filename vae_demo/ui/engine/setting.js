// A slider with its name and its value.
import { element, onRelease, setAttribute, setText } from "./dom.js";
import { slider } from "./slider.js";

/** @import { Field } from "./links.js" */

/**
 * @typedef {Object} Scale  the values at the places of a slider
 * @property {number} places  the last place; the first one is 0
 * @property {(place: number, field: Field) => number} valueAt
 * @property {(value: number, field: Field) => number} placeOf
 */

const SQUARE_PLACES = 100;

/** From 0 to the largest value, which grows with the square of the place. @type {Scale} */
export const SQUARE = {
  places: SQUARE_PLACES,
  valueAt: (place, { high, decimals }) =>
    Number((high * (place / SQUARE_PLACES) ** 2).toFixed(decimals)),
  placeOf: (value, { high }) => SQUARE_PLACES * Math.sqrt(value / high),
};

/**
 * Even steps of the logarithm.
 * @param {number} places  the last place
 * @param {number} digits  to which values are rounded
 * @param {number} [least]  the least value above 0, which is then at the first place; without it,
 *   the first place is the lower bound of the field
 * @returns {Scale}
 */
export function logarithmic(places, digits, least) {
  const first = least === undefined ? 0 : 1; // the place of the least value above 0
  const from = (/** @type {Field} */ { low }) => least ?? low;
  return {
    places,
    valueAt(place, field) {
      if (place < first) return 0;
      const share = (place - first) / (places - first);
      const value = from(field) * (field.high / from(field)) ** share;
      return Number(value.toPrecision(digits));
    },
    placeOf(value, field) {
      if (value < from(field)) return 0;
      const share = Math.log(value / from(field)) / Math.log(field.high / from(field));
      return first + (places - first) * share;
    },
  };
}

/** Learning rates from 0.0001 to 100: 1, 3, 10, 30 and so on. */
export const LEARNING_RATES = logarithmic(12, 1);

/** A slider whose places stand for values of a field of the link. */
export class Setting {
  /** @type {Field} */
  field = { kind: "number", low: 0, high: 1, largest: 1, decimals: 0 };

  /**
   * @param {string} testid
   * @param {Scale} scale
   * @param {(value: number) => void} move  called while the visitor moves it
   * @param {() => void} release  called when the visitor releases it
   */
  constructor(testid, scale, move, release) {
    this.scale = scale;
    const max = String(scale.places);
    this.input = slider({ min: "0", max, step: "1", "data-testid": testid });
    this.input.oninput = () => move(this.value);
    onRelease(this.input, release);
    this.name = element("span");
    this.output = element("output", { "aria-hidden": "true" });
    const track = element("span", { class: "track" }, this.input);
    this.root = element("label", { class: "setting" }, this.name, this.output, track);
  }

  /** The value at the slider's place. */
  get value() {
    return this.scale.valueAt(Number(this.input.value), this.field);
  }

  /**
   * Shows a value.
   * @param {number} value
   * @param {Field} field  of the link
   * @param {string} written  the value as text
   * @param {string} name
   */
  show(value, field, written, name) {
    this.field = field;
    setText(this.name, name);
    setText(this.output, written);
    setAttribute(this.input, "aria-label", name);
    setAttribute(this.input, "aria-valuetext", written);
    if (this.value !== value) this.input.value = String(this.scale.placeOf(value, field));
  }
}
