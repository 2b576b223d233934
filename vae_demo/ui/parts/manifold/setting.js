// A slider with its name and its value.
import { element, onRelease, setAttribute, setText } from "../../engine/dom.js";
import { slider } from "../../engine/slider.js";

/** A slider from 0 to a largest value, which grows with the square of the slider's place. */
export class Setting {
  largest = 1;
  decimals = 0;

  /**
   * @param {string} testid
   * @param {(value: number) => void} move  called while the visitor moves it
   * @param {() => void} release  called when the visitor releases it
   */
  constructor(testid, move, release) {
    this.input = slider({ min: "0", max: "1", step: "0.01", "data-testid": testid });
    this.input.oninput = () => move(this.value);
    onRelease(this.input, release);
    this.name = element("span");
    this.output = element("output", { "aria-hidden": "true" });
    this.root = element("label", { class: "setting" }, this.name, this.output, this.input);
  }

  /** The value at the slider's place. */
  get value() {
    return Number((this.largest * Number(this.input.value) ** 2).toFixed(this.decimals));
  }

  /**
   * Shows a value.
   * @param {number} value
   * @param {number} largest
   * @param {number} decimals  to which values are rounded
   * @param {string} written  the value as text
   * @param {string} name
   */
  show(value, largest, decimals, written, name) {
    this.largest = largest;
    this.decimals = decimals;
    setText(this.name, name);
    setText(this.output, written);
    setAttribute(this.input, "aria-label", name);
    setAttribute(this.input, "aria-valuetext", written);
    if (this.value !== value) this.input.value = String(Math.sqrt(value / largest));
  }
}
