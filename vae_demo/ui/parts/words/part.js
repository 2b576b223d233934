// The part "words": a text, how each of its words is read, and digits drawn for it with their checks.
import {
  DIGIT_PIXELS,
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
const SEEDS = 10_000;

/**
 * @typedef {Object} WordsData
 * @property {string} said  the text
 * @property {number} seed
 * @property {number} longest  characters of a text
 * @property {{ written: string, is: string, known: boolean }[]} words  of the text, and what each is
 * @property {string[]} notes  what was not understood, and the like
 * @property {string} pixels  base64 of the bytes of all pictures, 784 each
 * @property {Drawn[]} pictures
 * @property {string} summary
 * @property {Object<string, string>} text
 */

/**
 * @typedef {Object} Drawn  what was found in a picture
 * @property {string} alt
 * @property {{ label: string, value: string, fine: boolean }[]} checks
 */

export default mountPart(STYLES, () => new Words(), "asked");

class Words {
  seed = 0;
  /** @type {?string}  the text that Python gave last; what is being typed stays */
  known = null;
  label = element("label", { for: "said" });
  field = element("input", {
    id: "said",
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    "data-testid": "words-text",
  });
  write = element("button", { class: "text main", type: "submit", "data-testid": "words-write" });
  another = element("button", { class: "text", type: "button", "data-testid": "words-seed" });
  form = element("form", {}, this.label, this.field, this.write, this.another);
  words = element("p", { class: "words", "data-testid": "words-read" });
  notes = element("div", { class: "notes", role: "status" });
  wall = element("div", { class: "wall" });
  summary = element("p", { class: "about", "data-testid": "words-summary" });
  root = element(
    "div",
    { class: "layer" },
    this.form,
    this.words,
    this.notes,
    this.wall,
    this.summary,
  );
  /** @type {(message: { text: string, seed: number, at: number }) => void} by `mountPart` */
  send = () => {};

  constructor() {
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.ask();
    };
    this.another.onclick = () => {
      this.seed = (this.seed + 1) % SEEDS;
      this.ask();
    };
  }

  ask() {
    setAttribute(this.root, "aria-busy", "true");
    this.send({ text: this.field.value, seed: this.seed, at: Date.now() });
  }

  /** @param {WordsData} data */
  follow(data) {
    const { said, seed, longest, words, notes, pixels, pictures, summary, text } = data;
    setAttribute(this.root, "aria-busy");
    this.seed = seed;
    setText(this.label, text.label);
    setText(this.write, text.write);
    setText(this.another, text.seed);
    setAttribute(this.field, "placeholder", text.hint);
    setAttribute(this.field, "maxlength", String(longest));
    if (said !== this.known) this.field.value = said;
    this.known = said;
    this.words.replaceChildren(...words.flatMap((word) => [wordOf(word), " "]));
    setAttribute(this.words, "aria-label", text.read);
    this.notes.replaceChildren(...notes.map((note) => element("p", {}, note)));
    const bytes = fromBase64(pixels);
    this.wall.replaceChildren(
      ...pictures.map((picture, i) => figureOf(picture, bytes.subarray(i * DIGIT_PIXELS))),
    );
    setText(this.summary, summary);
  }
}

/** A word with what it is below it. @param {WordsData["words"][number]} word */
function wordOf({ written, is, known }) {
  const kind = is ? (known ? "known" : "strange") : "other";
  return element("span", { class: kind }, element("span", {}, written), element("small", {}, is));
}

/** @param {Drawn} drawn @param {Uint8Array} pixels */
function figureOf({ alt, checks }, pixels) {
  const canvas = digitCanvas({ "aria-label": alt, "data-testid": "words-digit" });
  paintDigit(canvas, pixels.subarray(0, DIGIT_PIXELS));
  const lines = checks.map(({ label, value, fine }) =>
    element(
      "li",
      { class: fine ? "fine" : "wrong" },
      element("b", {}, fine ? "✓" : "✗"),
      ` ${label} `,
      element("small", {}, value),
    ),
  );
  return element("figure", {}, canvas, element("ul", {}, ...lines));
}
