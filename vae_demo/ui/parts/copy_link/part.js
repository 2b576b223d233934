// The part "copy_link": a button that copies the address of the page, which stores what the page shows.
import { element, setAttribute, setText } from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const SHOWN = 2000; // milliseconds for which the result is shown
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
  root = element("button", { type: "button", class: "link", "data-testid": "copy-link" });

  constructor() {
    this.root.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${CHAIN}"/></svg>`;
    this.root.append(this.status);
    this.root.onclick = async () => {
      this.show((await copy(location.href)) ? "copied" : "failed");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.show("copy"), SHOWN);
    };
  }

  /** @param {{ text: Record<State, string> }} data */
  follow({ text }) {
    this.text = text;
    this.show(this.state);
  }

  /** @param {State} state */
  show(state) {
    this.state = state;
    setText(this.status, this.text[state] ?? "");
    setAttribute(this.root, "data-state", state);
  }
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
