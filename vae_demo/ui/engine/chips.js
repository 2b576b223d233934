// Chips: small buttons to choose one or several of a few named options. Each is a radio button or a
// check box, so that the arrow keys, Tab and the space bar work as usual.
import { element } from "./dom.js";

/**
 * @template {string} Name
 * @typedef {Object} Chips
 * @property {HTMLElement} row
 * @property {Record<Name, HTMLInputElement>} inputs  chip name -> its input
 * @property {(label?: string, texts?: Object<string, string>) => void} name  sets the translated
 *   texts of the row and its chips
 */

/**
 * A row of chips.
 * @template {string} Name
 * @param {Object} options
 * @param {"radio"|"checkbox"} options.type
 * @param {string} options.group  prefix of data-testid: "noise" and the name "gaussian" give
 *   "noise-gaussian"
 * @param {Name[]} options.names
 * @param {function(Name): void} options.pick  called with the name of the chip that the visitor
 *   changed
 * @param {function(?Name): void} [options.point]  called with the name of the chip under the
 *   pointer or with the focus, and with null when there is none
 * @returns {Chips<Name>}
 */
export function chipRow({ type, group, names, pick, point = () => {} }) {
  const inputs = /** @type {Record<Name, HTMLInputElement>} */ ({});
  const captions = /** @type {Record<Name, HTMLElement>} */ ({});
  const chips = names.map((name) => {
    const input = element("input", { type, name: group, "data-testid": `${group}-${name}` });
    const chip = element("label", { class: "chip" }, input, (captions[name] = element("span")));
    input.onchange = () => pick(name);
    input.onfocus = chip.onpointerenter = () => point(name);
    input.onblur = chip.onpointerleave = () => point(null);
    inputs[name] = input;
    return chip;
  });
  const row = element("div", { class: "chips", role: type === "radio" ? "radiogroup" : "group" });
  row.append(...chips);
  return {
    row,
    inputs,
    name(label, texts) {
      row.setAttribute("aria-label", label ?? "");
      for (const each of names) captions[each].textContent = texts?.[each] ?? "";
    },
  };
}
