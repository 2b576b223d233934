// The part "shell": sets the language of the document, stores the visitor's choice of it in a cookie,
// closes the menu after a choice if it covers the page, and keeps one entry of the browser's history
// for each page.
import { oneStepForEachPage } from "./history.js";
import { closeMenuAfterChoice } from "./menu.js";

/** @import { Component } from "../../engine/dom.js" */

const YEAR = 365 * 24 * 3600; // seconds

/** @param {Component<{ language: string, cookie: string }>} component */
export default function shell({ data }) {
  closeMenuAfterChoice();
  oneStepForEachPage();
  document.documentElement.lang = data.language; // Streamlit sets it to English on all pages
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https
  if (data.cookie) document.cookie = `${data.cookie}=${data.language}; ${attributes()}`;
}

/** The same as for the server's cookie: a frame of another site needs Secure and Partitioned. */
function attributes() {
  const site =
    location.protocol === "https:" ? "SameSite=None; Secure; Partitioned" : "SameSite=Lax";
  return `Path=/; Max-Age=${YEAR}; ${site}`;
}
