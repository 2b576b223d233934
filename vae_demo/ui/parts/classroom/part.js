// The part "classroom": a room of a class, as its teacher, a pupil or somebody who enters sees it;
// without a room, the tasks for a visitor alone. It asks the server by HTTP (see server.js); Python
// hears only which room and which task the link is to hold.
import { chipRow } from "../../engine/chips.js";
import { element, setText } from "../../engine/dom.js";
import { PAD_STYLE } from "../../engine/drawing_pad.js";
import { mountPart } from "../../engine/mount.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { Board } from "./board.js";
import { Desk } from "./desk.js";
import { Play } from "./play.js";
import { RoomEntry } from "./room_entry.js";
import { ask, deliver, deliverUnsent, Refused, roomPath, speak } from "./server.js";
import { textButton } from "./tasks/task.js";

/**
 * @import { Answer } from "./server.js"
 * @import { Place } from "./tasks/task.js"
 */

const STYLES = await Promise.all([
  PARTS_STYLE,
  PAD_STYLE,
  styleSheet(new URL("./part.css", import.meta.url)),
]);
const SHUT = ["room", "removed", "often", "cookie"]; // why there is no way into a room
// Milliseconds between two looks at the room: of a teacher, of a pupil, and of a hidden page.
const LOOKS = { teacher: 1500, pupil: 2500, hidden: 10_000 };

/**
 * @typedef {Object} ClassFields  as part.py has them
 * @property {string} room  its code; "" for none
 * @property {string} task  that a visitor plays alone
 * @property {string} link  to the room
 * @property {string} qr  the same as a picture
 * @property {Object<string, string>} names  task -> its name
 * @property {Object<string, string>} rules  task -> its rule and its score
 */
/** @typedef {Omit<Place, "send"> & ClassFields} ClassData */

export default mountPart(
  STYLES,
  /** @param {ClassData} data */ (data) => new Classroom(data),
  "message",
);

deliverUnsent();

class Classroom {
  /** @type {?Answer} */
  room = null; // as it was seen last
  timer = 0;
  round = 0; // of practice
  key = ""; // what the view was made for
  aloneTask = ""; // the task that a visitor plays alone
  puzzle = ""; // task and round that a pupil was given
  opening = false; // whether a room is being opened
  left = false; // whether the page has removed the part
  /** @type {(message: Answer) => void} */
  send = () => {};

  /** @param {ClassData} data */
  constructor(data) {
    this.data = data;
    this.root = element("div", { class: "classroom layer" });
  }

  leave() {
    clearTimeout(this.timer);
    this.play?.leave();
    this.left = true;
  }

  /** @param {ClassData} data */
  follow(data) {
    this.data = data;
    speak(data.language);
    const key = `${data.language} ${data.room}`;
    if (this.key !== key) this.enter(key);
    else if (!data.room) this.practise(data.task);
  }

  /**
   * Shows another room, or none.
   * @param {string} key
   */
  enter(key) {
    this.key = key;
    this.room = null;
    this.desk = undefined;
    this.puzzle = "";
    clearTimeout(this.timer);
    this.play?.leave();
    const { text, room, names } = this.data;
    this.entry = new RoomEntry(
      text,
      () => this.open(),
      (code, name) => this.join(code, name),
    );
    this.entry.follow("");
    this.practice = chipRow({
      type: "radio",
      group: "class-practice",
      names: Object.keys(names),
      pick: (task) => this.send({ room: "", task, at: Date.now() }),
    });
    this.practice.name(text.tasks, names);
    this.root.replaceChildren(this.entry.root);
    if (room) this.watch();
    else {
      this.alone();
      this.ownRooms();
    }
  }

  // ---- alone

  alone() {
    const { data } = this;
    const judge = (/** @type {Answer} */ state) => ask(this.way(), { state });
    this.play = new Play(data, data.rules, judge, () => this.puzzleAlone(this.round + 1));
    this.aloneTask = "";
    const title = element("div", { class: "title" }, data.text.alone);
    this.root.append(
      element("section", { class: "alone" }, title, this.practice?.row ?? "", this.play.root),
    );
    this.practise(data.task);
  }

  /** @param {string} task */
  practise(task) {
    if (task === this.aloneTask) return;
    this.aloneTask = task;
    if (this.practice) this.practice.inputs[task].checked = true;
    this.puzzleAlone(0);
  }

  way() {
    return `practice/${this.aloneTask}?round=${this.round}`;
  }

  /** @param {number} round */
  async puzzleAlone(round) {
    this.round = round;
    this.play?.clear();
    const asked = this.way();
    await this.attempt(async () => {
      const given = await ask(asked);
      if (given && asked === this.way()) this.play?.give(given);
    });
  }

  // ---- entering a room

  async open() {
    if (this.opening) return;
    this.opening = true;
    await this.attempt(async () => {
      const made = await ask("rooms", {});
      this.goTo(made?.code ?? "");
    });
    this.opening = false;
  }

  /** @param {string} room  "" for none */
  goTo(room) {
    this.send({ room, task: this.data.task, at: Date.now() });
  }

  /** Shows the rooms that this visitor is in, to come back to. */
  async ownRooms() {
    const found = await ask("rooms").catch(() => null);
    this.entry?.offer(found?.rooms ?? [], (code) => this.goTo(code));
  }

  /**
   * @param {string} code
   * @param {string} nickname
   */
  async join(code, nickname) {
    await this.attempt(async () => {
      const found = await ask(`${roomPath(code)}/join`, { nickname });
      if (found?.code === this.data.room) this.watch();
      else this.goTo(found?.code ?? "");
    });
  }

  /**
   * Asks the server, and says its refusal.
   * @param {() => Promise<void>} act
   */
  async attempt(act) {
    this.say("");
    try {
      await act();
    } catch (error) {
      const away = !(error instanceof Refused);
      this.say(away ? this.data.text.away : error.message);
    }
  }

  /** @param {string} text */
  say(text) {
    if (this.desk) setText(this.desk.said, text);
    this.entry?.say(text);
  }

  // ---- in a room

  /** A button that leads back to the forms; the room goes on. */
  leaving() {
    return textButton(this.data.text.leave, () => this.goTo(""), "class-leave");
  }

  /** Looks at the room, and again and again. */
  async watch() {
    clearTimeout(this.timer);
    const { key } = this;
    try {
      const seen = this.room ? `?version=${this.room.version}` : "";
      const room = await ask(`${roomPath(this.data.room)}${seen}`);
      if (key !== this.key || this.left) return;
      if (room) await this.show(room);
    } catch (error) {
      if (key !== this.key || this.left) return;
      if (error instanceof Refused && SHUT.includes(error.reason)) return this.shut(error.message);
    }
    const pause = document.hidden ? LOOKS.hidden : LOOKS[this.desk ? "teacher" : "pupil"];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.watch(), pause);
  }

  /**
   * There is no way into this room.
   * @param {string} why
   */
  shut(why) {
    this.play?.leave();
    this.room = null;
    this.desk = undefined;
    this.root.replaceChildren(this.entry?.root ?? "");
    this.entry?.follow("");
    this.alone();
    this.say(why);
  }

  /** @param {Answer} room */
  async show(room) {
    const before = this.room?.role;
    this.room = room;
    if (room.role === "guest") this.entry?.follow(room.ended ? "" : room.code);
    else if (room.role === "teacher") this.teach(room, before !== "teacher");
    else await this.learn(room, before !== "pupil");
  }

  /**
   * @param {Answer} room
   * @param {boolean} first
   */
  teach(room, first) {
    const { text, names, rules } = this.data;
    if (first) {
      this.desk = new Desk(text, names, rules, (action, body) =>
        this.attempt(async () => {
          await ask(`rooms/${room.code}/${action}`, body);
          this.watch();
        }),
      );
      this.desk.tools.append(this.leaving());
      this.root.replaceChildren(this.desk.root);
    }
    this.desk?.follow(room, this.data);
  }

  /**
   * @param {Answer} room
   * @param {boolean} first
   */
  async learn(room, first) {
    const { data } = this;
    const { text } = data;
    if (first) {
      this.play = new Play(data, data.rules, (state, wait) => this.submit(state, wait), null);
      this.board = new Board(text, null);
      this.who = element("span", { class: "who", "data-testid": "class-who" });
      this.root.replaceChildren(
        element("div", { class: "row" }, this.who, this.leaving()),
        element("div", { class: "learn" }, this.play.root, this.board.root),
      );
    }
    const mine = room.board.find((/** @type {Answer} */ row) => row.mine);
    const place = mine?.place ? text.place.replace("{place}", mine.place) : "";
    const parts = [mine?.name, text.in.replace("{code}", room.code), place];
    if (this.who) setText(this.who, parts.filter(Boolean).join(" · "));
    const counted = text.counted
      .replace("{pupils}", `${room.pupils}`)
      .replace("{sent}", `${room.sent}`);
    this.board?.follow(room.board, counted);
    if (room.ended && this.play) {
      this.play.root.replaceChildren(element("p", { class: "rule" }, text.ended));
      return;
    }
    const puzzle = `${room.task} ${room.round}`;
    if (puzzle === this.puzzle) return;
    const given = await ask(`rooms/${room.code}/puzzle`);
    if (!given) return;
    this.puzzle = `${given.task} ${given.round}`;
    this.current = { task: given.task, round: given.round };
    this.play?.clear();
    this.play?.give(given);
  }

  /**
   * @param {Answer} state
   * @param {(say: string) => void} wait
   */
  async submit(state, wait) {
    const path = `${roomPath(this.data.room)}/submit`;
    const found = await deliver(path, { ...this.current, state }, wait);
    this.watch();
    return found;
  }
}
