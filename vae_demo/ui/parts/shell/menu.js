// In a narrow window, the menu covers the page. Streamlit closes it after a choice only on phones,
// by the name of the browser; here it is closed whenever it covers the page.
import { linkOf } from "../../engine/page_changes.js";

const COVERS = "(max-width: 767.98px)"; // the width below which Streamlit's menu covers the page

/** @type {typeof globalThis & { vaeDemoMenu?: boolean }} */
const shared = globalThis; // shared with scripts of other versions of the app

/** Starts to listen to clicks; further calls have no effect. */
export function closeMenuAfterChoice() {
  if (shared.vaeDemoMenu) return;
  shared.vaeDemoMenu = true;
  /** @param {MouseEvent} event */
  const onClick = (event) => {
    const chosen = linkOf(event)?.closest("[data-testid=stSidebar]");
    if (chosen && matchMedia(COVERS).matches) setTimeout(closeMenu); // after Streamlit
  };
  document.addEventListener("click", onClick, true);
}

function closeMenu() {
  const open = document.querySelector("[data-testid=stSidebar][data-collapsed=false]");
  /** @type {?HTMLButtonElement|undefined} */
  const button = open?.querySelector("[data-testid=stSidebarCollapseButton] button");
  button?.click();
}
