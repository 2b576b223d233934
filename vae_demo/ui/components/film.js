// The part "film": paths between two digits that move together under one slider, or by themselves.
// Python hears nothing of it.
import {
  DIGIT_SIDE, digitCanvas, element, fromBase64, paintDigit, setAttribute,
} from "./page.js";
import { Player } from "./player.js";

// One round, in milliseconds: there and back, with a short rest at each end.
const ROUND = { forward: 2500, rest: 600, back: 2500, pause: 600, eased: true };

/** The film of each place where the part is mounted: this runs again at each change of data. */
const films = new WeakMap();

/**
 * data: {
 *   pixels: base64 of (paths, frames, 28, 28) bytes,
 *   frames: how many frames each path has,
 *   names: one name for each path,
 *   text: { label, play, pause, slider, step }; "{percent}" in step stands for the number,
 *   play: whether it plays by itself,
 * }
 */
export default function film({ data, parentElement }) {
  let shown = films.get(parentElement);
  if (!shown) films.set(parentElement, (shown = new Film(Boolean(data?.play))));
  if (shown.root.parentNode !== parentElement) parentElement.append(shown.root);
  shown.follow(data ?? {});
  return () => {
    films.delete(parentElement);
    shown.leave();
  };
}

class Film {
  frame = null; // the one that is painted
  text = {};

  constructor(play) {
    const show = (place) => this.show(place);
    this.player = new Player({ testid: "morph", round: ROUND, play, show });
    if (!this.player.playing) this.player.go(0.5); // where the paths differ most
    this.paths = element("div", { class: "paths" });
    this.root = element("div", { class: "film", role: "group" }, this.paths, this.player.row);
    this.player.watch(this.root);
  }

  leave() {
    this.player.leave();
    this.root.remove();
  }

  /** Takes films over, at the place where the last ones were. The same again changes nothing. */
  follow(data) {
    const names = data.names ?? [];
    const same = data.pixels === this.data?.pixels && data.frames === this.data?.frames;
    this.data = data;
    this.text = data.text ?? {};
    this.last = Math.max((Number(data.frames) || 1) - 1, 0);
    if (!same) {
      this.frame = null;
      this.pixels = fromBase64(data.pixels);
    }

    // Canvases are kept and repainted, never rebuilt: new films replace the old without a flicker.
    while (this.paths.children.length > names.length) this.paths.lastChild.remove();
    while (this.paths.children.length < names.length) {
      this.paths.append(pathFigure(this.paths.children.length));
    }
    names.forEach((name, path) => {
      const [label, canvas] = this.paths.children[path].children;
      if (label.textContent !== name) label.textContent = name;
      setAttribute(canvas, "aria-label", name);
    });
    this.root.style.setProperty("--paths", String(names.length));
    setAttribute(this.root, "aria-label", this.text.label);
    this.player.follow(this.last ? 1 : 0, 1 / (this.last || 1), this.text);
  }

  /** Paints the nearest frame of each path: none is made up between those that Python sent. */
  show(place) {
    const percent = String(Math.round(100 * place));
    const step = (this.text.step ?? "{percent}").replace("{percent}", percent);
    setAttribute(this.player.slider, "aria-valuetext", step);
    const frame = Math.round(place * this.last);
    if (frame === this.frame) return;
    this.frame = frame;
    const size = DIGIT_SIDE * DIGIT_SIDE;
    [...this.paths.children].forEach((figure, path) => {
      const start = (path * (this.last + 1) + frame) * size;
      paintDigit(figure.lastChild, this.pixels.subarray(start, start + size));
    });
  }
}

/** One path: its name, and the canvas that it moves on. */
function pathFigure(path) {
  const canvas = digitCanvas({ "data-testid": "morph-frame", "data-path": String(path) });
  return element("figure", {}, element("div", { class: "label" }), canvas);
}
