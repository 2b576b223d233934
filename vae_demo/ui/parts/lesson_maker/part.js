// The part "lesson_maker": the lesson that is being made, above the page that is to become a step.
//
// The part keeps the lesson and sends all of it at each change; Python packs it, and sends back the
// addresses that contain it.
import { element, setAttribute, setText } from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { HiddenControls } from "../../engine/page_controls.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { ControlChoice } from "./control_choice.js";
import { Share } from "./share.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

/** @typedef {Record<string, string>} Words  language -> text */

/**
 * @typedef {Object} Step
 * @property {string} page
 * @property {Object<string, string>} link
 * @property {Words} question
 * @property {Words} answer
 * @property {string[]} hidden
 */

/**
 * @typedef {Object} MakerData
 * @property {Words} title
 * @property {(Step & { label: string, address: string })[]} steps
 * @property {{ page: string, label: string }} here
 * @property {?number} at  the index of the step that the page shows
 * @property {number} answered  the number of the last message
 * @property {?string} warning  such as why the lesson can't be packed as it is
 * @property {string} link  the whole address of the lesson; "" if there is none
 * @property {?string} code  the picture of its QR code
 * @property {boolean} dense  whether the code is hard to read from afar
 * @property {string} length
 * @property {string} preview  an address
 * @property {string} closed  the address of this page without the lesson
 * @property {{ title: number, words: number, steps: number }} longest
 * @property {string} language
 * @property {Object<string, string>} languages  name -> label
 * @property {Record<string, string>} text
 */

/**
 * @typedef {Object} Edited
 * @property {Words} title
 * @property {Step[]} steps
 * @property {?number} at
 * @property {boolean} take
 * @property {number} number
 * @property {number} seen
 */

export default mountPart(STYLES, () => new LessonMaker(), "lesson");

/** @param {string} testid @param {string} [kind] */
const button = (testid, kind = "text") =>
  element("button", { type: "button", class: kind, "data-testid": testid });

class LessonMaker {
  /** @type {Words} */
  title = {};
  /** @type {Step[]} */
  steps = [];
  /** @type {?number} */
  at = null;
  number = -1; // of the last message; -1 before Python has told its own
  seen = 0; // the message up to which the states of pages are known here
  language = ""; // of the fields
  /** @type {?number} */
  wanted = null; // the step to go to when the last message is answered
  /** @type {?MakerData} */
  data = null;
  controls = new HiddenControls("faint");

  heading = element("strong");
  titleField = element("input", { type: "text", "data-testid": "lesson-title" });
  languages = element("div", { class: "chips", role: "radiogroup" });
  fold = element("button", { type: "button", "aria-expanded": "true" });
  close = element("a", { class: "button", "data-testid": "make-close" });
  list = element("ol", { "data-testid": "make-steps" });
  add = button("make-add", "text first");
  hint = element("p", { class: "about" });
  question = element("textarea", { rows: "3", "data-testid": "make-question" });
  answer = element("textarea", { rows: "3", "data-testid": "make-answer" });
  questionName = element("span");
  answerName = element("span");
  take = button("make-take");
  earlier = button("make-earlier");
  later = button("make-later");
  remove = button("make-remove");
  taken = element("span", { class: "about", role: "status" });
  error = element("p", { class: "error", role: "alert", "data-testid": "make-error" });
  choice = new ControlChoice((hidden) => this.change({ hidden }));
  share = new Share();
  fields = element(
    "div",
    { class: "fields" },
    element("label", {}, this.questionName, this.question),
    element("label", {}, this.answerName, this.answer),
  );
  tools = element(
    "div",
    { class: "row" },
    this.take,
    this.earlier,
    this.later,
    this.remove,
    this.taken,
  );
  step = element("div", { class: "step" }, this.fields, this.choice.root, this.tools);
  body = element(
    "div",
    { class: "body" },
    element("div", { class: "row" }, this.list, this.add),
    this.hint,
    this.step,
    this.error,
    this.share.root,
  );
  head = element(
    "div",
    { class: "head" },
    this.heading,
    this.titleField,
    this.languages,
    this.close,
    this.fold,
  );
  root = element("section", { class: "maker" }, this.head, this.body);
  /** @type {(message: Edited) => void} given by `mountPart` */
  send = () => {};

  constructor() {
    this.fold.innerHTML =
      '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 15 6-6 6 6"/></svg>';
    this.fold.onclick = () => {
      this.body.hidden = !this.body.hidden;
      setAttribute(this.fold, "aria-expanded", String(!this.body.hidden));
    };
    this.titleField.onchange = () => {
      this.title = { ...this.title, [this.language]: this.titleField.value };
      this.commit();
    };
    this.question.onchange = () => this.write("question", this.question.value);
    this.answer.onchange = () => this.write("answer", this.answer.value);
    this.add.onclick = () => this.insert();
    this.take.onclick = () => this.commit(true);
    this.earlier.onclick = () => this.move(-1);
    this.later.onclick = () => this.move(1);
    this.remove.onclick = () => this.drop();
  }

  /** @param {MakerData} data */
  follow(data) {
    this.data = data;
    if (this.number < 0) {
      this.number = data.answered;
      this.title = data.title;
      this.steps = data.steps.map(({ page, link, question, answer, hidden }) => ({
        ...{ page, link, question, answer, hidden },
      }));
    }
    if (data.answered === this.number) {
      this.seen = this.number;
      this.at = data.at; // its maker may have gone to another page
      for (const [index, { link }] of data.steps.entries()) this.steps[index].link = link;
    }
    this.language ||= data.language;
    if (this.wanted !== null && data.answered === this.number) this.go(this.wanted);
    this.show();
  }

  leave() {
    this.choice.leave();
    this.controls.set([]);
  }

  /** The step that the page shows. */
  get current() {
    return this.at === null ? null : this.steps[this.at];
  }

  /**
   * Tells Python what was changed.
   * @param {boolean} [take]  whether the step gets the state of the page
   */
  commit(take = false) {
    const { title, steps, at, seen } = this;
    this.number += 1;
    this.send({ title, steps, at, take, number: this.number, seen });
    this.show();
  }

  /** @param {Partial<Step>} changes  of the current step */
  change(changes) {
    if (this.current) Object.assign(this.current, changes);
    this.commit();
  }

  /** @param {"question"|"answer"} field @param {string} text */
  write(field, text) {
    if (this.current) this.change({ [field]: { ...this.current[field], [this.language]: text } });
  }

  /** Makes the page a step, behind the last one. */
  insert() {
    if (!this.data) return;
    this.steps.push({ page: this.data.here.page, link: {}, question: {}, answer: {}, hidden: [] });
    this.at = this.steps.length - 1;
    this.commit(true);
    this.question.focus();
  }

  /** @param {number} by */
  move(by) {
    if (this.at === null) return;
    const [step] = this.steps.splice(this.at, 1);
    this.at += by;
    this.steps.splice(this.at, 0, step);
    this.commit();
  }

  drop() {
    if (this.at === null) return;
    this.steps.splice(this.at, 1);
    this.at = null;
    this.commit();
  }

  /**
   * Goes to the page of a step, once Python has answered what was changed last.
   * @param {number} index
   */
  go(index) {
    const answered = this.data?.answered === this.number;
    this.wanted = answered ? null : index;
    const there = this.data?.steps[index]?.address;
    if (answered && there) location.assign(there);
  }

  show() {
    const { data } = this;
    if (!data) return;
    const { text, longest } = data;
    this.showHead(data);
    this.showSteps();
    setText(this.add, text.add.replace("{page}", data.here.label));
    this.add.hidden = this.steps.length >= longest.steps;
    this.add.classList.toggle("first", this.at === null);
    const full = this.add.hidden ? text.full : "";
    setText(
      this.hint,
      full || (this.at !== null ? "" : this.steps.length ? text.other : text.none),
    );
    this.hint.hidden = !this.hint.textContent;
    this.step.hidden = this.at === null;
    this.showStep(data);
    setText(this.error, data.warning ?? "");
    this.error.hidden = !this.error.textContent;
    this.share.show(data, this.steps.length > 0);
  }

  /** @param {MakerData} data */
  showHead({ text, longest, languages, closed }) {
    setText(this.heading, text.make);
    setAttribute(this.titleField, "placeholder", text.title);
    setAttribute(this.titleField, "aria-label", text.title);
    setAttribute(this.titleField, "maxlength", String(longest.title));
    fill(this.titleField, this.title[this.language]);
    setAttribute(this.fold, "aria-label", text.fold);
    setText(this.close, text.close);
    setAttribute(this.close, "href", closed);
    setAttribute(this.languages, "aria-label", text.language);
    if (this.languages.children.length) return;
    for (const [name, label] of Object.entries(languages)) {
      const input = element("input", { type: "radio", name: "language", value: name });
      input.checked = name === this.language;
      input.onchange = () => {
        this.language = name;
        this.show();
      };
      this.languages.append(element("label", { class: "chip" }, input, label));
    }
  }

  /** @param {MakerData} data */
  showStep({ text, longest, answered }) {
    const { current } = this;
    const hidden = current?.hidden ?? [];
    this.controls.set(hidden);
    this.choice.show(hidden, text);
    for (const [field, name] of /** @type {const} */ ([
      ["question", this.questionName],
      ["answer", this.answerName],
    ])) {
      setText(name, text[field]);
      setAttribute(this[field], "maxlength", String(longest.words));
      fill(this[field], current?.[field][this.language]);
      const other = Object.entries(current?.[field] ?? {}).find(
        ([language, words]) => language !== this.language && words,
      );
      setAttribute(this[field], "placeholder", other?.[1]);
    }
    setText(this.take, text.take);
    setText(this.earlier, text.earlier);
    setText(this.later, text.later);
    setText(this.remove, text.remove);
    this.earlier.hidden = !this.at;
    this.later.hidden = this.at === null || this.at >= this.steps.length - 1;
    setText(this.taken, current && answered === this.number ? text.taken : "");
  }

  /** Shows a button for each step. They stay the same ones: a click may be under way. */
  showSteps() {
    const { children } = this.list;
    while (children.length > this.steps.length) children[children.length - 1].remove();
    for (let index = children.length; index < this.steps.length; index++) {
      const chip = button(`make-step-${index + 1}`);
      chip.onclick = () => this.go(index);
      this.list.append(element("li", {}, chip));
    }
    this.list.hidden = !this.steps.length;
    setAttribute(this.list, "aria-label", this.data?.text.steps);
    const known = [this.data?.here, ...(this.data?.steps ?? [])];
    for (const [index, { page }] of this.steps.entries()) {
      const chip = children[index].children[0];
      const label = known.find((each) => each?.page === page)?.label ?? page;
      setText(chip, `${index + 1} ${label}`);
      setAttribute(chip, "aria-current", index === this.at ? "step" : null);
    }
  }
}

/**
 * Shows a text in a field, unless its maker is writing in it.
 * @param {HTMLInputElement|HTMLTextAreaElement} field
 * @param {string} [text]
 */
function fill(field, text = "") {
  const root = /** @type {ShadowRoot} */ (field.getRootNode());
  if (root.activeElement !== field || !field.value) field.value = text;
}
