// The result of making a lesson: its link, its QR code, and a preview.
import { element, setAttribute, setText } from "../../engine/dom.js";

/** @import { MakerData } from "./part.js" */

const SHOWN = 2000; // milliseconds for which it is said that the link is copied

export class Share {
  field = element("input", { type: "text", readonly: "", "data-testid": "make-link" });
  copy = element("button", { type: "button", class: "text first", "data-testid": "make-copy" });
  code = element("button", { type: "button", class: "text", "data-testid": "make-code" });
  preview = element("a", { class: "button", target: "_blank", "data-testid": "make-preview" });
  picture = element("img", { "data-testid": "make-picture", hidden: "" });
  about = element("p", { class: "about" });
  kept = element("p", { class: "about" });
  row = element("div", { class: "row" }, this.field, this.copy, this.code, this.preview);
  root = element("div", { class: "share" }, this.row, this.about, this.picture, this.kept);
  timer = 0;

  constructor() {
    this.field.onfocus = () => this.field.select();
    this.code.onclick = () => {
      this.picture.hidden = !this.picture.hidden;
      setAttribute(this.code, "aria-pressed", String(!this.picture.hidden));
    };
  }

  /** @param {MakerData} data @param {boolean} steps  whether there are any */
  show({ text, link, code, dense, length, preview }, steps) {
    this.row.hidden = !link || !steps;
    this.field.value = link;
    setAttribute(this.field, "aria-label", text.copy);
    setText(this.copy, text.copy);
    this.copy.onclick = async () => {
      setText(this.copy, (await this.copied()) ? text.copied : text.failed);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => setText(this.copy, text.copy), SHOWN);
    };
    setText(this.code, text.code);
    this.code.hidden = !code;
    setText(this.preview, text.preview);
    setAttribute(this.preview, "href", preview);
    setAttribute(this.picture, "src", code);
    setAttribute(this.picture, "alt", text.code_alt);
    if (!code || this.row.hidden) this.picture.hidden = true;
    setAttribute(this.code, "aria-pressed", String(!this.picture.hidden));
    setText(this.about, [length, !code ? text.too_dense : dense ? text.dense : ""].join(" "));
    this.about.hidden = this.row.hidden;
    setText(this.kept, text.kept);
  }

  /** Copies the link. @returns {Promise<boolean>}  whether that succeeded */
  async copied() {
    try {
      await navigator.clipboard.writeText(this.field.value);
      return true;
    } catch {
      this.field.select(); // the API is missing over plain http and in frames of other sites
      return document.execCommand("copy");
    }
  }
}
