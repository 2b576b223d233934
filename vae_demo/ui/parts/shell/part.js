// The part "shell": tells the browser the page's language, has the menu make way, and keeps one step
// of the history for each page.
import { oneStepForEachPage } from "./history.js";
import { menuMakesWay } from "./menu.js";

/** data: { language } */
export default function shell({ data }) {
  menuMakesWay();
  oneStepForEachPage();
  document.documentElement.lang = data.language; // Streamlit says that all pages are in English
}
