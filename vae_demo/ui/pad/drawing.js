// The drawing pad alone, with test digits to start from, for a page of another framework.
import { element } from "../engine/dom.js";
import { PAD_STYLE, Pad } from "../engine/drawing_pad.js";
import { adoptStyles, PARTS_STYLE, styleSheet } from "../engine/styles.js";

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  styleSheet(new URL("./drawing.css", import.meta.url)),
]);

/**
 * Shows the pad and the test digits in `host`.
 * @param {HTMLElement} host
 * @param {Object} data
 * @param {Object<string, string>} data.text  PAD_TEXTS of parts/draw/data.py, and "examples", a
 *   heading
 * @param {{ name: string, picture: string }[]} data.examples  test digits, each the URL of a
 *   picture
 * @param {function(string): void} onRelease  called with the drawing when a stroke ends: base64
 *   PNG, white on black, "" for an empty pad
 */
export function drawing(host, { text, examples }, onRelease) {
  let releases = 0;
  const send = async () => {
    const release = ++releases;
    const png = await pad.png();
    if (release === releases) onRelease(png ?? "");
  };
  const pad = new Pad({ onInk() {}, onRest() {}, onRelease: send });
  pad.name(text);
  const buttons = examples.map(({ name, picture }) => {
    const button = element("button", { type: "button", "aria-label": name, title: name });
    button.append(element("img", { src: picture, alt: "" }));
    button.onclick = () => pad.replace(picture);
    return button;
  });
  const title = element("div", { class: "title" }, text.examples);
  const shown = element("div", { class: "examples", "data-testid": "examples" }, ...buttons);
  const root = element("div", { class: "drawing" }, padWithStyle(pad), title, shown);
  root.addEventListener("keydown", (event) => pad.key(event));
  host.replaceChildren(root);
}

/**
 * The pad in a shadow root, so that its style sheet applies to the pad only.
 * @param {Pad} pad
 */
function padWithStyle(pad) {
  const host = element("div");
  const part = element("div", { class: "pad" }, pad.sheet, pad.tools.root);
  host.attachShadow({ mode: "open" }).append(part);
  adoptStyles(part, ...STYLES);
  return host;
}
