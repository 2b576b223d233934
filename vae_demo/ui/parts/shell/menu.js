// In a narrow window the menu lies over the page. Streamlit takes it away after a choice only where
// the browser says that it is a phone's; here it goes wherever it covers what was chosen.
import { linkOf } from "../../engine/page_changes.js";

const COVERS = "(max-width: 767.98px)"; // Streamlit's own bound

/** @type {typeof globalThis & { vaeDemoMenu?: boolean }} */
const shared = globalThis; // with other versions of the app's scripts

/** Listens from now on, however often it is called. */
export function closeMenuAfterChoice() {
  if (shared.vaeDemoMenu) return;
  shared.vaeDemoMenu = true;
  /** @param {MouseEvent} event */
  const onClick = (event) => {
    const chosen = linkOf(event)?.closest("[data-testid=stSidebar]");
    if (chosen && matchMedia(COVERS).matches) setTimeout(closeMenu); // after Streamlit's own answer
  };
  document.addEventListener("click", onClick, true);
}

function closeMenu() {
  const open = document.querySelector("[data-testid=stSidebar][data-collapsed=false]");
  /** @type {?HTMLButtonElement|undefined} */
  const button = open?.querySelector("[data-testid=stSidebarCollapseButton] button");
  button?.click();
}
