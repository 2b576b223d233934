// What a teacher has: the code to project, the tasks, the board, and what can be done to the room.
import { chipRow } from "../../engine/chips.js";
import { element, setAttribute, setText } from "../../engine/dom.js";
import { Board } from "./board.js";
import { textButton } from "./tasks/task.js";

/** @import { Answer } from "./server.js" */

/** The teacher's view of a room. */
export class Desk {
  sure = false; // whether the next click ends the room

  /**
   * @param {Object<string, string>} text
   * @param {Object<string, string>} names  task -> its name
   * @param {Object<string, string>} rules  task -> its rule
   * @param {(action: string, body?: Answer) => void} act  tells the server
   */
  constructor(text, names, rules, act) {
    this.text = text;
    this.rules = rules;
    this.code = element("div", { class: "code", "data-testid": "class-code" });
    this.qr = element("img", { class: "qr", "data-testid": "class-qr", alt: text.qr });
    this.link = element("a", { target: "_blank", rel: "noopener", "data-testid": "class-link" });
    this.hours = element("div", { class: "about" });
    this.tasks = chipRow({
      type: "radio",
      group: "class-task",
      names: Object.keys(names),
      pick: (task) => act("choose", { task }),
    });
    this.tasks.name(text.tasks, names);
    this.rule = element("p", { class: "rule" });
    this.board = new Board(text, (pupil) => act("remove", { pupil }));
    this.again = textButton(text.begin, () => act("begin", {}), "class-begin");
    this.hide = textButton(text.hide, () => act("hide", { hidden: !this.hidden }), "class-hide");
    this.end = textButton(text.end, () => this.ending(() => act("end", {})), "class-end");
    this.end.onblur = () => this.calm();
    this.tools = element("div", { class: "row" }, this.again, this.hide, this.end);
    this.said = element("div", { role: "status", class: "said", "data-mood": "no" });
    this.how = element("div", { class: "about" }, text.how);
    this.top = element("div", { class: "top" }, this.tasks.row, this.rule);
    this.root = element(
      "div",
      { class: "desk" },
      element("div", { class: "entrance" }, this.how, this.code, this.qr, this.link, this.hours),
      element("div", { class: "main" }, this.top, this.board.root, this.tools, this.said),
    );
  }

  /** @param {() => void} end  called at the second click */
  ending(end) {
    if (this.sure) end();
    this.sure = !this.sure;
    setText(this.end, this.sure ? this.text.sure : this.text.end);
  }

  calm() {
    this.sure = false;
    setText(this.end, this.text.end);
  }

  /**
   * @param {Answer} room  as `_look` in answers.py has it
   * @param {{ link: string, qr: string }} entrance
   */
  follow(room, { link, qr }) {
    const { text } = this;
    this.hidden = room.hidden;
    setText(this.code, room.code);
    setAttribute(this.qr, "src", qr);
    this.qr.hidden = this.link.hidden = !link;
    setAttribute(this.link, "href", link);
    setText(this.link, link.replace(/^https?:\/\//, ""));
    const hours = `${Math.ceil(room.hours)}`;
    setText(this.hours, room.ended ? text.ended : text.hours.replace("{hours}", hours));
    this.tasks.inputs[room.task].checked = true;
    setText(this.rule, this.rules[room.task]);
    setAttribute(this.hide, "aria-pressed", room.hidden ? "true" : "false");
    this.tools.hidden = this.tasks.row.hidden = room.ended;
    this.board.list.classList.toggle("ended", room.ended);
    const counted = text.counted
      .replace("{pupils}", `${room.pupils}`)
      .replace("{sent}", `${room.sent}`);
    this.board.follow(room.board, room.pupils ? counted : text.empty);
  }
}
