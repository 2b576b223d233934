// The map of the bubbles: each posterior as an ellipse, and what pushes it as arrows.
import { arrowStep } from "../../engine/arrow_keys.js";
import { CodeMap } from "../../engine/code_map.js";
import { contextOf, element } from "../../engine/dom.js";
import { capturePointer, holdPage, spotOf } from "../../engine/pointer.js";

/** @typedef {[number, number, number, number]} Numbers  of both means, then of both log-variances */

/**
 * @typedef {Object} Bubble
 * @property {number} label  the digit, 0 to 9
 * @property {Numbers} posterior
 * @property {Numbers} reconstruction  its push
 * @property {Numbers} rate  its push
 */

const LEAST_REACH = 2.6; // from the centre to the edge of the map
const ROOM = 1.12; // beyond the farthest bubble
const SLOWLY = 0.08; // share of the way to another scale, in each frame
const ARROW = 16; // CSS pixels for a push of 1
const LONGEST = 46; // CSS pixels, of an arrow
const HEAD = 5; // CSS pixels
const DRAW = 1.5; // the radius of a draw, CSS pixels
const GRASP = 30; // CSS pixels around a mean
const STEP = 1 / 50; // of the reach, by an arrow key
const WIDER = 0.1; // of the log-variance, by Shift and an arrow key
export const RECONSTRUCTION = "#e76300"; // the colour of what reconstruction wants

/** Draws bubbles; calls back when the visitor chooses one or moves it. */
export class BubbleMap extends CodeMap {
  /** @type {Bubble[]} */
  bubbles = [];
  chosen = 0; // the index of a bubble
  /** @type {ArrayLike<number>} */
  draws = []; // (n * 2) codes drawn from the chosen one
  accent = "";
  still = false; // whether the ground has all but the chosen bubble
  /** @type {?number} */
  pointer = null; // the id of the pointer that drags the chosen bubble
  /** @type {[number, number]} */
  from = [0, 0]; // from the pointer to the mean of the bubble, in device pixels

  /**
   * @param {Object} on  callbacks
   * @param {(index: number) => void} on.choose
   * @param {(posterior: Numbers) => void} on.move  called with a new posterior of the chosen bubble
   * @param {() => void} on.release
   */
  constructor(on) {
    const canvas = element("canvas", {
      class: "cloud",
      role: "application",
      tabindex: "0",
      "data-testid": "bubble-map",
    });
    const ground = element("canvas");
    super(canvas, [ground], 0);
    this.ink = contextOf(canvas);
    this.ground = contextOf(ground); // all but the chosen bubble, while that one is moved
    this.on = on;
    this.setBounds([0, 0], [LEAST_REACH, LEAST_REACH]);
    canvas.onpointerdown = (event) => this.press(event);
    holdPage(canvas, () => this.pointer !== null);
    canvas.onpointermove = (event) => this.drag(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => this.lift(event);
    canvas.onkeydown = (event) => this.key(event);
    canvas.onkeyup = canvas.onblur = () => this.on.release();
  }

  resize() {
    this.accent = getComputedStyle(this.canvas).getPropertyValue("--accent").trim();
    super.resize();
  }

  /** Fits the map to the bubbles. @param {boolean} [now]  at once, not in some frames */
  fit(now = false) {
    const ends = this.bubbles.flatMap(({ posterior: [x, y, first, second] }) => [
      Math.abs(x) + Math.exp(first / 2),
      Math.abs(y) + Math.exp(second / 2),
    ]);
    const wanted = Math.max(LEAST_REACH, ROOM * Math.max(...ends));
    const reach = now ? wanted : this.reach[0] + SLOWLY * (wanted - this.reach[0]);
    this.setBounds([0, 0], [reach, reach]);
  }

  redraw() {
    this.still = false;
    if (!this.theme || !this.bubbles.length) return;
    this.drawAround(this.ink, this.bubbles);
    this.drawChosen(this.ink);
  }

  /** Draws the chosen bubble, on a picture of the others that is drawn once. */
  redrawChosen() {
    const { ink, ground, bubbles } = this;
    if (!this.theme || !bubbles.length) return;
    if (!this.still) this.drawAround(ground, bubbles.toSpliced(this.chosen, 1));
    this.still = true;
    ink.clearRect(0, 0, this.width, this.height);
    ink.drawImage(ground.canvas, 0, 0);
    this.drawBubbles(ink, [bubbles[this.chosen]]);
    this.drawChosen(ink);
  }

  /**
   * Draws the prior and some bubbles.
   * @param {CanvasRenderingContext2D} ink
   * @param {Bubble[]} bubbles
   */
  drawAround(ink, bubbles) {
    const { theme, sharpness } = this;
    ink.clearRect(0, 0, this.width, this.height);
    ink.strokeStyle = theme?.text ?? "";
    ink.lineWidth = sharpness;
    ink.setLineDash([2 * sharpness, 4 * sharpness]);
    ink.globalAlpha = 0.6;
    for (const radius of [1, 2]) {
      this.ellipse(ink, this.x(0), this.y(0), radius, radius);
      ink.stroke();
    }
    ink.setLineDash([]);
    this.drawBubbles(ink, bubbles);
  }

  /**
   * @param {CanvasRenderingContext2D} ink
   * @param {Bubble[]} bubbles
   */
  drawBubbles(ink, bubbles) {
    const { theme, sharpness } = this;
    for (const { posterior, label } of bubbles) {
      this.outlineOf(ink, posterior);
      ink.fillStyle = ink.strokeStyle = this.colours[label];
      ink.globalAlpha = 0.1;
      ink.fill();
      ink.globalAlpha = 0.9;
      ink.stroke();
    }
    ink.globalAlpha = 1;
    ink.font = `600 ${11 * sharpness}px ${theme?.font}`;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    const places = bubbles.map(({ posterior }) => this.placeOf(posterior));
    for (const push of /** @type {const} */ (["reconstruction", "rate"])) {
      ink.beginPath();
      places.forEach(([x, y], i) =>
        this.arrow(ink, x, y, bubbles[i][push][0], bubbles[i][push][1]),
      );
      this.strokeArrows(ink, push);
    }
    ink.fillStyle = theme?.text ?? "";
    places.forEach(([x, y], i) => ink.fillText(String(bubbles[i].label), x, y));
  }

  /** @param {CanvasRenderingContext2D} ink */
  drawChosen(ink) {
    const bubble = this.bubbles[this.chosen];
    const { posterior } = bubble;
    ink.fillStyle = this.theme?.text ?? "";
    ink.beginPath();
    for (let i = 0; i < this.draws.length; i += 2) {
      this.addCircle(ink, this.x(this.draws[i]), this.y(this.draws[i + 1]), DRAW);
    }
    ink.fill();
    this.outlineOf(ink, posterior);
    this.outline(ink, 2.5);
    // What changes the radius: beside each other at the right and at the upper edge.
    const [x, y] = this.placeOf(posterior);
    const [wide, high] = [2, 3].map((i) => Math.exp(posterior[i] / 2) * this.scale);
    const beside = 4 * this.sharpness;
    for (const [push, side] of /** @type {const} */ ([
      ["reconstruction", -beside],
      ["rate", beside],
    ])) {
      ink.beginPath();
      this.arrow(ink, x + wide, y + side, bubble[push][2], 0);
      this.arrow(ink, x + side, y - high, 0, bubble[push][3]);
      this.strokeArrows(ink, push);
    }
  }

  /** @param {Numbers} posterior @returns {[number, number]} device pixels */
  placeOf([x, y]) {
    return [this.x(x), this.y(y)];
  }

  /** @param {CanvasRenderingContext2D} ink @param {Numbers} posterior */
  outlineOf(ink, posterior) {
    const [x, y] = this.placeOf(posterior);
    this.ellipse(ink, x, y, Math.exp(posterior[2] / 2), Math.exp(posterior[3] / 2));
    ink.lineWidth = this.sharpness; // takes a fraction of the time of a wider line
  }

  /**
   * Adds an arrow to the current path, as long as a push is strong; strong ones are shortened.
   * @param {CanvasRenderingContext2D} ink
   * @param {number} x  its start, device pixels
   * @param {number} y
   * @param {number} across  of the push, to the right
   * @param {number} up
   */
  arrow(ink, x, y, across, up) {
    const strength = Math.hypot(across, up);
    const length = LONGEST * Math.tanh((ARROW * strength) / LONGEST);
    if (!(length >= 1)) return;
    const size = (length * this.sharpness) / strength;
    const [endX, endY] = [x + across * size, y - up * size];
    const angle = Math.atan2(endY - y, endX - x);
    const head = Math.min(HEAD, length) * this.sharpness;
    ink.moveTo(x, y);
    ink.lineTo(endX, endY);
    for (const side of [-0.5, 0.5]) {
      ink.moveTo(endX, endY);
      ink.lineTo(endX - head * Math.cos(angle + side), endY - head * Math.sin(angle + side));
    }
  }

  /** @param {CanvasRenderingContext2D} ink @param {"reconstruction"|"rate"} push */
  strokeArrows(ink, push) {
    ink.strokeStyle = push === "rate" ? this.accent : RECONSTRUCTION;
    ink.lineWidth = 2 * this.sharpness;
    ink.stroke();
  }

  // ---- what the visitor does

  /** @param {PointerEvent} event */
  press(event) {
    if (this.pointer !== null || event.button > 0) return;
    const { x, y } = spotOf(this.canvas, event);
    let least = GRASP * this.sharpness;
    let found = -1;
    this.bubbles.forEach(({ posterior }, i) => {
      const [left, top] = this.placeOf(posterior);
      const away = Math.hypot(left - x, top - y);
      if (away < least) [least, found] = [away, i];
    });
    if (found < 0) return;
    capturePointer(this.canvas, event);
    this.pointer = event.pointerId;
    const [left, top] = this.placeOf(this.bubbles[found].posterior);
    this.from = [left - x, top - y];
    this.on.choose(found);
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (event.pointerId !== this.pointer) return;
    const { x, y } = spotOf(this.canvas, event);
    const [across, up] = this.codeAt(x + this.from[0], y + this.from[1]);
    const [, , first, second] = this.bubbles[this.chosen].posterior;
    const [reach] = this.reach;
    const inside = (/** @type {number} */ value) => Math.min(Math.max(value, -reach), reach);
    this.on.move([inside(across), inside(up), first, second]);
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.on.release();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const count = this.bubbles.length;
    const turn = { PageUp: 1, PageDown: count - 1 }[event.key];
    const arrow = arrowStep(event);
    if (turn) {
      this.on.choose((this.chosen + turn) % count);
    } else if (arrow?.every(Number.isFinite)) {
      const [across, up] = arrow;
      const [x, y, first, second] = this.bubbles[this.chosen].posterior;
      const step = STEP * this.reach[0];
      this.on.move(
        event.shiftKey
          ? [x, y, first + WIDER * across, second + WIDER * up]
          : [x + step * across, y + step * up, first, second],
      );
    } else return;
    event.preventDefault();
  }
}
