// The drawing pad: a square to draw a digit on, with pen, eraser, undo, redo and clear.
import { element, setAttribute, toBase64 } from "./dom.js";
import { InkCanvas, PAD_SIDE } from "./ink_canvas.js";
import { PadCursor } from "./pad_cursor.js";
import { greyPng } from "./png.js";
import { slider } from "./slider.js";
import { styleSheet } from "./styles.js";

/** @import { Spot } from "./ink_canvas.js" */

/** The style sheet of the pad and its tools. */
export const PAD_STYLE = styleSheet(new URL("./drawing_pad.css", import.meta.url));

const PEN_WIDTH = 20; // of 280 pixels: as thick as MNIST's strokes relative to 28 pixels
const ERASER_MORE = 4; // wider than the pen by this much, to erase its soft edge
const UNDO_STEPS = 30;
const KEYBOARD = -1; // used as the pointer's id

const ICONS = {
  pen: "M4 20l1-4L16 5l3 3L8 19l-4 1ZM13.5 7.5l3 3",
  eraser:
    "M9 19l-4.5-4.5a1.5 1.5 0 0 1 0-2L12.5 4.5a1.5 1.5 0 0 1 2 0l5 5a1.5 1.5 0 0 1 0 2L12 19H9ZM8.5 8.5l7 7M12 19h8",
  undo: "M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-4",
  redo: "M16 5l4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h4",
};

/**
 * @typedef {Object} Stroke  the current stroke
 * @property {number} pointer  the id of the pointer that draws it, or KEYBOARD
 * @property {ImageData} before  the canvas before the stroke
 * @property {Spot} last  the last position of the pointer
 * @property {Spot} middle  halfway to the position before that
 */

/**
 * The canvas, in `sheet`, and its `tools`; the caller adds both to the page.
 *
 * Callbacks are only for changes by the visitor, not for `put`.
 */
export class Pad extends InkCanvas {
  /** @type {ImageData[]} */
  past = []; // pictures for undo
  /** @type {ImageData[]} */
  future = []; // pictures for redo
  /** @type {Uint8Array} */
  reported = new Uint8Array(PAD_SIDE * PAD_SIDE); // the pixels at the last release of the pen
  untouched = true; // whether the pad shows its initial picture
  /** @type {?Stroke} */
  stroke = null;
  erasing = false;

  /**
   * @param {Object} callbacks
   * @param {() => void} callbacks.onInk  called when pixels have changed, also during a stroke
   * @param {() => void} callbacks.onRelease  called when the pen is released and the drawing has
   *   changed
   * @param {() => void} callbacks.onRest  called when the pen is released and the drawing has not
   *   changed
   */
  constructor({ onInk, onRelease, onRest }) {
    super();
    this.onInk = onInk;
    this.onRelease = onRelease;
    this.onRest = onRest;
    this.cursor = new PadCursor(this.canvas, PAD_SIDE, {
      toggle: (spot) => {
        if (this.byKeys) this.finish();
        else if (!this.stroke) this.press(KEYBOARD, spot, this.erasing);
      },
      move: (spot) => this.stroke && this.byKeys && this.draw(this.stroke, spot),
      lift: () => this.byKeys && this.finish(),
      clear: () => this.wipe(),
    });
    this.handHint = element("span", { class: "by-hand" });
    this.keysHint = element("span", { class: "by-keys" });
    const hints = [this.handHint, this.keysHint];
    this.hint = element("div", { class: "hint", "aria-hidden": "true" }, ...hints);
    this.pen = iconButton("pen", () => this.chooseTool(false));
    this.eraser = iconButton("eraser", () => this.chooseTool(true));
    this.undo = iconButton("undo", () => this.step(this.past, this.future));
    this.redo = iconButton("redo", () => this.step(this.future, this.past));
    this.clear = element("button", { type: "button", class: "wide", "data-testid": "draw-clear" });
    this.clear.onclick = () => this.wipe();
    this.width = slider({
      min: "8",
      max: "40",
      step: "1",
      value: String(PEN_WIDTH),
      "data-testid": "draw-width",
    });
    this.sheet = element("div", { class: "sheet" }, this.canvas, this.hint, this.cursor.ring);
    this.tools = element(
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
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = (event) => this.end(event);
    this.canvas.onpointercancel = (event) => this.end(event);
    this.canvas.onlostpointercapture = (event) => this.end(event);
    this.chooseTool(false);
    this.refresh();
  }

  // ---- what is put there

  /**
   * Sets the translated texts of the controls.
   * @param {Object<string, string>} text
   */
  name(text) {
    const { pen, eraser, undo, redo, width } = this;
    for (const [name, control] of Object.entries({ pen, eraser, undo, redo, width })) {
      setAttribute(control, "aria-label", text[name]);
      setAttribute(control, "title", text[name]);
    }
    this.clear.textContent = text.clear ?? "";
    this.handHint.textContent = text.hint ?? "";
    this.keysHint.textContent = text.keys ?? "";
    setAttribute(this.canvas, "aria-label", [text.label, text.keys].filter(Boolean).join(". "));
  }

  /**
   * Shows a picture that the visitor can continue.
   * @param {?string} picture  URL of a picture, stretched to the pad; null for an empty pad
   */
  async put(picture) {
    this.hint.hidden = Boolean(picture); // otherwise it would flash while the picture loads
    const image = picture ? await imageOf(picture) : null;
    if (this.stroke || this.past.length) return; // the visitor has already drawn
    if (image) this.stretch(image);
    this.reported = this.grey();
    this.refresh();
  }

  /**
   * Replaces the drawing by a picture, as if the visitor had drawn it; undo restores the drawing.
   * @param {string} picture  URL of a picture, stretched to the pad
   */
  async replace(picture) {
    const image = await imageOf(picture);
    this.finish();
    const before = this.snapshot();
    this.blacken();
    if (image) this.stretch(image);
    this.changed(before);
  }

  // ---- the drawing

  /** Calls `onRelease` or `onRest`, depending on whether the drawing has changed. */
  report() {
    const grey = this.grey();
    const same = grey.every((value, i) => value === this.reported[i]);
    this.reported = grey;
    this.untouched &&= same;
    if (same) this.onRest();
    else this.onRelease();
  }

  /** From now on, the drawing counts as the visitor's, even if its pixels are unchanged. */
  touch() {
    this.untouched = false;
    this.settle();
    this.reported = this.grey();
  }

  /**
   * The drawing at the last release: a PNG in base64, white on black; null for an empty pad.
   * @returns {Promise<?string>}
   */
  async png() {
    if (this.reported.every((value) => value === 0)) return null;
    return toBase64(await greyPng(this.reported, PAD_SIDE, PAD_SIDE));
  }

  /**
   * Handles a change: stores the old picture for undo, and reports the new one.
   * @param {ImageData} before
   */
  changed(before) {
    this.past = [...this.past, before].slice(-UNDO_STEPS);
    this.future = [];
    this.settle();
    this.refresh();
    this.onInk();
    this.report();
  }

  // ---- the stroke

  /** Whether a stroke is drawn with the keyboard. */
  get byKeys() {
    return this.stroke?.pointer === KEYBOARD;
  }

  /** @param {PointerEvent} event */
  begin(event) {
    event.preventDefault();
    this.cursor.leave();
    if (this.stroke || (event.button > 0 && event.button !== 5)) return; // 5: a pen's eraser end
    this.canvas.focus({ preventScroll: true });
    try {
      this.canvas.setPointerCapture(event.pointerId); // the stroke may leave the pad and return
    } catch {
      // The pointer is already up: the stroke is a dot.
    }
    this.press(event.pointerId, this.locate(event), this.erasing || event.button === 5);
  }

  /**
   * Begins a stroke with a dot.
   * @param {number} pointer
   * @param {Spot} spot
   * @param {boolean} erases
   */
  press(pointer, spot, erases) {
    this.stroke = { pointer, before: this.snapshot(), last: spot, middle: spot };
    this.cursor.show({ down: this.byKeys });
    this.hint.hidden = true;
    this.ink.lineCap = this.ink.lineJoin = "round";
    this.ink.lineWidth = Number(this.width.value) + (erases ? ERASER_MORE : 0);
    this.ink.strokeStyle = this.ink.fillStyle = erases ? "black" : "white";
    this.dot(spot); // also for a tap: a line without length draws nothing
    this.reach(spot);
    this.onInk();
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { stroke } = this;
    if (!stroke || event.pointerId !== stroke.pointer) return; // another finger
    // The browser sends one event per frame, which contains the points in between.
    const events = event.getCoalescedEvents?.() ?? [];
    this.draw(stroke, ...(events.length ? events : [event]).map((each) => this.locate(each)));
  }

  /**
   * Continues a stroke.
   * @param {Stroke} stroke
   * @param {...Spot} spots  the next positions of the pen
   */
  draw(stroke, ...spots) {
    for (const spot of spots) {
      const { last, middle } = stroke;
      const next = { x: (last.x + spot.x) / 2, y: (last.y + spot.y) / 2 };
      this.line(middle, next, last); // from middle to middle, so that corners become curves
      this.reach(spot);
      stroke.last = spot;
      stroke.middle = next;
    }
    this.onInk();
  }

  /** @param {PointerEvent} event */
  end(event) {
    if (event.pointerId === this.stroke?.pointer) this.finish();
  }

  /** Ends the current stroke, if any, and reports the drawing. */
  finish() {
    if (!this.stroke) return;
    const { before, last, middle } = this.stroke;
    this.line(middle, last);
    this.stroke = null;
    const same = this.snapshot().data.every((value, i) => value === before.data[i]);
    if (!same) return this.changed(before);
    this.refresh(); // the eraser touched no ink
    this.onRest();
  }

  /**
   * The position of an event on the canvas.
   * @param {PointerEvent} event
   * @returns {Spot}
   */
  locate(event) {
    const box = this.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * PAD_SIDE,
      y: ((event.clientY - box.top) / box.height) * PAD_SIDE,
    };
  }

  // ---- the controls

  /** @param {boolean} eraser  whether the eraser is chosen, not the pen */
  chooseTool(eraser) {
    this.erasing = eraser;
    this.pen.setAttribute("aria-pressed", String(!eraser));
    this.eraser.setAttribute("aria-pressed", String(eraser));
  }

  /**
   * Moves a picture from one stack (past or future) to the canvas, and the current one to the
   * other.
   * @param {ImageData[]} from
   * @param {ImageData[]} to
   */
  step(from, to) {
    this.finish();
    const picture = from.pop();
    if (!picture) return;
    to.push(this.snapshot());
    this.restore(picture);
    this.settle();
    this.refresh();
    this.onInk();
    this.report();
  }

  wipe() {
    this.finish();
    if (this.empty()) return;
    const before = this.snapshot();
    this.blacken();
    this.changed(before);
  }

  /**
   * Handles Ctrl+Z (undo), Ctrl+Y and Ctrl+Shift+Z (redo).
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (!(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) this.step(this.past, this.future);
    else if (key === "y" || key === "z") this.step(this.future, this.past);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Updates the hint, the cursor and the buttons to the drawing. */
  refresh() {
    const empty = this.empty();
    if (empty) this.chooseTool(false); // the eraser would have no effect on an empty pad
    this.hint.hidden = Boolean(this.stroke) || !empty;
    this.cursor.show({ down: this.byKeys });
    // Not the attribute disabled, which would remove the focus and disable Ctrl+Z.
    this.undo.setAttribute("aria-disabled", String(!this.past.length));
    this.redo.setAttribute("aria-disabled", String(!this.future.length));
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

/**
 * A decoded picture; null if it can't be loaded.
 * @param {string} url  relative to the page
 * @returns {Promise<?ImageBitmap>}
 */
async function imageOf(url) {
  try {
    const answer = await fetch(new URL(url, document.baseURI));
    return await createImageBitmap(await answer.blob(), { colorSpaceConversion: "none" });
  } catch {
    return null;
  }
}
