// Between the click that leads to another page and that page, the old one is still on the screen.
//
// Streamlit takes what an old page tells then for a wish to be there again, forgets where the visitor
// wanted to go, or shows neither page. So the parts of a page that is being left are silent, and a
// click that leads away waits until what they told before is on its way: a moment.

const LONGEST = 20_000; // milliseconds, after which the other page is not to be expected any more

/**
 * { path, title, since, unsent }: the page that is wanted, what the one before was called, and since
 * when; how much was told that is not on its way. One for all parts' scripts.
 */
const way = (globalThis.vaeDemoWay ??= watchTheWay());

function watchTheWay() {
  const found = { path: location.pathname, title: null, since: -Infinity, unsent: 0 };
  const want = (path) => {
    Object.assign(found, { path, title: document.title, since: performance.now() });
  };
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

/** The link to a page of ours that a click follows here, not in another tab; else null. */
export function linkOf(event) {
  const link = event.target.closest?.("a[href]");
  const stays = !link || link.target || link.download || event.ctrlKey || event.metaKey;
  return stays || event.shiftKey || link.origin !== location.origin ? null : link;
}

/** Streamlit sends what it is told in the task after the present one. */
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
