// Makes Back lead to the previous page. Streamlit adds an entry to the browser's history whenever
// Python changes the address; here, a change within a page replaces the current entry instead.

let watched = false;

/** Starts to watch the history; further calls have no effect. */
export function oneStepForEachPage() {
  if (watched) return;
  watched = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, address) => {
    const there = new URL(address ?? "", location.href);
    if (there.pathname === location.pathname) history.replaceState(state, title, address);
    else push(state, title, address);
  };
}
