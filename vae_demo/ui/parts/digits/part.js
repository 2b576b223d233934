// The part "digits": a row of 28x28 pictures, each with a label above and a caption below.
import {
  DIGIT_SIDE,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
} from "../../engine/dom.js";
import { PARTS_STYLE, styleSheet, wear } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

/** The list of each place where the part is mounted: this runs again at each change of data. */
const lists = new WeakMap();

/**
 * data: {
 *   pixels: base64 of all pictures' bytes, one after another, 784 each,
 *   pictures: [{ label, caption, alt, testid, run }],
 *   size: width and height of one picture in CSS pixels,
 *   columns: pictures in a row, or nothing for as many as fit,
 * }
 */
export default function digits({ data, parentElement }) {
  wear(parentElement, ...STYLES);
  let list = lists.get(parentElement);
  if (!list) lists.set(parentElement, (list = element("div", { class: "digits" })));
  if (list.parentNode !== parentElement) parentElement.append(list);

  const pictures = Array.isArray(data?.pictures) ? data.pictures : [];
  const pixels = fromBase64(data?.pixels);
  list.style.setProperty("--size", `${Number(data?.size) || 112}px`);
  const columns = Number(data?.columns) || 0;
  list.classList.toggle("fixed", columns > 0);
  list.style.setProperty("--columns", String(columns));

  // Figures are kept and repainted, never rebuilt: a new frame replaces the old without a flicker.
  while (list.children.length > pictures.length) list.lastChild.remove();
  while (list.children.length < pictures.length) list.append(digitFigure());
  pictures.forEach((picture, i) => {
    const [label, canvas, caption] = list.children[i].children;
    const start = i * DIGIT_SIDE * DIGIT_SIDE;
    const text = (name) => String(picture?.[name] ?? "");
    if (label.textContent !== text("label")) label.textContent = text("label");
    if (caption.textContent !== text("caption")) caption.textContent = text("caption");
    setAttribute(canvas, "data-testid", text("testid"));
    setAttribute(canvas, "data-run", text("run"));
    setAttribute(canvas, "aria-label", text("alt") || text("label") || text("caption"));
    paintDigit(canvas, pixels.subarray(start, start + DIGIT_SIDE * DIGIT_SIDE));
  });
}

function digitFigure() {
  const label = element("div", { class: "label" });
  return element("figure", {}, label, digitCanvas(), element("figcaption", {}));
}
