// The part "shell": sets the page's language, closes the menu after a choice where it covers the
// page, and leaves one step of the browser's history for each page.
import { oneStepForEachPage } from "./history.js";
import { closeMenuAfterChoice } from "./menu.js";

/** @import { Component } from "../../engine/dom.js" */

/** @param {Component<{ language: string }>} component */
export default function shell({ data }) {
  closeMenuAfterChoice();
  oneStepForEachPage();
  document.documentElement.lang = data.language; // Streamlit says that all pages are in English
}
