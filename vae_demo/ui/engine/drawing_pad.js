// The drawing pad: a square to draw a digit on, with pen, eraser, undo, redo and clear.
import { element, setAttribute, toBase64 } from "./dom.js";
import { InkCanvas, PAD_SIDE } from "./ink_canvas.js";
import { PadCursor } from "./pad_cursor.js";
import { PadTools } from "./pad_tools.js";
import { PenStroke } from "./pen_stroke.js";
import { greyPng } from "./png.js";
import { capturePointer, spotOf } from "./pointer.js";
import { styleSheet } from "./styles.js";

/** @import { Spot } from "./ink_canvas.js" */

/** The style sheet of the pad and its tools. */
export const PAD_STYLE = styleSheet(new URL("./drawing_pad.css", import.meta.url));

const UNDO_STEPS = 30;
const KEYBOARD = -1; // used as the pointer's id

/**
 * The canvas, in `sheet`, and its tools, in `tools.root`; the caller adds both to the page.
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
  /** @type {?PenStroke} */
  stroke = null; // the current one
  pointer = KEYBOARD; // the id of the pointer that draws it, or KEYBOARD

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
        else if (!this.stroke) this.press(KEYBOARD, spot, this.tools.erasing);
      },
      move: (spot) => this.byKeys && this.draw(spot),
      lift: () => this.byKeys && this.finish(),
      clear: () => this.wipe(),
    });
    this.handHint = element("span", { class: "by-hand" });
    this.keysHint = element("span", { class: "by-keys" });
    const hints = [this.handHint, this.keysHint];
    this.hint = element("div", { class: "hint", "aria-hidden": "true" }, ...hints);
    this.tools = new PadTools({
      undo: () => this.step(this.past, this.future),
      redo: () => this.step(this.future, this.past),
      clear: () => this.wipe(),
    });
    this.sheet = element("div", { class: "sheet" }, this.canvas, this.hint, this.cursor.ring);
    this.canvas.onpointerdown = (event) => this.begin(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = (event) => this.end(event);
    this.canvas.onpointercancel = (event) => this.end(event);
    this.canvas.onlostpointercapture = (event) => this.end(event);
    this.refresh();
  }

  // ---- what is put there

  /**
   * Sets the translated texts.
   * @param {Object<string, string>} text
   */
  name(text) {
    this.tools.name(text);
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
    return this.stroke !== null && this.pointer === KEYBOARD;
  }

  /** @param {PointerEvent} event */
  begin(event) {
    event.preventDefault();
    this.cursor.leave();
    if (this.stroke || (event.button > 0 && event.button !== 5)) return; // 5: a pen's eraser end
    this.canvas.focus({ preventScroll: true });
    capturePointer(this.canvas, event); // the stroke may leave the pad and return
    this.press(
      event.pointerId,
      spotOf(this.canvas, event),
      this.tools.erasing || event.button === 5,
    );
  }

  /**
   * Begins a stroke.
   * @param {number} pointer
   * @param {Spot} spot
   * @param {boolean} erases
   */
  press(pointer, spot, erases) {
    this.stroke = new PenStroke(this, spot, this.tools.lineWidth(erases), erases);
    this.pointer = pointer;
    this.cursor.show({ down: this.byKeys });
    this.hint.hidden = true;
    this.onInk();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return; // another finger
    // The browser sends one event per frame, which contains the points in between.
    const events = event.getCoalescedEvents?.() ?? [];
    this.draw(...(events.length ? events : [event]).map((each) => spotOf(this.canvas, each)));
  }

  /** @param {...Spot} spots  the next positions of the pen */
  draw(...spots) {
    this.stroke?.draw(spots);
    this.onInk();
  }

  /** @param {PointerEvent} event */
  end(event) {
    if (event.pointerId === this.pointer) this.finish();
  }

  /** Ends the current stroke, if any, and reports the drawing. */
  finish() {
    const { stroke } = this;
    if (!stroke) return;
    this.stroke = null;
    if (stroke.end()) return this.changed(stroke.before);
    this.refresh(); // the eraser touched no ink
    this.onRest();
  }

  // ---- the controls

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
    if (empty) this.tools.choose(false); // the eraser would have no effect on an empty pad
    this.hint.hidden = Boolean(this.stroke) || !empty;
    this.cursor.show({ down: this.byKeys });
    this.tools.enable({ undo: this.past.length > 0, redo: this.future.length > 0 });
  }
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
