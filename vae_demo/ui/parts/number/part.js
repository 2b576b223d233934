// The part "number": a field for a number. Python reads what was typed, so that both decimal marks
// count and a number out of bounds is answered in the visitor's language.
import { element, setAttribute, setText } from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);
const LESS = "M6 12h12";
const MORE = "M6 12h12M12 6v12";

/**
 * @typedef {Object} NumberData
 * @property {string} label
 * @property {string} text  of the field
 * @property {string} error  what is wrong with the text, or nothing
 * @property {number} value  the last valid number
 * @property {number} low
 * @property {number} high
 * @property {boolean} whole  with buttons for one less and one more
 * @property {string} less  name of a button
 * @property {string} more
 */

export default mountPart(STYLES, () => new NumberField(), "typed");

class NumberField {
  /** @type {?NumberData} */
  data = null;
  /** @type {?string}  what Python gave or was given last; null where its answer is to be shown */
  known = null;
  label = element("label", { for: "field" });
  input = element("input", {
    id: "field",
    type: "text",
    role: "spinbutton",
    autocomplete: "off",
    maxlength: "60",
    "aria-describedby": "error",
  });
  less = stepButton(LESS);
  more = stepButton(MORE);
  box = element("div", { class: "box" }, this.input, this.less, this.more);
  error = element("p", { id: "error", role: "alert" });
  root = element("div", { class: "number" }, this.label, this.box, this.error);
  /** @type {(message: { text: string, at: number }) => void} given by `mountPart` */
  send = () => {};

  constructor() {
    this.input.onchange = () => this.commit();
    this.input.onkeydown = (event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (event.key === "Enter") this.commit();
      else if (step && this.data?.whole) {
        event.preventDefault();
        this.step(step);
      }
    };
    this.less.onclick = () => this.step(-1);
    this.more.onclick = () => this.step(1);
  }

  /** @param {NumberData} data */
  follow(data) {
    this.data = data;
    setText(this.label, data.label);
    setText(this.error, data.error);
    this.error.hidden = !data.error;
    setAttribute(this.input, "inputmode", data.whole ? "numeric" : "decimal");
    setAttribute(this.input, "aria-invalid", data.error ? "true" : null);
    setAttribute(this.input, "aria-valuemin", String(data.low));
    setAttribute(this.input, "aria-valuemax", String(data.high));
    setAttribute(this.input, "aria-valuenow", data.error ? null : String(data.value));
    for (const button of [this.less, this.more]) {
      const [name, end] = button === this.less ? [data.less, data.low] : [data.more, data.high];
      button.hidden = !data.whole;
      setAttribute(button, "aria-label", name);
      setAttribute(button, "aria-disabled", data.value === end ? "true" : null);
    }
    if (data.text !== this.known) this.input.value = data.text; // what is being typed stays
    this.known = data.text;
  }

  commit() {
    if (this.input.value === this.known) return;
    this.known = null;
    this.send({ text: this.input.value, at: Date.now() });
  }

  /** @param {number} by */
  step(by) {
    if (!this.data) return;
    const { value, low, high } = this.data;
    const typed = this.input.value.trim();
    const from = /^[+-]?\d+$/.test(typed) ? Number(typed) : value;
    this.input.value = String(Math.min(Math.max(from + by, low), high));
    this.commit();
  }
}

/** @param {string} path */
function stepButton(path) {
  const button = element("button", { type: "button", tabindex: "-1" });
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
  return button;
}
