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
