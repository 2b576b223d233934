// The stages of the preprocessing as chips, with a description of the one that is pointed at.
import { chipRow } from "../../engine/chips.js";
import { element } from "../../engine/dom.js";
import { STAGES } from "../../engine/preprocessing.js";

/** @import { Texts } from "./data.js" */

/** A row of chips; each switches a stage on or off. */
export class Stages {
  /** @type {?string} */
  touched = null; // the stage that was switched last
  /** @type {?Texts} */
  text = null;

  /** @param {() => void} onSwitch  called when the visitor has switched a stage */
  constructor(onSwitch) {
    this.chips = chipRow({
      type: "checkbox",
      group: "stage",
      names: STAGES,
      pick: (name) => {
        this.touched = name;
        onSwitch();
      },
      point: (name) => this.explain(name),
    });
    this.title = element("div", { class: "title" });
    this.about = element("div", { class: "about" });
    const { row } = this.chips;
    this.root = element("section", { class: "stages" }, this.title, row, this.about);
  }

  /** @param {Texts} text */
  name(text) {
    this.text = text;
    this.chips.name(text.stages, text.stageNames);
    this.title.textContent = text.stages;
    this.explain(null);
  }

  /** @param {string[]} names  the stages that are on */
  take(names) {
    for (const name of STAGES) this.chips.inputs[name].checked = names.includes(name);
  }

  /** The stages that are on, in order. */
  wanted() {
    return STAGES.filter((name) => this.chips.inputs[name].checked);
  }

  /**
   * Shows the description of the stage under the pointer, or of the one that was switched last.
   * @param {?string} pointed
   */
  explain(pointed) {
    const name = pointed ?? this.touched;
    const { text } = this;
    this.about.textContent = (name ? text?.stageAbouts[name] : text?.stages_about) ?? "";
  }
}
