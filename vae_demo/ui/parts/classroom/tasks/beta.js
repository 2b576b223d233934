// Choose a beta.
import { element, setAttribute, setText } from "../../../engine/dom.js";
import { shortFormat } from "../../../engine/number_format.js";
import { slider } from "../../../engine/slider.js";
import { Task } from "./task.js";

/** @import { Place } from "./task.js" */

/** A slider over the betas, and the tries so far. */
export class Beta extends Task {
  /** @param {Place} place */
  constructor(place) {
    super(place);
    this.short = shortFormat(place.language);
    this.input = slider({ min: "0", max: "0", step: "1", value: "0", "data-testid": "class-beta" });
    this.input.oninput = () => this.paint();
    this.output = element("output", { "aria-hidden": "true", class: "beta" });
    this.list = element("ol", { class: "tries" });
    const name = element("span", {}, this.text.beta);
    const setting = element("label", { class: "setting" }, name, this.output, this.input);
    setAttribute(this.input, "aria-label", this.text.beta);
    this.tools.classList.add("wide");
    this.tools.append(setting, this.line, this.list);
    this.root.append(this.tools);
  }

  async load() {} // nothing is computed in the browser

  /**
   * @param {Object<string, any>} puzzle
   * @param {Object<string, ?number>} answers
   * @param {?number} tries
   */
  give(puzzle, answers, tries) {
    this.input.max = `${puzzle.betas.length - 1}`;
    super.give(puzzle, answers, tries);
  }

  get state() {
    return this.puzzle ? { beta: this.beta } : null;
  }

  /** @returns {number} */
  get beta() {
    return this.puzzle?.betas[Number(this.input.value)];
  }

  paint() {
    if (!this.puzzle) return;
    const written = this.short(this.beta);
    setText(this.output, written);
    setAttribute(this.input, "aria-valuetext", written);
    const tried = Object.entries(this.answers ?? {}).sort(([a], [b]) => Number(a) - Number(b));
    const left = (this.tries ?? 0) - tried.length;
    this.line.hidden = !this.tries;
    setText(this.line, this.text.tries_left.replace("{count}", `${left}`));
    this.list.replaceChildren(
      ...tried.map(([beta, worth]) => {
        const { enough, few } = this.text;
        const value = this.short(Number(beta));
        return element("li", {}, (worth === null ? few : enough).replace("{beta}", value));
      }),
    );
  }
}
