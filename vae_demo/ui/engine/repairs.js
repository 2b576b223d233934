// Cards of repaired digits: picture, difference from the true digit, numbers. A part that computes a
// method in the browser shows its pictures before Python's numbers come.
import { digitCanvas, element, fromBase64, paintDigit, setAttribute, setText } from "./dom.js";
import { styleSheet } from "./styles.js";

/** @import { NumberFormat } from "./number_format.js" */

/** The style sheet of the cards. */
export const REPAIRS_STYLE = styleSheet(new URL("./repairs.css", import.meta.url));

/**
 * @typedef {Object} Card  a repaired digit, as parts/repairs/data.py has it
 * @property {string} name  of the method
 * @property {string} title
 * @property {string} about
 * @property {string} pixels  base64 of (784) bytes
 * @property {string[]} lines  the numbers in words; the first is the PSNR
 * @property {boolean} right  whether a classifier reads the same digit as in the true picture
 * @property {boolean} [best]  whether no other PSNR is higher
 */

/** @typedef {{ title: string, cards: Card[] }} Group */

/** @typedef {ReturnType<typeof cardFrame>} Frame */

/**
 * A large picture with a label above and lines below.
 * @template {HTMLElement} Picture
 * @param {Picture} picture
 */
export function pictureFigure(picture) {
  const label = element("div", { class: "label" });
  const note = element("div");
  const lines = element("div", { class: "lines", role: "status" });
  const root = element("figure", {}, label, picture, element("figcaption", {}, note, lines));
  return { root, picture, label, note, lines };
}

/**
 * Says of the true picture that it is hardly a digit.
 * @param {{ lines: HTMLElement }} truth  its figure
 * @param {?string} strange  the sentence; null of a digit
 */
export function showStrange({ lines }, strange) {
  showLines(lines, { lines: strange ? [strange] : [], right: true });
}

/** Groups of cards, one for each method. */
export class Repairs {
  root = element("div", { class: "repairs" });
  /** @type {Map<string, Frame>} */
  frames = new Map(); // name of the method -> its card

  /**
   * Shows Python's pictures and numbers.
   * @param {Group[]} groups
   * @param {Uint8Array} truth  (784)
   * @param {string} difference  the label of the pictures of differences
   */
  follow(groups, truth, difference) {
    if (this.root.children.length !== groups.length) {
      this.root.replaceChildren(...groups.map(() => groupFrame()));
    }
    groups.forEach(({ title, cards }, i) => {
      const [heading, row] = this.root.children[i].children;
      setText(/** @type {HTMLElement} */ (heading), title);
      for (const card of cards) {
        let frame = this.frames.get(card.name);
        if (!frame) {
          this.frames.set(card.name, (frame = cardFrame(card.name)));
          row.append(frame.root);
        }
        setText(frame.title, card.title);
        setText(frame.about, card.about);
        setAttribute(frame.picture, "aria-label", `${card.title}, ${card.about}`);
        setAttribute(frame.difference, "aria-label", `${card.title}: ${difference}`);
        frame.root.classList.toggle("best", Boolean(card.best));
        frame.root.classList.remove("stale");
        showLines(frame.lines, card);
        paint(frame, fromBase64(card.pixels), truth);
      }
    });
  }

  /**
   * Shows a picture that the browser has computed; the other numbers come later.
   * @param {string} name  of the method
   * @param {ArrayLike<number>} pixels  (784) in 0 to 255
   * @param {ArrayLike<number>} truth  (784)
   * @param {string} psnr  in words
   */
  live(name, pixels, truth, psnr) {
    const frame = this.frames.get(name);
    if (!frame) return;
    paint(frame, pixels, truth);
    showLines(frame.lines, { lines: [psnr], right: true });
  }

  /**
   * Fades what is of an earlier digit or damage.
   * @param {(name: string) => boolean} stale  whether the picture of a method is
   */
  fade(stale) {
    for (const [name, { root }] of this.frames) root.classList.toggle("stale", stale(name));
  }
}

/**
 * The numbers below a picture.
 * @param {HTMLElement} place
 * @param {Pick<Card, "lines"|"right">} card
 */
export function showLines(place, { lines, right }) {
  while (place.children.length < lines.length) place.append(element("div"));
  while (place.children.length > lines.length) place.lastElementChild?.remove();
  lines.forEach((line, i) => setText(/** @type {HTMLElement} */ (place.children[i]), line));
  place.lastElementChild?.classList.toggle("wrong", !right);
}

function groupFrame() {
  return element(
    "section",
    {},
    element("div", { class: "title" }),
    element("div", { class: "row" }),
  );
}

/** @param {string} name  of the method */
function cardFrame(name) {
  const picture = digitCanvas({ "data-testid": "repaired", "data-run": name });
  const difference = digitCanvas({ "data-testid": "difference", "data-run": name });
  const title = element("span");
  const about = element("span", { class: "subtitle" });
  const lines = element("div", { class: "lines" });
  const heading = element("div", { class: "title" }, title, about);
  const root = element("div", { class: "repair" }, heading, picture, difference, lines);
  return { root, picture, difference, title, about, lines };
}

/**
 * @param {Frame} frame
 * @param {ArrayLike<number>} pixels  (784) in 0 to 255
 * @param {ArrayLike<number>} truth  (784)
 */
function paint({ picture, difference }, pixels, truth) {
  paintDigit(picture, pixels);
  paintDigit(
    difference,
    Array.from(pixels, (v, i) => Math.abs(v - truth[i])),
  );
}

/**
 * The PSNR of a picture in words; "" if nothing is different.
 * @param {ArrayLike<number>} pixels  in 0 to 255
 * @param {ArrayLike<number>} truth
 * @param {?ArrayLike<number>} mask  1 for the pixels to measure; null for all
 * @param {string} text  "{psnr}" stands for the number
 * @param {NumberFormat} format
 */
export function quality(pixels, truth, mask, text, format) {
  const value = psnr(pixels, truth, mask);
  return Number.isFinite(value) ? text.replace("{psnr}", format(value, 1)) : "";
}

/**
 * The peak signal-to-noise ratio in dB, as vae_demo/repair/measures.py has it.
 * @param {ArrayLike<number>} pixels  in 0 to 255
 * @param {ArrayLike<number>} truth
 * @param {?ArrayLike<number>} [mask]  1 for the pixels to measure; null for all
 */
export function psnr(pixels, truth, mask = null) {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < truth.length; i++) {
    if (mask && !mask[i]) continue;
    count++;
    sum += ((pixels[i] - truth[i]) / 255) ** 2;
  }
  return -10 * Math.log10(sum / count);
}
