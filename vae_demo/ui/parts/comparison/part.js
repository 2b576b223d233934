// The part "comparison": one digit, and a card for each run with its reconstruction.
import {
  contextOf,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const BARS_WIDTH = 336; // device pixels of the picture of a code: four per CSS pixel
const BARS_HEIGHT = 128;

/**
 * @typedef {Object} Comparison
 * @property {string} digit  base64 of 784 bytes
 * @property {string} title  above the digit
 * @property {string} about  below the digit
 * @property {{ reconstruction: string, off: string, code: string }} text  labels of a card's pictures
 * @property {Card[]} cards
 */

/**
 * @typedef {Object} Card  a run and its reconstruction of the digit
 * @property {string} run
 * @property {string} family  the family of its model
 * @property {string} reconstruction  base64 of 784 bytes: the reconstruction
 * @property {string} off  base64 of 784 bytes: its difference from the digit
 * @property {number[]} code
 * @property {?Words} words  instead of the numbers, for a code of codebook vectors
 * @property {string} error
 * @property {boolean} best  whether no other error is smaller
 */

/**
 * @typedef {Object} Words  the codebook vectors of a code
 * @property {{ word: number, colour: string, ink: string }[]} cells  the index of each vector, its
 *   colour, and the colour of the text
 * @property {number} across  cells per row
 * @property {string} alt
 */

export default mountPart(STYLES, () => new Cards());

class Cards {
  /** @type {ReturnType<typeof cardFrame>[]} */
  cards = [];
  title = element("div", { class: "title" });
  digit = digitCanvas({ "data-testid": "digit-28" });
  about = element("div", { class: "about" });
  names = [0, 1].map(() => element("div", { class: "name", "aria-hidden": "true" })); // of rows
  root = element(
    "div",
    { class: "comparison" },
    element("section", { class: "card" }, this.title, this.digit, ...this.names, this.about),
  );

  /** @param {Comparison} data */
  follow(data) {
    const { text, cards } = data;
    setText(this.title, data.title);
    setText(this.about, data.about);
    setText(this.names[0], text.off);
    setText(this.names[1], text.code);
    setAttribute(this.digit, "aria-label", data.title);
    paintDigit(this.digit, fromBase64(data.digit));

    // Cards are repainted, not built again, so that a new digit replaces the old without flicker.
    for (const { root } of this.cards.splice(cards.length)) root.remove();
    while (this.cards.length < cards.length) {
      const added = cardFrame();
      this.cards.push(added);
      this.root.append(added.root);
    }
    const accent = getComputedStyle(this.root).getPropertyValue("--accent");
    cards.forEach((card, i) => {
      const { root, run, family, reconstruction, off, bars, words, error } = this.cards[i];
      root.classList.toggle("best", card.best);
      setText(run, card.run);
      setText(family, card.family);
      setText(error, card.error);
      for (const [canvas, name] of /** @type {const} */ ([
        [reconstruction, text.reconstruction],
        [off, text.off],
        [bars, text.code],
      ])) {
        setAttribute(canvas, "data-run", card.run);
        setAttribute(canvas, "aria-label", `${card.run}: ${name}`);
      }
      paintDigit(reconstruction, fromBase64(card.reconstruction));
      paintDigit(off, fromBase64(card.off));
      bars.hidden = Boolean(card.words);
      words.hidden = !card.words;
      if (card.words) setWords(words, card.words, card.run);
      else paintCode(bars, card.code, accent);
    });
  }
}

function cardFrame() {
  const reconstruction = digitCanvas({ "data-testid": "reconstruction" });
  const off = digitCanvas({ "data-testid": "difference" });
  const size = { width: String(BARS_WIDTH), height: String(BARS_HEIGHT) };
  const bars = element("canvas", {
    ...size,
    class: "bars",
    role: "img",
    "data-testid": "code-bars",
  });
  const words = element("div", { class: "words", role: "img", "data-testid": "code-words" });
  const run = element("span", {});
  const family = element("span", { class: "subtitle" });
  const error = element("div", { class: "error" });
  const root = element(
    "section",
    { class: "card" },
    element("div", { class: "title" }, run, family),
    reconstruction,
    off,
    element("div", {}, bars, words),
    error,
  );
  return { root, run, family, reconstruction, off, bars, words, error };
}

/**
 * Shows a code of codebook vectors as cells: the index of each vector on its colour.
 * @param {HTMLElement} place
 * @param {Words} words
 * @param {string} run
 */
function setWords(place, { cells, across, alt }, run) {
  setAttribute(place, "data-run", run);
  setAttribute(place, "aria-label", `${run}: ${alt}`);
  place.style.gridTemplateColumns = `repeat(${across}, 1fr)`;
  const shown = cells.map(({ word, colour, ink }) => {
    const cell = element("div", {}, String(word));
    Object.assign(cell.style, { background: colour, color: ink });
    return cell;
  });
  place.replaceChildren(...shown);
}

/**
 * Paints a code as bars from a line at 0. If there is no room for all, they overlap.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} code
 * @param {string} colour
 */
function paintCode(canvas, code, colour) {
  const { width, height } = canvas;
  const context = contextOf(canvas, { willReadFrequently: true });
  context.clearRect(0, 0, width, height);
  const low = Math.min(0, ...code);
  const high = Math.max(0, ...code);
  /** @param {number} value */
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
