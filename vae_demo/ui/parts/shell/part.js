// The part "shell": tells the browser the page's language, and has the menu make way.
import { menuMakesWay } from "./menu.js";

/** data: { language } */
export default function shell({ data }) {
  menuMakesWay();
  document.documentElement.lang = data.language; // Streamlit says that all pages are in English
}
