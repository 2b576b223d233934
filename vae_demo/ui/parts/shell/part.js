// The part "shell": sets the language of the document, stores the visitor's choice of it in a cookie,
// closes the menu after a choice if it covers the page, keeps one entry of the browser's history for
// each page, names Streamlit's elements, and says that the connection to the server is lost.
import { tellOfLostConnection } from "./connection.js";
import { nameElements } from "./element_names.js";
import { oneStepForEachPage } from "./history.js";
import { closeMenuAfterChoice } from "./menu.js";

/** @import { Component } from "../../engine/dom.js" */

const YEAR = 365 * 24 * 3600; // seconds
let language = ""; // of the page that is shown

/**
 * @typedef {Object} ShellData
 * @property {string} language
 * @property {string} cookie  its name, if the language is to be kept
 * @property {string} lost  the text while the server can't be reached
 * @property {Object<string, string>} names  of Streamlit's elements: in English -> in the language
 */

/** @param {Component<ShellData>} component */
export default function shell({ data }) {
  closeMenuAfterChoice();
  oneStepForEachPage();
  tellOfLostConnection(data.lost);
  nameElements(data.names);
  if (language && language !== data.language && isTranslated()) {
    const address = new URL(location.href);
    address.searchParams.set("lang", data.language);
    location.replace(address);
  }
  language = data.language;
  document.documentElement.lang = language; // Streamlit sets it to English on all pages
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https
  if (data.cookie) document.cookie = `${data.cookie}=${language}; ${attributes()}`;
}

/**
 * Whether the browser has translated the page. The browser then replaces texts by its own elements,
 * which Streamlit no longer changes, so that the page must be reloaded for another language.
 */
function isTranslated() {
  return document.querySelector("[data-testid=stApp] font") !== null;
}

/** The same as for the server's cookie: a frame of another site needs Secure and Partitioned. */
function attributes() {
  const site =
    location.protocol === "https:" ? "SameSite=None; Secure; Partitioned" : "SameSite=Lax";
  return `Path=/; Max-Age=${YEAR}; ${site}`;
}
