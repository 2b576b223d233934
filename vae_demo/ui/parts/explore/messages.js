// What Explore tells Python: the view, when the visitor releases a control.

/** @import { View } from "./data.js" */

/** Sends views that are new. Each message reruns a part of the page. */
export class Messages {
  last = ""; // the view that Python has, as JSON
  /** @type {(view: View) => void} */
  send = () => {};

  /** @param {View} view  that Python has */
  note(view) {
    this.last = JSON.stringify(view);
  }

  /** @param {View} view */
  report(view) {
    const before = this.last;
    this.note(view);
    if (this.last !== before) this.send(view);
  }
}
