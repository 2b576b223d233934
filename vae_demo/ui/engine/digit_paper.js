// A digit, drawn on a pad or given by Python, of a part that computes while the visitor changes
// something, and that Python answers when the visitor releases it.
import { element, setAttribute, toBase64 } from "./dom.js";
import { Pad } from "./drawing_pad.js";
import { DrawnDigit, rehearse } from "./drawn_digit.js";
import { OncePerFrame } from "./once_per_frame.js";
import { STAGES } from "./preprocessing.js";

/**
 * @typedef {Object} PaperData  the fields of a part's data that belong to its digit, as `pad_data`
 *   in parts/digit_choice/pad.py has them
 * @property {number} serial  of the latest message that Python received; 0 before the first
 * @property {number} revision  a new number replaces the state in the browser
 * @property {string} digit  base64 of (784) bytes, the digit in Python
 * @property {string} example  the same, shown for an empty pad; "" without a pad
 * @property {boolean} isExample  whether `digit` is the example
 * @property {boolean} pad  whether there is a pad; otherwise the digit is given
 * @property {?string} picture  URL of the initial picture on the pad
 * @property {number} placed  a new number replaces the drawing on the pad by the picture
 */

/**
 * @typedef {Object} PaperMessage  the fields of a message that belong to the digit
 * @property {number} serial
 * @property {number} revision
 * @property {?string} digit  base64 of (784) bytes, the drawn digit; null for an empty pad
 */

/** The digit, and its pad in `root`. */
export class DigitPaper {
  ahead = false; // whether there are changes that Python has not received yet
  /** @type {?number} */
  placed = null; // of the picture that Python has put on the pad; null for none yet

  /**
   * @param {PaperData} data
   * @param {() => void} paint  draws the part
   * @param {(message: PaperMessage) => void} send  called with the state on release
   */
  constructor(data, paint, send) {
    this.data = data;
    this.serial = data.serial; // of the latest message
    this.send = send;
    this.frames = new OncePerFrame(paint);
    this.pad = new Pad({
      onInk: () => this.changed(true),
      onRelease: () => this.release(),
      onRest: () => this.rest(),
    });
    this.digit = new DrawnDigit(this.pad);
    this.root = element("div", { class: "paper" }, this.pad.sheet, this.pad.tools.root);
  }

  /** Stops the animation. */
  leave() {
    this.frames.leave();
  }

  /**
   * Shows Python's data, unless the visitor has changed something since, and draws the part.
   * @param {PaperData} data
   * @param {Object<string, string>} text  of the pad
   */
  follow(data, text) {
    this.data = data;
    this.pad.name(text);
    this.root.hidden = !data.pad;
    if (data.pad && this.placed === null) {
      this.pad.put(data.picture);
      rehearse();
    } else if (data.pad && data.picture && this.placed !== data.placed) {
      this.pad.replace(data.picture);
    }
    if (data.pad) this.placed = data.placed;
    if (this.answered) this.digit.take(data.digit, data.isExample);
    this.setBusy();
    this.frames.now();
  }

  /** Marks the part around it as busy from a release until Python has answered. */
  setBusy() {
    const part = this.root.closest(".layer");
    if (part) setAttribute(part, "aria-busy", this.data.serial === this.serial ? null : "true");
  }

  /** Whether Python's data belong to what is shown. */
  get answered() {
    return !this.ahead && this.data.serial === this.serial;
  }

  /** Whether an example is shown, because the pad is empty or nothing was uploaded. */
  get standsIn() {
    return this.data.pad ? this.digit.isExample : this.data.isExample;
  }

  /** The digit, after the preprocessing of new ink: (784) bytes. */
  read() {
    this.digit.prepare(STAGES, this.data.example);
    return this.digit.pixels;
  }

  // ---- what the visitor does

  /**
   * Something has changed, also while dragging.
   * @param {boolean} [inked]  whether that is the drawing
   */
  changed(inked = false) {
    this.ahead = true;
    this.digit.inked ||= inked;
    this.frames.ask();
  }

  /** Sends the current state to Python when the visitor releases the pen or a control. */
  release() {
    if (!this.ahead) return;
    this.frames.now();
    this.ahead = false;
    const { isExample, pixels } = this.digit;
    this.send({
      serial: ++this.serial,
      revision: this.data.revision,
      digit: isExample ? null : toBase64(pixels),
    });
    this.setBusy();
  }

  /** The visitor has released the pen, and nothing has changed. */
  rest() {
    this.ahead = false;
    this.frames.ask();
  }

  /** @param {KeyboardEvent} event  in the part */
  key(event) {
    if (this.data.pad) this.pad.key(event);
  }
}
