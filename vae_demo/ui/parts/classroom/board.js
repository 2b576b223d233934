// The board of a class: the pupils in the order of their scores, with the pictures that won.
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { textButton } from "./tasks/task.js";

/**
 * @typedef {Object} Row  a pupil, as answers.py has it
 * @property {number} pupil
 * @property {string} name
 * @property {?number} place
 * @property {?string} score
 * @property {?string} picture  base64 of (784) bytes
 * @property {boolean} mine
 */

/** @typedef {ReturnType<typeof line>} Line */

/** A list that is changed in place, so that rows can be followed by eye. */
export class Board {
  /** @type {Map<number, Line>} */
  lines = new Map();
  leader = "";

  /**
   * @param {Object<string, string>} text
   * @param {?((pupil: number) => void)} remove  null for a pupil's board
   */
  constructor(text, remove) {
    this.text = text;
    this.remove = remove;
    this.title = element("div", { class: "title" });
    this.list = element("ol", { class: "board", "data-testid": "class-board" });
    this.news = element("div", { class: "news", role: "status" });
    this.root = element("section", {}, this.title, this.list, this.news);
  }

  /**
   * @param {Row[]} rows
   * @param {string} title
   */
  follow(rows, title) {
    setText(this.title, title);
    for (const [pupil, { root }] of this.lines) {
      if (rows.some((row) => row.pupil === pupil)) continue;
      root.remove();
      this.lines.delete(pupil);
    }
    rows.forEach((row, at) => {
      let found = this.lines.get(row.pupil);
      if (!found) this.lines.set(row.pupil, (found = line(this.text, row.pupil, this.remove)));
      const here = this.list.children[at];
      if (here !== found.root) this.list.insertBefore(found.root, here ?? null);
      show(found, row);
    });
    const [first] = rows;
    const news = first?.score ? `${first.name}: ${first.score}` : "";
    if (news !== this.leader) setText(this.news, this.text.leads.replace("{leader}", news));
    this.news.hidden = !news;
    this.leader = news;
  }
}

/**
 * @param {Object<string, string>} text
 * @param {number} pupil
 * @param {?((pupil: number) => void)} remove
 */
function line(text, pupil, remove) {
  const place = element("span", { class: "place" });
  const picture = digitCanvas({ "aria-hidden": "true" });
  const name = element("span", { class: "name", dir: "auto" });
  const score = element("span", { class: "score" });
  const root = element("li", { "data-pupil": `${pupil}` }, place, picture, name, score);
  const button = remove && textButton("×", () => remove(pupil), "class-remove");
  if (button) root.append(button);
  return { root, place, picture, name, score, button, painted: "", label: text.remove };
}

/**
 * @param {Line} found
 * @param {Row} row
 */
function show(found, { name, place, score, picture, mine }) {
  setText(found.place, place ? `${place}` : "");
  setText(found.name, name);
  setText(found.score, score ?? "–");
  found.root.classList.toggle("mine", mine);
  found.picture.classList.toggle("none", !picture);
  if (picture && picture !== found.painted) paintDigit(found.picture, fromBase64(picture));
  found.painted = picture ?? "";
  if (found.button) setAttribute(found.button, "aria-label", found.label.replace("{name}", name));
}
