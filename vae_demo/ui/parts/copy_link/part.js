// The part "copy_link": a button that copies the address of the page, which stores what the page
// shows, and one that opens the same address to make a lesson of it.
import { element, setAttribute, setText } from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const SHOWN = 2000; // milliseconds for which the result is shown
const CAP = "M3 10l9-4.5L21 10l-9 4.5L3 10ZM7 12.2V16c2.6 2 7.4 2 10 0v-3.8M21 10v5";
const CHAIN =
  "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.5 1.5M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.5-1.5";

/** @typedef {"copy"|"copied"|"failed"} State  what the button offers, or what came of it */

export default mountPart(STYLES, () => new LinkButton());

class LinkButton {
  /** @type {State} */
  state = "copy";
  timer = 0; // the timer that restores the label of the button
  /** @type {Partial<Record<State, string>>} */
  text = {};
  status = element("span", { role: "status" });
  name = element("span");
  copy = element("button", { type: "button", class: "link", "data-testid": "copy-link" });
  make = element("button", { type: "button", class: "link make", "data-testid": "make-lesson" });
  root = element("div", { class: "links" }, this.make, this.copy);

  constructor() {
    this.copy.innerHTML = icon(CHAIN);
    this.copy.append(this.status);
    this.make.innerHTML = icon(CAP);
    this.make.append(this.name);
    this.make.onclick = () => {
      const address = new URL(location.href);
      address.searchParams.set("making", "yes");
      location.assign(address);
    };
    this.copy.onclick = async () => {
      this.show((await copy(location.href)) ? "copied" : "failed");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.show("copy"), SHOWN);
    };
  }

  /** @param {{ text: Record<State, string> & { make?: string } }} data */
  follow({ text }) {
    this.text = text;
    setText(this.name, text.make ?? "");
    const address = new URL(location.href).searchParams;
    this.make.hidden = !text.make || address.has("lesson") || address.has("making");
    this.show(this.state);
  }

  /** @param {State} state */
  show(state) {
    this.state = state;
    setText(this.status, this.text[state] ?? "");
    setAttribute(this.copy, "data-state", state);
  }
}

/** @param {string} path */
function icon(path) {
  return `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
}

/**
 * Copies a text to the clipboard.
 * @param {string} text
 * @returns {Promise<boolean>}  whether that succeeded
 */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The clipboard API is not allowed in a frame of another site, and missing over plain http.
    const field = element("textarea", { readonly: "", style: "position:fixed;opacity:0" });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
