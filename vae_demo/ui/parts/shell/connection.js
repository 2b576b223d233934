// Says in the visitor's language that the server can't be reached. Streamlit's own box about it is
// in English and speaks to whoever has started the server.
import { element, setText } from "../../engine/dom.js";
import { adoptStyles, styleSheet } from "../../engine/styles.js";

const SOON = 1500; // milliseconds, within which a short break is over
const STATE = "data-test-connection-state"; // Streamlit's own attribute
const BOX_TITLE = "Connection error"; // of Streamlit's box

/** @type {typeof globalThis & { vaeDemoConnection?: Connection }} */
const shared = globalThis; // with other versions of the app's scripts

class Connection {
  timer = 0;
  line = element("div", { class: "connection-lost", role: "alert", "data-testid": "lost" });

  constructor() {
    const look = () => this.look();
    const settings = { attributeFilter: [STATE], childList: true, subtree: true };
    new MutationObserver(look).observe(document.body, settings);
  }

  look() {
    const state = document.querySelector("[data-testid=stApp]")?.getAttribute(STATE);
    if (state === "CONNECTED") {
      clearTimeout(this.timer);
      this.timer = 0;
      this.line.remove();
      return;
    }
    this.timer ||= setTimeout(() => document.body.append(this.line), SOON);
    for (const box of document.querySelectorAll("[role=dialog]")) {
      if (box.querySelector("h2")?.textContent === BOX_TITLE) box.querySelector("button")?.click();
    }
  }
}

/**
 * Watches the connection from now on, however often it is called.
 * @param {string} text  to show while it is lost
 */
export async function tellOfLostConnection(text) {
  if (!shared.vaeDemoConnection) {
    shared.vaeDemoConnection = new Connection();
    adoptStyles(document.body, await styleSheet(new URL("./connection.css", import.meta.url)));
  }
  setText(shared.vaeDemoConnection.line, text);
}
