// What the parts share where one or several of a few named things are chosen: small buttons, each
// a radio button or a check box, so that arrows, Tab and the space bar do what they always do.
import { element } from "./dom.js";

/**
 * A row of chips; `chips.inputs[name]` is each one's input.
 * @param {Object} options
 * @param {"radio"|"checkbox"} options.type
 * @param {string} options.group  "noise" makes data-testid "noise-gaussian" of a "gaussian"
 * @param {string[]} options.names
 * @param {function(string): void} options.pick  hears the name of a chip that a hand has changed
 * @param {function(?string): void} [options.point]  hears of a chip that is pointed at, and no more
 * @returns {{
 *   row: HTMLElement,
 *   inputs: Object<string, HTMLInputElement>,
 *   name: (label: string, texts: Object<string, string>) => void,
 * }}
 */
export function chipRow({ type, group, names, pick, point = () => {} }) {
  /** @type {Object<string, HTMLInputElement>} */
  const inputs = {};
  /** @type {Object<string, HTMLSpanElement>} */
  const captions = {};
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
    /** Puts the translated texts on the row and its chips. */
    name(label, texts) {
      row.setAttribute("aria-label", label ?? "");
      for (const each of names) captions[each].textContent = texts?.[each] ?? "";
    },
  };
}
