// Functions of the parts that create and change elements of the page.

/** @typedef {HTMLElement|ShadowRoot} Place  where a part is mounted */

/**
 * The argument of Streamlit's call when a part is mounted, and when its data change.
 * @template Data
 * @typedef {Object} Component
 * @property {Data} data  the data from Python
 * @property {Place} parentElement
 * @property {(name: string, value: any) => void} setStateValue  sends a value to Python
 */

/** Side of an MNIST digit in pixels. */
export const DIGIT_SIDE = 28;
/** Number of its pixels. */
export const DIGIT_PIXELS = DIGIT_SIDE * DIGIT_SIDE;

/**
 * Creates an element: element("button", { type: "button" }, "Clear").
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Object<string, string>} [attributes]
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * The 2D context of a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {CanvasRenderingContext2D}
 */
export function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("the browser gives no context to draw on a canvas");
  return context;
}

/**
 * Sets an attribute, or removes it if there is no value; does nothing if it has that value.
 * @param {Element} target
 * @param {string} name
 * @param {?string} [value]
 */
export function setAttribute(target, name, value) {
  if (!value) target.removeAttribute(name);
  else if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/**
 * Sets the text of an element; does nothing if it is the same, to avoid a new layout of the page. A text
 * that is there is changed in place: another node would have the styles of everything around it checked.
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  const { firstChild, lastChild } = target;
  if (firstChild !== lastChild || !(firstChild instanceof Text)) {
    if (target.textContent !== text) target.textContent = text;
  } else if (firstChild.data !== text) firstChild.data = text;
}

/**
 * Hides an element or shows it; does nothing if it is so, to avoid that styles are checked.
 * @param {HTMLElement} target
 * @param {boolean} hidden
 */
export function setHidden(target, hidden) {
  if (target.hidden !== hidden) target.hidden = hidden;
}

const SHOWING = 4; // milliseconds from a frame's callback until the frame is shown

/**
 * Has a function called when the browser has shown a frame: work that begins at once after the frame's
 * callback takes the processors from style, layout and painting, and the hand waits for its answer.
 * @param {() => void} run
 * @returns {number}  a timer
 */
export function whenShown(run) {
  return setTimeout(run, SHOWING);
}

/**
 * Limits how often functions run, so that every frame can be drawn while the visitor drags. All
 * calls during `interval` cause one more run, when a frame has been shown, so that it has the time
 * until the next frame. Of several functions, each interval runs one, in order.
 * @param {number} interval  milliseconds
 * @param {...function(): void} runs
 * @returns {{ (): void, now: function(): void }}  `now` runs the pending functions
 */
export function throttled(interval, ...runs) {
  let last = -Infinity;
  let timer = 0;
  let due = 0; // number of pending functions
  let next = 0; // index of the next function
  const step = () => {
    last = performance.now();
    due--;
    runs[next++ % runs.length]();
  };
  const go = () => {
    timer = 0;
    step();
    if (due) plan();
  };
  const afterFrame = () =>
    requestAnimationFrame(() => {
      if (timer) timer = whenShown(go);
    });
  const plan = () => {
    timer ||= setTimeout(afterFrame, Math.max(0, last + interval - performance.now()));
  };
  const soon = () => {
    due = runs.length;
    plan();
  };
  const now = () => {
    clearTimeout(timer);
    timer = 0;
    for (let left = due; left > 0; left--) step();
  };
  return Object.assign(soon, { now });
}

/**
 * The bytes of a base64 text; empty if the text is not base64.
 * @param {unknown} text
 * @returns {Uint8Array}
 */
export function fromBase64(text) {
  try {
    return Uint8Array.from(atob(String(text ?? "")), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/**
 * Bytes as base64 text.
 * @param {Uint8Array|number[]} bytes
 * @returns {string}
 */
export function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/**
 * A canvas for one digit, 28x28 device pixels; the style sheet enlarges it with sharp pixels.
 * @param {Object<string, string>} [attributes]
 * @returns {HTMLCanvasElement}
 */
export function digitCanvas(attributes = {}) {
  const side = String(DIGIT_SIDE);
  return element("canvas", {
    width: side,
    height: side,
    class: "digit",
    role: "img",
    ...attributes,
  });
}

/**
 * Paints grey values on the canvas of a digit; missing pixels are black.
 * @param {HTMLCanvasElement} canvas  28x28
 * @param {ArrayLike<number>} pixels  (784) in 0 to 255, row by row
 */
export function paintDigit(canvas, pixels) {
  const picture = new ImageData(DIGIT_SIDE, DIGIT_SIDE);
  const { data } = picture;
  for (let i = 0, at = 0; at < data.length; i++, at += 4) {
    data[at] = data[at + 1] = data[at + 2] = pixels[i] ?? 0;
    data[at + 3] = 255;
  }
  contextOf(canvas, { willReadFrequently: true }).putImageData(picture, 0, 0);
}

const KEYS_REST = 200; // milliseconds; a key pressed sooner continues the movement

/**
 * Calls `release` when a slider is released, also where it was before: then browsers tell no change. Keys
 * that are held down or pressed in quick succession are one movement.
 * @param {HTMLElement} input
 * @param {function(): void} release
 */
export function onRelease(input, release) {
  let held = false; // by a key
  let moved = false; // since the last release
  let resting = 0;
  const end = () => {
    held = moved = false;
    release();
  };
  const rest = () => {
    clearTimeout(resting);
    end();
  };
  input.addEventListener("input", () => (moved = true));
  input.addEventListener("keydown", () => {
    clearTimeout(resting);
    held = true;
  });
  input.addEventListener("keyup", () => {
    clearTimeout(resting);
    resting = setTimeout(rest, KEYS_REST);
  });
  input.addEventListener("change", () => held || end());
  for (const name of ["pointerup", "pointercancel"]) {
    input.addEventListener(name, () => setTimeout(() => moved && !held && end())); // after "change"
  }
  input.addEventListener("blur", () => held && rest());
}
