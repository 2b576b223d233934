// A pointer on an element: a mouse, a pen or a finger.

/**
 * Sends a pointer's events to an element until it is lifted, also when it leaves the element.
 * @param {HTMLElement} target
 * @param {PointerEvent} event  that began there
 */
export function capturePointer(target, event) {
  try {
    target.setPointerCapture(event.pointerId);
  } catch {
    // The pointer is already up.
  }
}

/**
 * Keeps the page from scrolling while a finger holds something on an element. Elsewhere on it, a
 * finger that goes up or down scrolls the page, by the style `touch-action: pan-y pinch-zoom`.
 * @param {HTMLElement} target
 * @param {() => boolean} holds  whether the pointer that was just pressed holds something
 */
export function holdPage(target, holds) {
  const begin = (/** @type {TouchEvent} */ event) => holds() && event.preventDefault();
  target.addEventListener("touchstart", begin, { passive: false });
}

/**
 * The position of an event on a canvas, in the canvas's own pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {PointerEvent} event
 * @returns {{ x: number, y: number }}
 */
export function spotOf(canvas, event) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return {
    x: ((event.clientX - left) / width) * canvas.width,
    y: ((event.clientY - top) / height) * canvas.height,
  };
}
