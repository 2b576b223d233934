// Which controls of the page pupils see: a list with check boxes, and the page shows what they do.
import { element, setText } from "../../engine/dom.js";
import { controlsOfPage } from "../../engine/page_controls.js";

/** @import { Control } from "../../engine/page_controls.js" */

const AGAIN = 500; // milliseconds between two looks at the page, whose parts come and go

export class ControlChoice {
  timer = 0;
  /** @type {Control[]} */
  found = [];
  /** @type {string[]} */
  hidden = [];
  /** @type {Record<string, string>} */
  text = {};
  summary = element("summary", { "data-testid": "make-controls" });
  all = element("button", { type: "button", class: "text" });
  none = element("button", { type: "button", class: "text", "data-testid": "make-none" });
  row = element("div", { class: "row" }, this.none, this.all);
  list = element("div", { class: "controls" });
  root = element("details", {}, this.summary, this.row, this.list);

  /** @param {(hidden: string[]) => void} change  called with all controls that are to be hidden */
  constructor(change) {
    this.change = change;
    this.root.ontoggle = () => {
      clearInterval(this.timer);
      if (this.root.open) this.timer = setInterval(() => this.look(), AGAIN);
      this.look();
    };
    this.all.onclick = () => this.change([]);
    this.none.onclick = () => {
      this.look();
      this.change(this.single);
    };
  }

  /** @param {string[]} hidden @param {Record<string, string>} text */
  show(hidden, text) {
    this.hidden = hidden;
    this.text = text;
    this.look();
  }

  leave() {
    clearInterval(this.timer);
  }

  /** Lists what is on the page now. */
  look() {
    const { text, hidden } = this;
    setText(this.all, text.all ?? "");
    setText(this.none, text.nothing ?? "");
    setText(
      this.summary,
      hidden.length
        ? `${text.controls} · ${text.shown.replace("{count}", String(hidden.length))}`
        : text.controls,
    );
    this.all.hidden = !hidden.length;
    if (!this.root.open) return;
    const { sentence: answer, try: tries, link, part, menu, behind } = text;
    const found = controlsOfPage({ answer, try: tries, link, part, menu, behind });
    const same =
      found.length === this.found.length &&
      found.every(({ id }, index) => id === this.found[index].id);
    this.found = found;
    if (!same) this.list.replaceChildren(...found.map(({ id }) => this.box(id)));
    for (const [index, { id, label }] of found.entries()) {
      const [input, name] = this.list.children[index].children;
      /** @type {HTMLInputElement} */ (input).checked = !hidden.includes(id);
      setText(name, label);
    }
  }

  /** All controls but those that hold others. */
  get single() {
    const ids = this.found.map(({ id }) => id);
    return ids.filter((id) => !ids.some((other) => other.startsWith(`${id}/`)));
  }

  /** @param {string} id */
  box(id) {
    const input = element("input", { type: "checkbox", "data-testid": `see-${id}` });
    input.onchange = () => {
      const others = this.hidden.filter((each) => each !== id);
      this.change(input.checked ? others : [...others, id]);
    };
    const name = element(
      "label",
      { class: id.includes("/") ? "inside" : "" },
      input,
      element("span"),
    );
    /** @param {boolean} on */
    const mark = (on) => {
      const elements = this.found.find((each) => each.id === id)?.elements ?? [];
      for (const each of elements) each.style.outline = on ? "3px solid #e07000" : "";
    };
    name.onpointerenter = input.onfocus = () => mark(true);
    name.onpointerleave = input.onblur = () => mark(false);
    return name;
  }
}
