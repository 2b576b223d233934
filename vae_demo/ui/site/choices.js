// The controls of the static pages around their parts.
import { element } from "../engine/dom.js";

/**
 * A select box for one of several names.
 * @param {string} label
 * @param {Object<string, string>} options  name -> what is shown
 * @param {string} chosen
 * @param {function(string): void} choose
 * @returns {HTMLElement}
 */
export function box(label, options, chosen, choose) {
  const choices = Object.entries(options).map(([name, shown]) =>
    element("option", { value: name }, shown),
  );
  const select = element("select", {}, ...choices);
  select.value = chosen;
  select.onchange = () => choose(select.value);
  return element("label", {}, label, select);
}

/**
 * Check boxes for several names.
 * @param {string} label
 * @param {Object<string, string>} options  name -> what is shown
 * @param {string[]} checked
 * @param {function(string[]): void} choose  called with the checked names, in order
 * @returns {HTMLElement}
 */
export function checks(label, options, checked, choose) {
  const inputs = Object.keys(options).map((name) => {
    const input = element("input", { type: "checkbox", value: name });
    input.checked = checked.includes(name);
    input.onchange = () => choose(inputs.filter((i) => i.checked).map((i) => i.value));
    return input;
  });
  const rows = inputs.map((input) =>
    element("label", { class: "check" }, input, options[input.value]),
  );
  return element("fieldset", {}, element("legend", {}, label), ...rows);
}
