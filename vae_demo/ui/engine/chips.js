// What the parts share where one or several of a few named things are chosen: small buttons, each
// a radio button or a check box, so that arrows, Tab and the space bar do what they always do.
import { element } from "./dom.js";

/**
 * @template {string} Name
 * @typedef {Object} Chips
 * @property {HTMLElement} row
 * @property {Record<Name, HTMLInputElement>} inputs  by the chips' names
 * @property {(label?: string, texts?: Object<string, string>) => void} name  writes the translated
 *   texts on the row and its chips
 */

/**
 * A row of chips.
 * @template {string} Name
 * @param {Object} options
 * @param {"radio"|"checkbox"} options.type
 * @param {string} options.group  "noise" makes data-testid "noise-gaussian" of a "gaussian"
 * @param {Name[]} options.names
 * @param {function(Name): void} options.pick  called with the name of a chip that the visitor has
 *   changed
 * @param {function(?Name): void} [options.point]  called with the name of a chip that is pointed at
 *   or has the focus, and with null afterwards
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
