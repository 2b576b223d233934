// The part "crop": a picture to turn and crop, and the digit that Python reads in it. Python gets the
// crop when the visitor releases it.
import {
  contextOf,
  digitCanvas,
  element,
  fromBase64,
  onRelease,
  paintDigit,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { mountPart } from "../../engine/mount.js";
import { capturePointer } from "../../engine/pointer.js";
import { slider } from "../../engine/slider.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);
const CORNERS = /** @type {const} */ (["nw", "ne", "sw", "se"]);
const KEY_STEP = 0.02; // of a side, for a press of an arrow key
const WHOLE = { quarters: 0, degrees: 0, left: 0, top: 0, right: 1, bottom: 1 };
const ICONS = {
  left: "M4 5v5h5M4.6 10a8 8 0 1 1-.2 5",
  right: "M20 5v5h-5M19.4 10a8 8 0 1 0 .2 5",
};

/** @import { FileAddress } from "../../engine/files.js" */

/**
 * @typedef {Object} Crop
 * @property {number} quarters  quarter turns clockwise, first
 * @property {number} degrees  clockwise, around the middle
 * @property {number} left  shares of the turned picture
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 */

/**
 * @typedef {Object} CropData
 * @property {FileAddress} picture
 * @property {Crop} crop  as Python has it
 * @property {string} digit  base64 of (784) bytes; "" where there is none
 * @property {Object<string, string>} text
 * @property {number} maxDegrees
 * @property {number} minShare  of a side, the smallest crop
 */

/** @typedef {"area"|typeof CORNERS[number]} Handle */

export default mountPart(
  STYLES,
  /** @param {CropData} data */ (data) => new CropPart(data),
  "crop",
);

class CropPart {
  /** @type {Crop} */
  crop = WHOLE;
  /** @type {?Crop} */
  sent = null; // the crop that Python has
  /** @type {?ImageBitmap} */
  picture = null;
  key = ""; // of the picture
  /** @type {(message: { picture: string, crop: Crop }) => void} */
  send = () => {};

  /** @param {CropData} data */
  constructor(data) {
    this.data = data;
    this.canvas = element("canvas", { role: "img", "data-testid": "crop-picture" });
    this.area = element("button", { type: "button", class: "area", "data-testid": "crop-area" });
    this.corners = CORNERS.map((name) =>
      element("button", { type: "button", class: `corner ${name}`, "data-testid": `crop-${name}` }),
    );
    this.take(this.area, "area");
    this.corners.forEach((corner, i) => this.take(corner, CORNERS[i]));
    this.frame = element("div", { class: "frame" }, this.area, ...this.corners);
    this.stage = element("div", { class: "stage" }, this.canvas, this.frame);

    this.left = element("button", { type: "button", "data-testid": "crop-left" });
    this.right = element("button", { type: "button", "data-testid": "crop-right" });
    for (const [button, path, turn] of /** @type {const} */ ([
      [this.left, ICONS.left, 3],
      [this.right, ICONS.right, 1],
    ])) {
      button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
      button.onclick = () => this.turn(turn);
    }
    this.whole = element("button", { type: "button", class: "text", "data-testid": "crop-whole" });
    this.whole.onclick = () => {
      this.set(WHOLE);
      this.release();
    };
    this.slider = slider({ step: "1", "data-testid": "crop-degrees" });
    this.slider.oninput = () => this.set({ degrees: Number(this.slider.value) });
    onRelease(this.slider, () => this.release());
    this.degrees = element("output");
    this.slid = element("span");
    this.label = element("div", { class: "label" });
    this.digit = digitCanvas({ "data-testid": "crop-digit" });
    this.root = element(
      "div",
      { class: "crop layer" },
      element(
        "div",
        { class: "bench" },
        this.stage,
        element(
          "div",
          { class: "side" },
          element("figure", {}, this.label, this.digit),
          element("div", { class: "row" }, this.left, this.right, this.whole),
          element("label", { class: "scrub" }, this.slid, this.slider, this.degrees),
        ),
      ),
    );
  }

  /** @param {CropData} data */
  follow(data) {
    this.data = data;
    const { text, picture, digit, maxDegrees } = data;
    for (const [target, name] of /** @type {[Element, string][]} */ ([
      [this.canvas, "picture"],
      [this.area, "area"],
      [this.left, "left"],
      [this.right, "right"],
      [this.slider, "degrees"],
      [this.digit, "seen"],
      ...this.corners.map((corner, i) => [corner, CORNERS[i]]),
    ])) {
      setAttribute(target, "aria-label", text[name]);
    }
    setAttribute(this.left, "title", text.left);
    setAttribute(this.right, "title", text.right);
    setText(this.slid, text.degrees);
    setText(this.whole, text.whole);
    setText(this.label, text.seen);
    this.slider.min = String(-maxDegrees);
    this.slider.max = String(maxDegrees);
    paintDigit(this.digit, fromBase64(digit));
    if (picture.key !== this.key) this.load(picture, data.crop);
  }

  /**
   * Shows another picture.
   * @param {FileAddress} file
   * @param {Crop} crop
   */
  async load(file, crop) {
    this.key = file.key;
    this.picture = null;
    this.root.classList.add("loading"); // nothing is seen before it is in its place
    const picture = await createImageBitmap(new Blob([await fetchFile(file)]));
    if (this.key !== file.key) return;
    this.picture = picture;
    this.set(crop);
    this.root.classList.remove("loading");
    this.sent = this.crop;
  }

  // ---- what the visitor does

  /**
   * Lets a handle be dragged, and moved by the arrow keys.
   * @param {HTMLElement} target
   * @param {Handle} handle
   */
  take(target, handle) {
    /** @type {?{ x: number, y: number, crop: Crop }} */
    let start = null;
    target.onpointerdown = (event) => {
      if (event.button > 0) return;
      capturePointer(target, event);
      start = { x: event.clientX, y: event.clientY, crop: this.crop };
    };
    target.onpointermove = (event) => {
      if (!start) return;
      const { width, height } = this.stage.getBoundingClientRect();
      const x = (event.clientX - start.x) / width;
      const y = (event.clientY - start.y) / height;
      this.set(moved(start.crop, handle, x, y, this.data.minShare));
    };
    target.onpointerup = target.onpointercancel = () => {
      start = null;
      this.release();
    };
    target.onkeydown = (event) => {
      const x = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
      const y = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
      if (!x && !y) return;
      event.preventDefault(); // the page does not scroll
      this.set(moved(this.crop, handle, x * KEY_STEP, y * KEY_STEP, this.data.minShare));
    };
    onRelease(target, () => this.release());
  }

  /**
   * Turns the picture by quarters, and the crop with it.
   * @param {1|3} quarters  clockwise
   */
  turn(quarters) {
    const { left, top, right, bottom } = this.crop;
    const box =
      quarters === 1
        ? { left: 1 - bottom, top: left, right: 1 - top, bottom: right }
        : { left: top, top: 1 - right, right: bottom, bottom: 1 - left };
    this.set({ ...box, quarters: (this.crop.quarters + quarters) % 4 });
    this.release();
  }

  /** @param {Partial<Crop>} changes */
  set(changes) {
    this.crop = { ...this.crop, ...changes };
    this.draw();
  }

  /** Python gets the crop, if it is another one. */
  release() {
    if (this.crop === this.sent) return;
    this.sent = this.crop;
    this.send({ picture: this.key, crop: this.crop });
  }

  // ---- the picture

  draw() {
    const { picture } = this;
    const { quarters, degrees, left, top, right, bottom } = this.crop;
    this.frame.style.inset = [top, 1 - right, 1 - bottom, left].map((s) => `${100 * s}%`).join(" ");
    this.frame.classList.toggle("whole", right - left === 1 && bottom - top === 1);
    this.slider.value = String(degrees);
    setText(this.degrees, `${degrees}°`);
    this.slider.style.setProperty(
      "--done",
      `${(50 * (degrees + this.data.maxDegrees)) / this.data.maxDegrees}%`,
    );
    if (!picture) return;
    const lies = quarters % 2 === 1;
    this.canvas.width = lies ? picture.height : picture.width;
    this.canvas.height = lies ? picture.width : picture.height;
    const context = contextOf(this.canvas);
    context.translate(this.canvas.width / 2, this.canvas.height / 2);
    context.rotate((quarters * Math.PI) / 2 + (degrees * Math.PI) / 180);
    context.drawImage(picture, -picture.width / 2, -picture.height / 2);
  }
}

/**
 * A crop after one of its handles was moved; it stays in the picture.
 * @param {Crop} crop
 * @param {Handle} handle
 * @param {number} x  shares of the picture
 * @param {number} y
 * @param {number} least  of a side
 * @returns {Crop}
 */
function moved(crop, handle, x, y, least) {
  let { left, top, right, bottom } = crop;
  if (handle === "area") {
    const dx = Math.min(Math.max(x, -left), 1 - right);
    const dy = Math.min(Math.max(y, -top), 1 - bottom);
    return { ...crop, left: left + dx, right: right + dx, top: top + dy, bottom: bottom + dy };
  }
  if (handle.includes("w")) left = Math.min(Math.max(left + x, 0), right - least);
  else right = Math.max(Math.min(right + x, 1), left + least);
  if (handle.includes("n")) top = Math.min(Math.max(top + y, 0), bottom - least);
  else bottom = Math.max(Math.min(bottom + y, 1), top + least);
  return { ...crop, left, top, right, bottom };
}
