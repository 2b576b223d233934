// Between the click that leads to another page and that page, the old one is still on the screen.
//
// Streamlit then takes a state of the old page as a request for that page, forgets where the
// visitor wanted to go, or shows neither page. So the parts of a page that is being left send
// nothing, and a click that leads away waits until what they sent before is on its way: two tasks.

const LONGEST = 20_000; // milliseconds, after which the other page is not expected any more

/**
 * @typedef {Object} Navigation
 * @property {string} path  of the page that is wanted
 * @property {?string} title  of the page before it
 * @property {number} since  when the visitor left that page, on the clock of `performance.now()`
 * @property {number} unsent  how many states are set that Streamlit has not sent
 */

/**
 * One for the scripts of all parts, even of several versions of the app.
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
      afterSending(() => link.click());
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
 * The link that a click follows, if it leads to a page of the app and opens in this tab.
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
 * Streamlit sends a state in the task after the present one.
 * @param {() => void} act
 */
function afterSending(act) {
  setTimeout(() => setTimeout(act));
}

/** Whether the visitor has left this page for another one that is not shown yet. */
export function isLeft() {
  if (performance.now() - navigation.since > LONGEST) return false;
  // Steps back and forth change the address at once, and a quick visitor may leave two pages.
  return location.pathname !== navigation.path || document.title === navigation.title;
}

/**
 * A part's `setStateValue` that sends nothing once the page has been left.
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
