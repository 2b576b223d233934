// A map of pictures: each in the colour of the class that it got, wrong ones as rings, labelled
// ones large, with the first letters of their class.
import { arrowStep } from "../../engine/arrow_keys.js";
import { CodeMap } from "../../engine/code_map.js";
import { contextOf, element } from "../../engine/dom.js";

const DOT = 2.6; // radius in CSS pixels
const LABELLED = 9;
const SHOWN = 2; // letters of a class
const POINTED = 12;
const NEAR = 18; // CSS pixels within which a digit is pointed at
const EDGE = 1.04; // of the maps, whose farthest point is at 1

export class DigitMap extends CodeMap {
  /** @type {ArrayLike<number>} */
  places = [];
  /** @type {?Uint8Array} */
  found = null;
  /** @type {ArrayLike<number>} */
  labels = [];
  /** @type {Set<number>} */
  labelled = new Set();
  pointed = -1;
  /** @type {string[]} */
  kinds = [];

  /**
   * @param {(digit: number) => void} onPoint
   * @param {(digit: number) => void} onChoose
   */
  constructor(onPoint, onChoose) {
    const ground = element("canvas");
    super(element("canvas", { class: "cloud", tabindex: "0", role: "application" }), [ground]);
    this.ground = contextOf(ground); // all digits; they stay the same while the pointer moves
    this.ink = contextOf(this.canvas);
    this.setBounds([0, 0], [EDGE, EDGE]);
    this.canvas.onpointermove = (event) => onPoint(this.under(event));
    this.canvas.onclick = (event) => onChoose(this.under(event));
    this.canvas.onkeydown = (event) => {
      const step = arrowStep(event);
      if (step) onPoint(this.next(step));
      else if (event.key === "Enter" || event.key === " ") onChoose(this.pointed);
      else return;
      event.preventDefault();
    };
  }

  /**
   * @param {ArrayLike<number>} places  (n, 2)
   * @param {?Uint8Array} found  the class that each digit got
   * @param {ArrayLike<number>} labels
   * @param {Set<number>} labelled
   */
  show(places, found, labels, labelled) {
    Object.assign(this, { places, found, labels, labelled });
    this.redraw();
  }

  /** @param {number} digit */
  mark(digit) {
    this.pointed = digit;
    this.drawPointed();
  }

  /** The digit under a pointer, or -1. @param {MouseEvent} event */
  under({ offsetX, offsetY }) {
    const { places, sharpness } = this;
    let least = (NEAR * sharpness) ** 2;
    let found = -1;
    for (let at = 0; 2 * at < places.length; at++) {
      const x = this.x(places[2 * at]) - offsetX * sharpness;
      const y = this.y(places[2 * at + 1]) - offsetY * sharpness;
      if (x * x + y * y >= least) continue;
      least = x * x + y * y;
      found = at;
    }
    return found;
  }

  /** The nearest digit in a direction. @param {[number, number]} step */
  next([across, up]) {
    const { places, pointed } = this;
    if (pointed < 0) return 0;
    let least = Infinity;
    let found = pointed;
    for (let at = 0; 2 * at < places.length; at++) {
      const x = places[2 * at] - places[2 * pointed];
      const y = places[2 * at + 1] - places[2 * pointed + 1];
      const ahead = Math.sign(across) * x + Math.sign(up) * y;
      const aside = Math.abs(across ? y : x);
      if (ahead <= 0 || aside > ahead || x * x + y * y >= least) continue;
      least = x * x + y * y;
      found = at;
    }
    return found;
  }

  redraw() {
    this.drawDigits();
    this.drawPointed();
  }

  drawDigits() {
    const { ground: ink, places, found, labels, labelled, sharpness, theme, colours } = this;
    if (!theme || !places.length) return;
    ink.clearRect(0, 0, this.width, this.height);
    ink.lineWidth = sharpness;
    for (let at = 0; 2 * at < places.length; at++) {
      if (labelled.has(at)) continue;
      const colour = found ? colours[found[at]] : theme.text;
      this.circle(ink, this.x(places[2 * at]), this.y(places[2 * at + 1]), DOT);
      ink.globalAlpha = found ? 0.85 : 0.35;
      if (found && found[at] !== labels[at]) {
        ink.strokeStyle = colour;
        ink.stroke();
      } else {
        ink.fillStyle = colour;
        ink.fill();
      }
    }
    ink.globalAlpha = 1;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    ink.font = `700 ${12 * sharpness}px ${theme.font}`;
    for (const at of labelled) {
      const x = this.x(places[2 * at]);
      const y = this.y(places[2 * at + 1]);
      this.circle(ink, x, y, LABELLED);
      ink.fillStyle = theme.ground;
      ink.fill();
      ink.strokeStyle = colours[labels[at]];
      ink.lineWidth = 2.5 * sharpness;
      ink.stroke();
      ink.fillStyle = theme.text;
      ink.fillText([...this.kinds[labels[at]]].slice(0, SHOWN).join(""), x, y);
    }
  }

  /** Draws all digits, and a ring around the one that is pointed at. */
  drawPointed() {
    const { ink, ground, places, pointed } = this;
    if (!this.theme || !places.length) return;
    ink.clearRect(0, 0, this.width, this.height);
    ink.drawImage(ground.canvas, 0, 0);
    if (pointed >= 0) {
      this.circle(ink, this.x(places[2 * pointed]), this.y(places[2 * pointed + 1]), POINTED);
      this.outline(ink, 1.5);
    }
  }
}
