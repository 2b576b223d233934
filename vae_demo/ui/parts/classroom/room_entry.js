// Where a room is opened or entered.
import { element, setText } from "../../engine/dom.js";
import { textButton } from "./tasks/task.js";

/** Two forms: one for the teacher, one for pupils. */
export class RoomEntry {
  /**
   * @param {Object<string, string>} text
   * @param {() => void} open
   * @param {(code: string, nickname: string) => void} join
   */
  constructor(text, open, join) {
    const field = (/** @type {string} */ name, /** @type {Object<string, string>} */ more) => {
      const input = element("input", {
        type: "text",
        "data-testid": `class-${name}-field`,
        ...more,
      });
      const label = element("label", { class: "field" }, element("span", {}, text[name]), input);
      return { input, label };
    };
    const plain = { autocomplete: "off", spellcheck: "false" };
    this.code = field("code", { ...plain, maxlength: "20", autocapitalize: "characters" });
    this.nickname = field("nickname", { ...plain, maxlength: "60" });
    const enter = element("button", { class: "text", "data-testid": "class-join" }, text.join);
    this.form = element("form", { class: "card" });
    this.form.append(
      element("div", { class: "title" }, text.pupil),
      element("div", { class: "row" }, this.code.label, this.nickname.label, enter),
    );
    this.form.onsubmit = (event) => {
      event.preventDefault();
      join(this.code.input.value, this.nickname.input.value);
    };
    this.teacher = element(
      "div",
      { class: "card" },
      element("div", { class: "title" }, text.teacher),
      element("div", { class: "row" }, textButton(text.open, open, "class-open")),
    );
    this.back = text.back_to;
    this.rooms = element("div", { class: "row" });
    this.said = element("div", { role: "status", class: "said", "data-mood": "no" });
    this.root = element("div", { class: "entry" }, this.form, this.teacher, this.rooms, this.said);
  }

  /**
   * Shows the way into a room.
   * @param {string} code  "" for any
   */
  follow(code) {
    this.code.label.hidden = Boolean(code);
    this.teacher.hidden = Boolean(code);
    if (code) this.code.input.value = code;
  }

  /**
   * Offers rooms in which the visitor already is.
   * @param {string[]} codes
   * @param {(code: string) => void} enter
   */
  offer(codes, enter) {
    this.rooms.replaceChildren(
      ...codes.map((code) =>
        textButton(this.back.replace("{code}", code), () => enter(code), "class-back"),
      ),
    );
  }

  /** @param {string} text */
  say(text) {
    setText(this.said, text);
  }
}
