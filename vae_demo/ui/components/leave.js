// Between the click that leads to another page and that page, the old one is still on the screen.
//
// Streamlit takes what an old page tells then for a wish to be there again, forgets where the visitor
// wanted to go, or shows neither page. So the parts of a page that is being left are silent.

const LONGEST = 20_000; // milliseconds, after which the other page is not to be expected any more

/** { title, since }: the page that is being left, and when that began; one for all parts' scripts. */
const way = (globalThis.vaeDemoWay ??= watchTheWay());

function watchTheWay() {
  const found = { title: null, since: 0 };
  let path = location.pathname; // of the page that is wanted
  const want = (wanted) => {
    if (wanted === path) return;
    path = wanted;
    Object.assign(found, { title: document.title, since: performance.now() });
  };
  const onClick = (event) => {
    const link = event.target.closest?.("a[href]");
    const stays = !link || link.target || link.download || event.ctrlKey || event.metaKey;
    if (!stays && !event.shiftKey && link.origin === location.origin) want(link.pathname);
  };
  document.addEventListener("click", onClick, true);
  addEventListener("popstate", () => want(location.pathname), true);
  return found;
}

/** Whether the visitor has left this page for another one that is not here yet. */
export function isLeft() {
  return way.title === document.title && performance.now() - way.since < LONGEST;
}

/**
 * What a part tells Python with: `setStateValue`, but silent once the page has been left.
 * @param {function(string, unknown): void} setStateValue
 * @returns {function(string, unknown): void}
 */
export function telling(setStateValue) {
  return (name, value) => {
    if (!isLeft()) setStateValue(name, value);
  };
}
