// The part "comparison": one digit, and a card for each run with what it makes of it.
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  partAt,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { PARTS_STYLE, styleSheet, wear } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const BARS_WIDTH = 448; // device pixels of a code's picture: two for each of the page's
const BARS_HEIGHT = 96;

/** The parts of each place where this is mounted: this runs again at each change of data. */
const parts = new WeakMap();

/**
 * data: {
 *   digit: base64 of 784 bytes; title, about: what stands above and below it,
 *   text: { again, off, code },
 *   cards: [{ run, kind, again, off: base64 of 784 bytes, code: numbers, error, about, best,
 *     words: null or { cells: [{ word, colour, ink }], across, alt } of a code of words }],
 * }
 */
export default function comparison({ data, parentElement }) {
  wear(parentElement, ...STYLES);
  const made = partAt(parts, parentElement, comparisonFrame);

  const text = data?.text ?? {};
  const cards = Array.isArray(data?.cards) ? data.cards : [];
  setText(made.title, String(data?.title ?? ""));
  setText(made.about, String(data?.about ?? ""));
  setAttribute(made.digit, "aria-label", String(data?.title ?? ""));
  paintDigit(made.digit, fromBase64(data?.digit));

  // Cards are kept and repainted, never rebuilt: a new digit replaces the old without a flicker.
  while (made.cards.length > cards.length) made.cards.pop().root.remove();
  while (made.cards.length < cards.length) {
    made.cards.push(card());
    made.root.append(made.cards.at(-1).root);
  }
  const accent = getComputedStyle(made.root).getPropertyValue("--accent");
  cards.forEach((card, i) => {
    const { root, run, kind, pictures, words, error, about } = made.cards[i];
    root.classList.toggle("best", Boolean(card.best));
    setText(run, card.run);
    setText(kind, card.kind);
    setText(error, card.error);
    setText(about, card.about);
    for (const [name, { label, canvas }] of Object.entries(pictures)) {
      if (label) setText(label, text[name] ?? "");
      setAttribute(canvas, "data-run", card.run);
      setAttribute(canvas, "aria-label", `${card.run}: ${text[name] ?? ""}`);
    }
    paintDigit(pictures.again.canvas, fromBase64(card.again));
    paintDigit(pictures.off.canvas, fromBase64(card.off));
    pictures.code.canvas.hidden = Boolean(card.words);
    words.hidden = !card.words;
    if (card.words) setWords(words, card.words, card.run);
    else paintCode(pictures.code.canvas, card.code ?? [], accent);
  });
}

function comparisonFrame() {
  const title = element("div", { class: "title" });
  const digit = digitCanvas({ "data-testid": "digit-28" });
  const about = element("div", { class: "about" });
  const first = element("section", { class: "card whole" }, title, digit, about);
  return { root: element("div", { class: "comparison" }, first), title, digit, about, cards: [] };
}

function card() {
  const labelled = (testid) => {
    const canvas = digitCanvas({ "data-testid": testid });
    const label = element("div", { class: "label" });
    return { canvas, label, root: element("div", {}, label, canvas) };
  };
  const again = labelled("reconstruction");
  const off = labelled("difference");
  const size = { width: String(BARS_WIDTH), height: String(BARS_HEIGHT) };
  const bars = element("canvas", {
    ...size,
    class: "bars",
    role: "img",
    "data-testid": "code-bars",
  });
  const words = element("div", { class: "words", role: "img", "data-testid": "code-words" });
  const run = element("span", {});
  const kind = element("span", { class: "kind" });
  const error = element("div", { class: "error" });
  const about = element("div", { class: "about" });
  const root = element(
    "section",
    { class: "card" },
    element("div", { class: "title" }, run, kind),
    element("div", { class: "pair" }, again.root, off.root),
    error,
    bars,
    words,
    about,
  );
  return { root, run, kind, error, about, words, pictures: { again, off, code: { canvas: bars } } };
}

/**
 * Shows a code of words as cells, each with its word's number on its word's colour.
 * @param {HTMLElement} place
 * @param {{ cells: { word: number, colour: string, ink: string }[], across: number, alt: string }} code
 * @param {string} run
 */
function setWords(place, { cells, across, alt }, run) {
  setAttribute(place, "data-run", run);
  setAttribute(place, "aria-label", `${run}: ${alt}`);
  place.style.gridTemplateColumns = `repeat(${across}, 1fr)`;
  while (place.children.length > cells.length) place.lastChild.remove();
  while (place.children.length < cells.length) place.append(element("div"));
  cells.forEach(({ word, colour, ink }, i) => {
    setText(place.children[i], String(word));
    Object.assign(place.children[i].style, { background: colour, color: ink });
  });
}

/**
 * Paints a code as bars from a line at 0; where there is no room for each, they lie on each other.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} code
 * @param {string} colour
 */
function paintCode(canvas, code, colour) {
  const { width, height } = canvas;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.clearRect(0, 0, width, height);
  const low = Math.min(0, ...code);
  const high = Math.max(0, ...code);
  const place = (value) => Math.round(2 + ((high - value) / (high - low || 1)) * (height - 4));
  const zero = place(0);
  context.fillStyle = colour;
  const step = width / Math.max(code.length, 1);
  const gap = step >= 6 ? Math.max(2, Math.round(step / 5)) : 0;
  const wide = Math.min(step - gap, 48);
  code.forEach((value, i) => {
    const left = Math.floor(i * step + (step - wide) / 2);
    const right = Math.max(left + 1, Math.floor(i * step + (step + wide) / 2));
    const top = Math.min(place(value), zero);
    context.fillRect(left, top, right - left, Math.abs(place(value) - zero));
  });
  context.globalAlpha = 0.5;
  context.fillRect(0, zero - 1, width, 2);
  context.globalAlpha = 1;
}
