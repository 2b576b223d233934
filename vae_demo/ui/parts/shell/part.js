// The part "shell": sets the language of the document, closes the menu after a choice if it covers
// the page, and keeps one entry of the browser's history for each page.
import { oneStepForEachPage } from "./history.js";
import { closeMenuAfterChoice } from "./menu.js";

/** @import { Component } from "../../engine/dom.js" */

/** @param {Component<{ language: string }>} component */
export default function shell({ data }) {
  closeMenuAfterChoice();
  oneStepForEachPage();
  document.documentElement.lang = data.language; // Streamlit sets it to English on all pages
}
