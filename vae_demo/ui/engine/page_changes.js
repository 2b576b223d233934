// After a click on a link to another page, the old page stays visible until the new one is shown.
//
// If the old page then sets a state, Streamlit takes it as a request for the old page, forgets the
// new one, or shows neither. Therefore the parts of a page that the visitor has left send nothing,
// and a click on a link waits two tasks, until Streamlit has sent their earlier states.

const LONGEST = 20_000; // milliseconds after which the new page is no longer expected

/**
 * @typedef {Object} Navigation
 * @property {string} path  of the new page
 * @property {?string} title  of the old page
 * @property {number} since  when the visitor left the old page, by `performance.now()`
 * @property {number} unsent  number of states that Streamlit has not sent yet
 */

/**
 * One object for the scripts of all parts, even of different versions of the app.
 * @type {typeof globalThis & { vaeDemoNavigation?: Navigation }}
 */
const shared = globalThis;
const navigation = (shared.vaeDemoNavigation ??= watchNavigation());

/** @returns {Navigation} */
function watchNavigation() {
  /** @type {Navigation} */
  const found = { path: location.pathname, title: null, since: -Infinity, unsent: 0 };
  /** @param {string} path */
  const want = (path) => {
    Object.assign(found, { path, title: document.title, since: performance.now() });
  };
  /** @param {MouseEvent} event */
  const onClick = (event) => {
    const link = linkOf(event);
    if (!link || link.pathname === found.path) return;
    if (found.unsent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      afterSending(() => shown(link).click());
    } else want(link.pathname);
  };
  document.addEventListener("click", onClick, true);
  addEventListener(
    "popstate",
    () => {
      if (location.pathname !== found.path) want(location.pathname);
    },
    true,
  );
  return found;
}

/**
 * The link of a click, if it leads to a page of the app and opens in this tab.
 * @param {MouseEvent} event
 * @returns {?HTMLAnchorElement}
 */
export function linkOf(event) {
  const { target } = event;
  /** @type {?HTMLAnchorElement} */
  const link = target instanceof Element ? target.closest("a[href]") : null;
  const stays = !link || link.target || link.download || event.ctrlKey || event.metaKey;
  return stays || event.shiftKey || link.origin !== location.origin ? null : link;
}

/**
 * A link, or the one that has taken its place: Streamlit may have drawn the menu anew meanwhile.
 * @param {HTMLAnchorElement} link
 */
function shown(link) {
  if (link.isConnected) return link;
  return [...document.links].find((other) => other.href === link.href) ?? link;
}

/**
 * Streamlit sends a state in the task after the current one.
 * @param {() => void} act
 */
function afterSending(act) {
  setTimeout(() => setTimeout(act));
}

/** Whether the visitor has left this page, and the new one is not shown yet. */
export function isLeft() {
  if (performance.now() - navigation.since > LONGEST) return false;
  // Back and Forward change the address immediately, and a quick visitor may leave two pages.
  return location.pathname !== navigation.path || document.title === navigation.title;
}

/**
 * A part's `setStateValue` that sends nothing after the visitor has left the page.
 * @param {(name: string, value: any) => void} setStateValue
 * @returns {(name: string, value: any) => void}
 */
export function sendWhileShown(setStateValue) {
  return (name, value) => {
    if (isLeft()) return;
    setStateValue(name, value);
    navigation.unsent += 1;
    afterSending(() => (navigation.unsent -= 1));
  };
}
