// The test digits whose codes are nearest to a code, and how densely codes lie there.

import { digitCanvas, element, setAttribute, setText } from "../../engine/dom.js";
import { filled } from "../../engine/filled.js";
import { paintInk } from "../../engine/ink.js";

const SHOWN = 3;
const SLICE = 10; // milliseconds in which test digits are encoded, while the browser is idle
const DENSE = 50; // percent of the test digits that have a nearer neighbour; up to here,
const SPARSE = 95; // and up to here

/**
 * @import { SpaceFile } from "./space.js"
 * @import { TestDigits } from "./test_digits.js"
 */

/** @typedef {{ dot: number, distance: number }} Neighbour  a test digit, and how far its code is */

/** Encodes all test digits of a run, and finds the nearest ones. */
export class Neighbours {
  /** @type {ArrayLike<number>} */
  active = []; // (k) the latents that are compared; the others tell no two digits apart
  /** @type {ArrayLike<number>} */
  gaps = []; // (101) percentiles of each test digit's distance to the nearest other one
  codes = new Float32Array(); // (n, k) of the test digits
  learned = 0; // how many of them are known
  turn = 0; // counts the runs

  /** @param {TestDigits} digits */
  constructor(digits) {
    this.digits = digits;
    this.title = element("div", { class: "label" });
    this.canvases = Array.from({ length: SHOWN }, () =>
      digitCanvas({ "data-testid": "explore-nearest" }),
    );
    this.density = element("p", { class: "note", "data-testid": "explore-density" });
    const pictures = element("div", { class: "digits" }, ...this.canvases);
    this.root = element("div", { class: "neighbours" }, this.title, pictures, this.density);
    this.leave();
  }

  /**
   * Enters the space of a run.
   * @param {SpaceFile} file
   */
  enter({ active, gaps }) {
    this.leave();
    this.active = active;
    this.gaps = gaps;
  }

  leave() {
    this.turn++;
    this.learned = 0;
    this.root.classList.add("none");
  }

  /**
   * Encodes the test digits, a few at a time.
   * @returns {Promise<boolean>}  whether all are known; not if another run was entered meanwhile
   */
  async learn() {
    const turn = this.turn;
    const { length } = this.active;
    const count = this.digits.positions.length;
    this.codes = new Float32Array(count * length);
    while (this.learned < count) {
      await idle();
      if (turn !== this.turn) return false;
      const end = performance.now() + SLICE;
      while (this.learned < count && performance.now() < end) {
        const code = this.digits.posterior(this.learned)?.mean ?? [];
        this.codes.set(
          Array.from(this.active, (dimension) => code[dimension]),
          length * this.learned++,
        );
      }
    }
    this.root.classList.toggle("none", !length);
    return length > 0;
  }

  /**
   * The test digits nearest to a code, the nearest first.
   * @param {Float32Array} z
   * @returns {Neighbour[]}
   */
  nearestTo(z) {
    const { active, codes } = this;
    const here = Float32Array.from(active, (dimension) => z[dimension]);
    /** @type {Neighbour[]} */
    const found = [];
    for (let dot = 0, at = 0; dot < this.learned; dot++) {
      let distance = 0; // squared
      for (let i = 0; i < here.length; i++, at++) distance += (codes[at] - here[i]) ** 2;
      if (found.length === SHOWN && distance >= found[SHOWN - 1].distance) continue;
      const place = found.findIndex((other) => distance < other.distance);
      found.splice(place < 0 ? found.length : place, 0, { dot, distance });
      found.length = Math.min(found.length, SHOWN);
    }
    return found.map(({ dot, distance }) => ({ dot, distance: Math.sqrt(distance) }));
  }

  /**
   * Shows the test digits nearest to a code.
   * @param {Float32Array} z
   * @param {Object<string, string>} text
   * @param {(value: number) => string} written  a number in the visitor's language
   */
  show(z, text, written) {
    setText(this.title, text.nearest);
    const found = this.nearestTo(z);
    found.forEach(({ dot }, i) => {
      paintInk(this.canvases[i], this.digits.ink(dot));
      setAttribute(this.canvases[i], "aria-label", filled(text.original, this.digits.words(dot)));
    });
    if (!found.length) return;
    const [{ distance }] = found;
    const below = Array.from(this.gaps).filter((gap) => gap < distance).length;
    const percent = Math.max(below - 1, 0);
    const kind = percent <= DENSE ? "dense" : percent <= SPARSE ? "sparse" : "empty";
    const words = { kind: text[kind], distance: written(distance), percent };
    setText(this.density, filled(text.density, words));
  }
}

/** Waits until the browser has nothing else to do, so that nothing that the visitor moves waits. */
function idle() {
  return new Promise((resolve) => {
    if (window.requestIdleCallback) window.requestIdleCallback(resolve);
    else setTimeout(resolve, SLICE); // Safari
  });
}
