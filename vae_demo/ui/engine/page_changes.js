// Between the click that leads to another page and that page, the old one is still on the screen.
//
// Streamlit takes what an old page tells then for a wish to be there again, forgets where the visitor
// wanted to go, or shows neither page. So the parts of a page that is being left are silent, and a
// click that leads away waits until what they told before is on its way: a moment.

const LONGEST = 20_000; // milliseconds, after which the other page is not to be expected any more

// { path, title, since, unsent }: the page that is wanted, the title of the one before, since when,
// and how many messages are not on their way yet. One for all parts' scripts.
const page = /** @type {{ vaeDemoWay?: ReturnType<typeof watchTheWay> }} */ (globalThis);
page.vaeDemoWay ??= watchTheWay();
const way = page.vaeDemoWay;

function watchTheWay() {
  /** @type {{ path: string, title: ?string, since: number, unsent: number }} */
  const found = { path: location.pathname, title: null, since: -Infinity, unsent: 0 };
  const want = (/** @type {string} */ path) => {
    Object.assign(found, { path, title: document.title, since: performance.now() });
  };
  const onClick = (/** @type {MouseEvent} */ event) => {
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
 * The link to a page of the app that a click follows in this tab; null for any other click.
 * @param {MouseEvent} event
 * @returns {?HTMLAnchorElement}
 */
export function linkOf(event) {
  const target = /** @type {?Element} */ (event.target);
  const link = /** @type {?HTMLAnchorElement} */ (target?.closest?.("a[href]") ?? null);
  const stays = !link || link.target || link.download || event.ctrlKey || event.metaKey;
  return stays || event.shiftKey || link.origin !== location.origin ? null : link;
}

/**
 * Streamlit sends what it is told in the task after the present one.
 * @param {() => void} act
 */
function afterSending(act) {
  setTimeout(() => setTimeout(act));
}

/** Whether the visitor has left this page for another one that is not here yet. */
export function isLeft() {
  if (performance.now() - way.since > LONGEST) return false;
  // Steps back and forth change the address at once, and a quick hand may leave two pages.
  return location.pathname !== way.path || document.title === way.title;
}

/**
 * What a part tells Python with: `setStateValue`, but silent once the page has been left.
 * @param {function(string, unknown): void} setStateValue
 * @returns {function(string, unknown): void}
 */
export function telling(setStateValue) {
  return (name, value) => {
    if (isLeft()) return;
    setStateValue(name, value);
    way.unsent += 1;
    afterSending(() => (way.unsent -= 1));
  };
}
