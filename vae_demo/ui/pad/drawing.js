// The pad by itself, with test digits to put on it, in a frame that takes one text at a time.
import { element } from "../engine/dom.js";
import { Pad } from "../engine/drawing_pad.js";
import { styleSheet, wear } from "../engine/styles.js";

const STYLE = await styleSheet(new URL("../engine/parts.css", import.meta.url));

/**
 * Shows the pad in `host`.
 * @param {HTMLElement} host
 * @param {Object} given
 * @param {Object<string, string>} given.text  PAD_TEXTS of studio.py, and "examples", a heading
 * @param {{name: string, picture: string}[]} given.examples  test digits, each a base64 PNG
 * @param {function(string): void} told  the hand is off: base64 PNG, white on black, "" for nothing
 */
export function sketch(host, given, told) {
  const pad = new Pad({ ink() {}, rest() {}, release: () => told(pad.png ?? "") });
  pad.name(given.text);
  const examples = given.examples.map(({ name, picture }) => {
    const button = element("button", { type: "button", "aria-label": name, title: name });
    button.append(element("img", { src: `data:image/png;base64,${picture}`, alt: "" }));
    button.onclick = () => pad.replace(picture);
    return button;
  });
  const bench = element(
    "div", { class: "studio sketch" }, pad.sheet, pad.tools,
    element("div", { class: "title" }, given.text.examples),
    element("div", { class: "examples", "data-testid": "examples" }, ...examples),
  );
  bench.addEventListener("keydown", (event) => pad.key(event));
  const frame = element("div"); // with a root of its own: the style sheet is for the pad alone
  const root = frame.attachShadow({ mode: "open" });
  root.append(bench);
  wear(bench, STYLE);
  host.replaceChildren(frame);
}
