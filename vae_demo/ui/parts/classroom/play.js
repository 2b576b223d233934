// One task: its rule, its controls, the button that sends, and what the server said.
import {
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { Refused } from "./server.js";
import { Beta } from "./tasks/beta.js";
import { Caption } from "./tasks/caption.js";
import { Eight } from "./tasks/eight.js";
import { Fool } from "./tasks/fool.js";
import { Guess } from "./tasks/guess.js";
import { Repair } from "./tasks/repair.js";
import { textButton } from "./tasks/task.js";

/**
 * @import { Answer } from "./server.js"
 * @import { Place, Task } from "./tasks/task.js"
 */

/** @type {Object<string, new (place: Place) => Task>} */
const TASKS = {
  eight: Eight,
  fool: Fool,
  guess: Guess,
  repair: Repair,
  beta: Beta,
  caption: Caption,
};

/** A task that a pupil plays, in a room or alone. */
export class Play {
  /** @type {?Task} */
  task = null;
  name = "";

  /**
   * @param {Omit<Place, "send">} place
   * @param {Object<string, string>} rules  task -> its rule and its score in a sentence
   * @param {(state: Answer, wait: (say: string) => void) => Promise<?Answer>} judge
   * @param {?(() => void)} another  asks for another puzzle; null where there is none
   */
  constructor(place, rules, judge, another) {
    this.place = place;
    this.rules = rules;
    this.judge = judge;
    this.rule = element("p", { class: "rule", "data-testid": "class-rule" });
    this.stage = element("div", { class: "stage" });
    this.button = textButton(place.text.send, () => this.send(), "class-send");
    this.another = textButton(place.text.another, () => another?.(), "class-another");
    this.another.hidden = !another;
    this.picture = digitCanvas({ "data-testid": "class-judged" });
    this.picture.hidden = true;
    setAttribute(this.picture, "aria-label", place.text.judged);
    this.said = element("div", { role: "status", class: "said", "data-testid": "class-said" });
    this.root = element("section", { class: "play" }, this.rule, this.stage);
    this.actions = [
      element("div", { class: "row" }, this.button, this.another),
      element("div", { class: "verdict" }, this.picture, this.said),
    ];
  }

  leave() {
    this.task?.leave();
  }

  /**
   * Shows a puzzle, of the same task or of another.
   * @param {Answer} given  task, puzzle, and where they are known answers and tries
   */
  give({ task, puzzle, answers = {}, tries = null }) {
    if (task !== this.name) {
      this.leave();
      this.name = task;
      this.task = new TASKS[task]({ ...this.place, send: () => this.send() });
      this.task.tools.append(...this.actions);
      this.stage.replaceChildren(this.task.root);
      setText(this.rule, this.rules[task]);
    }
    this.button.hidden = Boolean(this.task?.ownButton);
    this.task?.give(puzzle, answers, tries);
  }

  /** Forgets what was said about an earlier puzzle. */
  clear() {
    this.picture.hidden = true;
    this.say("", "");
  }

  async send() {
    const state = this.task?.state;
    if (!state || this.busy) return this.busy || this.say(this.place.text.nothing, "no");
    this.busy = true;
    setAttribute(this.root, "aria-busy", "true");
    try {
      const away = (/** @type {string} */ say) => this.say(say || this.place.text.away, "no");
      const answer = await this.judge(state, away);
      if (!answer) return;
      const best = answer.best ? ` ${this.place.text.best.replace("{score}", answer.best)}` : "";
      this.say(answer.say + best, answer.counts && !answer.verdict.endsWith("no") ? "yes" : "no");
      this.picture.hidden = !answer.picture;
      if (answer.picture) paintDigit(this.picture, fromBase64(answer.picture));
      this.give({
        task: this.name,
        tries: this.task?.tries,
        answers: this.alone(answer),
        ...answer,
      });
    } catch (error) {
      this.say(error instanceof Refused ? error.message : this.place.text.away, "no");
    } finally {
      this.busy = false;
      setAttribute(this.root, "aria-busy", null);
    }
  }

  /**
   * The answers of somebody who plays alone, which the server does not keep.
   * @param {Answer} answer
   */
  alone(answer) {
    return { ...this.task?.answers, ...(answer.key ? { [answer.key]: answer.score } : {}) };
  }

  /**
   * @param {string} text
   * @param {string} mood  "yes", "no" or ""
   */
  say(text, mood) {
    setText(this.said, text);
    setAttribute(this.said, "data-mood", mood);
  }
}
