// The tools of the drawing pad: pen, eraser, undo, redo, clear and the width of the pen.
import { element, setAttribute } from "./dom.js";
import { slider } from "./slider.js";

const PEN_WIDTH = 20; // of 280 pixels: as thick as MNIST's strokes relative to 28 pixels
const ERASER_MORE = 4; // wider than the pen by this much, to erase its soft edge

const ICONS = {
  pen: "M4 20l1-4L16 5l3 3L8 19l-4 1ZM13.5 7.5l3 3",
  eraser:
    "M9 19l-4.5-4.5a1.5 1.5 0 0 1 0-2L12.5 4.5a1.5 1.5 0 0 1 2 0l5 5a1.5 1.5 0 0 1 0 2L12 19H9ZM8.5 8.5l7 7M12 19h8",
  undo: "M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-4",
  redo: "M16 5l4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h4",
};

/** The buttons and the slider in `root`. They hold which tool is chosen and how wide it is. */
export class PadTools {
  erasing = false; // whether the eraser is chosen, not the pen

  /**
   * @param {Object} on  callbacks
   * @param {() => void} on.undo
   * @param {() => void} on.redo
   * @param {() => void} on.clear
   */
  constructor(on) {
    this.pen = iconButton("pen", () => this.choose(false));
    this.eraser = iconButton("eraser", () => this.choose(true));
    this.undo = iconButton("undo", on.undo);
    this.redo = iconButton("redo", on.redo);
    this.clear = element("button", { type: "button", class: "wide", "data-testid": "draw-clear" });
    this.clear.onclick = on.clear;
    this.width = slider({
      min: "8",
      max: "40",
      step: "1",
      value: String(PEN_WIDTH),
      "data-testid": "draw-width",
    });
    this.root = element(
      "div",
      { class: "tools" },
      element("div", { class: "row" }, this.pen, this.eraser, this.undo, this.redo, this.clear),
      element(
        "div",
        { class: "width" },
        element("span", { class: "dot thin" }),
        this.width,
        element("span", { class: "dot thick" }),
      ),
    );
    this.choose(false);
  }

  /**
   * Sets the translated texts.
   * @param {Object<string, string>} text
   */
  name(text) {
    const { pen, eraser, undo, redo, width } = this;
    for (const [name, control] of Object.entries({ pen, eraser, undo, redo, width })) {
      setAttribute(control, "aria-label", text[name]);
      setAttribute(control, "title", text[name]);
    }
    this.clear.textContent = text.clear ?? "";
  }

  /** @param {boolean} eraser  whether the eraser is chosen, not the pen */
  choose(eraser) {
    this.erasing = eraser;
    this.pen.setAttribute("aria-pressed", String(!eraser));
    this.eraser.setAttribute("aria-pressed", String(eraser));
  }

  /**
   * The width of a line in pixels of the pad.
   * @param {boolean} erases  whether it is the eraser's
   */
  lineWidth(erases) {
    return Number(this.width.value) + (erases ? ERASER_MORE : 0);
  }

  /**
   * Shows which buttons have an effect.
   * @param {{ undo: boolean, redo: boolean }} possible
   */
  enable({ undo, redo }) {
    // Not the attribute disabled, which would remove the focus and disable Ctrl+Z.
    this.undo.setAttribute("aria-disabled", String(!undo));
    this.redo.setAttribute("aria-disabled", String(!redo));
  }
}

/**
 * A square button with an icon; its accessible name is set with the texts.
 * @param {keyof typeof ICONS} icon
 * @param {() => void} onclick
 */
function iconButton(icon, onclick) {
  const button = element("button", { type: "button", "data-testid": `draw-${icon}` });
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
  button.onclick = onclick;
  return button;
}
