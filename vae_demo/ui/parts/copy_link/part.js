// The part "link": a button that copies the page's address, which holds all that is seen.
import { element, setAttribute } from "../../engine/dom.js";
import { PARTS_STYLE, styleSheet, wear } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const SHOWN = 2000; // milliseconds that the answer stays
const CHAIN =
  "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.5 1.5M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.5-1.5";

/** The button of each place where the part is mounted: this runs again at each change of data. */
const links = new WeakMap();

/** data: { text: { copy, copied, failed } } */
export default function link({ data, parentElement }) {
  wear(parentElement, ...STYLES);
  let shown = links.get(parentElement);
  if (!shown) links.set(parentElement, (shown = linkButton()));
  if (shown.parentNode !== parentElement) parentElement.append(shown);
  shown.text = data?.text ?? {};
  if (!shown.answering) say(shown, "copy");
}

function linkButton() {
  const button = element("button", { type: "button", class: "link", "data-testid": "copy-link" });
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${CHAIN}"/></svg>`;
  button.append(element("span", { role: "status" }));
  button.onclick = async () => {
    const answer = (await copy(location.href)) ? "copied" : "failed";
    say(button, answer);
    clearTimeout(button.answering);
    button.answering = setTimeout(() => {
      button.answering = 0;
      say(button, "copy");
    }, SHOWN);
  };
  return button;
}

function say(button, name) {
  button.lastChild.textContent = button.text[name] ?? "";
  setAttribute(button, "data-state", name);
}

/** Whether the text is on the clipboard now. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not allowed, as in another site's frame, or not there, as over plain http: the old way.
    const field = element("textarea", { readonly: "", style: "position:fixed;opacity:0" });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
