// A slider over which a finger can scroll the page: a swipe up or down does not change its value.
import { element } from "./dom.js";

const SIDEWAYS = 8; // CSS pixels that a finger moves sideways before it moves the slider

/**
 * Creates a slider. Browsers move a slider as soon as a finger touches it, even if the finger then
 * scrolls the page. Here, the events "input" and "change" wait until the finger moves sideways or
 * is lifted; if the page is scrolled, the value is restored without an event.
 * @param {Object<string, string>} attributes
 * @returns {HTMLInputElement}
 */
export function slider(attributes) {
  const input = element("input", { type: "range", ...attributes });
  /** @type {?{ value: string, x: number }} */
  let touch = null; // the value before the touch, and where the touch began
  let scrolled = false; // whether the finger has scrolled the page
  const move = () => {
    const moved = touch && touch.value !== input.value;
    touch = null;
    if (moved) input.dispatchEvent(new Event("input"));
  };
  /** @type {(name: keyof HTMLElementEventMap, handle: (event: any) => void) => void} */
  const first = (name, handle) => input.addEventListener(name, handle, { capture: true });
  first("pointerdown", ({ pointerType, clientX }) => {
    touch = pointerType === "mouse" ? null : { value: input.value, x: clientX };
    scrolled = false;
  });
  first("pointermove", ({ clientX }) => {
    if (touch && Math.abs(clientX - touch.x) >= SIDEWAYS) move();
  });
  first("pointerup", move);
  first("pointercancel", () => {
    if (!touch) return;
    input.value = touch.value;
    touch = null;
    scrolled = true;
  });
  first("input", (event) => touch && event.stopImmediatePropagation());
  first("change", (event) => scrolled && event.stopImmediatePropagation());
  first("touchend", () => setTimeout(() => (scrolled = false))); // after the event "change"
  return input;
}
