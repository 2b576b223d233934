// A picture with its name, what the classifier reads, and a table of what is measured.
import { digitCanvas, element, paintDigit, setAttribute, setText } from "../../engine/dom.js";

/**
 * @typedef {Object} Row
 * @property {string} found
 * @property {string} [target]
 * @property {boolean} [near]  whether what is found is near the target
 * @property {boolean} [wide]  whether the label takes two columns, since there is no target
 */

export class Answer {
  label = element("div", { class: "label" });
  reading = element("div", { class: "reading" });
  /** @type {Map<string, { root: HTMLElement, cells: HTMLElement[] }>} */
  lines = new Map();

  /**
   * @param {Object<string, string>} attributes  of the canvas
   * @param {boolean} [targets]  whether there is a column of targets
   */
  constructor(attributes, targets = true) {
    this.heads = Array.from({ length: targets ? 2 : 1 }, () => element("th", { scope: "col" }));
    const heads = [element("td"), ...this.heads, ...(targets ? [] : [element("td")])];
    this.table = element("table", {}, element("tr", { class: "heads" }, ...heads));
    this.canvas = digitCanvas(attributes);
    this.root = element("figure", {}, this.label, this.canvas, this.reading, this.table);
  }

  /**
   * @param {string} name
   * @param {string[]} heads  of what is found, and of the target if there is one
   */
  name(name, heads) {
    setText(this.label, name);
    setAttribute(this.canvas, "aria-label", name);
    heads.forEach((head, i) => setText(this.heads[i], head));
  }

  /** @param {ArrayLike<number>} pixels  (784) in 0 to 255 */
  paint(pixels) {
    paintDigit(this.canvas, pixels);
  }

  /** @param {string} text @param {boolean} same  whether it is still the same digit */
  read(text, same) {
    setText(this.reading, text);
    this.reading.classList.toggle("wrong", !same);
  }

  /**
   * Shows a row of the table.
   * @param {string} name
   * @param {string} label
   * @param {Row} row
   * @param {boolean} held  whether the handle of this row is in the visitor's hand
   */
  row(name, label, { found, target, near, wide }, held) {
    let line = this.lines.get(name);
    if (!line) {
      const cells = [element("th", { scope: "row", colspan: wide ? "2" : "1" }), element("td")];
      if (!wide) cells.push(element("td"));
      line = { root: element("tr", { "data-row": name }, ...cells), cells };
      this.lines.set(name, line);
      this.table.append(line.root);
    }
    const texts = [label, near ? `✓ ${found}` : found, target ?? ""];
    line.cells.forEach((cell, i) => setText(cell, texts[i]));
    line.root.classList.toggle("held", held);
  }
}
