// The part "keeper": puts the visitor's token in a cookie, so that a reloaded page is found again,
// tells the browser the page's language, and has the menu make way.
import { menuMakesWay } from "./menu.js";

/** data: { name, token, seconds, language }: the cookie's name, its value, how long it lives. */
export default function keeper({ data }) {
  menuMakesWay();
  document.documentElement.lang = data.language; // Streamlit says that all pages are in English
  // In another site's frame a cookie must be marked so, which browsers allow over https only.
  const place =
    location.protocol === "https:" ? "samesite=none; secure; partitioned" : "samesite=lax";
  document.cookie = `${data.name}=${data.token}; path=/; max-age=${data.seconds}; ${place}`;
}
