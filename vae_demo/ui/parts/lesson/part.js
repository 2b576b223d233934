// The part "lesson": the teacher's words above a page, links to the other steps, and Free play.
import { element, setAttribute, setText } from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { HiddenControls } from "../../engine/page_controls.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

/**
 * @typedef {Object} LessonData
 * @property {string} title
 * @property {string} place  which step of how many
 * @property {string} question
 * @property {string} answer  "" if there is none
 * @property {?string} back  the address of the step before
 * @property {?string} next
 * @property {?string} home  the address of this step, if the visitor has left it
 * @property {string[]} hidden  controls
 * @property {?boolean} free  whether all controls are shown; null if the step hides none
 * @property {Record<"untitled"|"back"|"next"|"answer"|"free"|"taught"|"fold"|"end"|"return", string>} text
 */

export default mountPart(STYLES, () => new LessonBar(), "free");

class LessonBar {
  title = element("strong");
  place = element("span", { class: "place", "data-testid": "lesson-place" });
  free = element("button", { type: "button", class: "text", "data-testid": "lesson-free" });
  back = element("a", { class: "button", "data-testid": "lesson-back" });
  next = element("a", { class: "button first", "data-testid": "lesson-next" });
  end = element("span", { class: "place" });
  fold = element("button", { type: "button", "aria-expanded": "true" });
  question = element("p", { "data-testid": "lesson-question" });
  summary = element("summary", { "data-testid": "lesson-show" });
  answer = element("p", { "data-testid": "lesson-answer" });
  revealed = element("details", {}, this.summary, this.answer);
  words = element("div", { class: "words" }, this.question, this.revealed);
  name = element("div", { class: "name" }, this.title, this.place);
  links = element("div", { class: "row" }, this.free, this.back, this.next, this.end, this.fold);
  head = element("div", { class: "head" }, this.name, this.links);
  root = element("section", { class: "lesson" }, this.head, this.words);
  controls = new HiddenControls("hidden");
  /** @type {(free: boolean) => void} given by `mountPart` */
  send = () => {};

  constructor() {
    this.fold.innerHTML =
      '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 15 6-6 6 6"/></svg>';
    this.fold.onclick = () => {
      this.words.hidden = !this.words.hidden;
      setAttribute(this.fold, "aria-expanded", String(!this.words.hidden));
    };
  }

  /** @param {LessonData} data */
  follow(data) {
    const { text, free } = data;
    setText(this.title, data.title || text.untitled);
    setText(this.place, data.place);
    setText(this.question, data.question);
    this.question.hidden = !data.question;
    setText(this.summary, text.answer);
    setText(this.answer, data.answer);
    this.revealed.hidden = !data.answer;
    show(this.back, data.back, text.back);
    show(this.next, data.next ?? data.home, data.home ? text.return : text.next);
    this.end.hidden = !!(data.next || data.home);
    setText(this.end, text.end);
    this.free.hidden = free === null;
    setText(this.free, free ? text.taught : text.free);
    this.free.onclick = () => this.send(!free);
    setAttribute(this.fold, "aria-label", text.fold);
    setAttribute(this.root, "aria-label", data.title || text.untitled);
    this.controls.set(data.hidden);
  }

  leave() {
    this.controls.set([]);
  }
}

/** @param {HTMLAnchorElement} link @param {?string} address  null hides it @param {string} text */
function show(link, address, text) {
  setAttribute(link, "href", address);
  setText(link, text);
  link.hidden = !address;
}
