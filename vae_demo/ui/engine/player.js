// The player of animated parts: a button, a slider and a clock.
import { element, onRelease, setAttribute } from "./dom.js";
import { ease, easeInverse } from "./ease.js";
import { slider } from "./slider.js";

const LONGEST_STEP = 100; // milliseconds; after a pause, the animation continues where it was
/** @type {Object<string, number>} */
const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
const OWN_KEYS = ["Home", "End", "PageUp", "PageDown"]; // handled by the slider itself
const PLAY = "M8 5l11 7-11 7Z";
const PAUSE = "M8 5v14M16 5v14";
const HAIR = 1e-6; // the largest rounding error of a place

/**
 * @typedef {Object} Round  the durations of one round, in milliseconds
 * @property {number} forward  to the end
 * @property {number} rest  at the end
 * @property {number} back  to the beginning
 * @property {number} pause  at the beginning
 * @property {boolean} eased  whether the way forward starts and ends slowly, as the way back always
 *   does
 */

/**
 * Plays an animation forwards and backwards until the visitor moves the slider. It requests
 * animation frames only while it plays and is visible. A place is a number from 0 to `length`; the
 * arrow keys move to the next stop.
 */
export class Player {
  length = 0;
  stop = 1; // distance between two stops
  clock = 0; // milliseconds since the start of the round
  /** @type {Object<string, string>} */
  text = {};
  visible = false;
  ready = true; // whether there is an animation to play
  moved = false; // whether the visitor has moved the slider since the last call of `settle`
  pressed = false; // whether a pointer has just stopped the animation, without moving the slider
  frame = 0; // the requested animation frame; 0 for none
  /** @type {?number} */
  before = null; // the time of the last animation frame
  /** @type {?IntersectionObserver} */
  observer = null;

  /**
   * @param {Object} options
   * @param {string} options.testid  prefix of data-testid: "epoch" gives "epoch-play" and
   *   "epoch-slider"
   * @param {Round} options.round
   * @param {boolean} options.play  whether it starts by itself, unless the visitor prefers reduced
   *   motion
   * @param {function(number): void} options.show  shows a place
   * @param {function(number): void} [options.settle]  called with the place at which the visitor
   *   releases the slider
   */
  constructor({ testid, round, play, show, settle = () => {} }) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.playing = play && !calm;
    this.round = round;
    this.show = show;
    this.settle = settle;
    this.button = element("button", { type: "button", "data-testid": `${testid}-play` });
    this.button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path/></svg>';
    this.icon = /** @type {SVGPathElement} */ (this.button.querySelector("path"));
    this.slider = slider({
      class: "way",
      min: "0",
      step: "any",
      "data-testid": `${testid}-slider`,
    });
    this.row = element("div", { class: "scrub" }, this.button, this.slider);

    this.button.onclick = () => this.toggle();
    this.slider.onpointerdown = () => this.stopHere();
    this.slider.onpointercancel = () => this.goOn();
    this.slider.onpointerup = () => this.release();
    this.slider.oninput = () => this.take(Number(this.slider.value));
    this.slider.onkeydown = (event) => this.key(event);
    onRelease(this.slider, () => this.release());
  }

  /**
   * Plays only while a part of `root` is visible, and only until `leave`.
   * @param {Element} root
   */
  watch(root) {
    this.observer = new IntersectionObserver((entries) => {
      this.visible = Boolean(entries.at(-1)?.isIntersecting);
      this.run();
    });
    this.observer.observe(root);
    document.addEventListener("visibilitychange", this.run);
  }

  /** Stops the animation and removes its listeners from the page. */
  leave() {
    this.observer?.disconnect();
    document.removeEventListener("visibilitychange", this.run);
    this.visible = false;
    this.run();
  }

  /** @param {boolean} ready  whether there is an animation to play */
  wait(ready) {
    this.ready = ready;
    this.run();
  }

  /**
   * Shows another animation; its relative place and whether it plays stay the same.
   * @param {number} length
   * @param {number} stop
   * @param {Object<string, string>} text  "play", "pause" and "slider"
   */
  follow(length, stop, text) {
    this.length = length;
    this.stop = stop;
    this.text = text;
    this.slider.max = String(length);
    this.row.hidden = length === 0;
    setAttribute(this.slider, "aria-label", text.slider);
    this.play(this.playing);
    this.draw();
  }

  // ---- what the visitor does

  /** @param {boolean} playing */
  play(playing) {
    this.playing = playing;
    const name = playing ? this.text.pause : this.text.play;
    setAttribute(this.button, "aria-label", name);
    setAttribute(this.button, "title", name);
    setAttribute(this.icon, "d", playing ? PAUSE : PLAY);
    this.run();
  }

  toggle() {
    if (!this.playing) this.skipRest();
    this.play(!this.playing);
    if (!this.playing) this.settle(this.place());
  }

  /** Stops where it is when the visitor presses the slider. */
  stopHere() {
    this.pressed = this.playing;
    this.moved ||= this.playing;
    this.play(false);
  }

  /** Continues after a touch that stopped the animation and then scrolled the page. */
  goOn() {
    if (!this.pressed) return;
    this.pressed = this.moved = false;
    this.play(true);
  }

  /** Starts without the pause at an end, so that it moves as soon as the visitor presses Play. */
  skipRest() {
    const share = this.share();
    if (share < HAIR) this.clock = 0;
    if (share > 1 - HAIR) this.clock = this.round.forward + this.round.rest;
  }

  /**
   * Handles a movement of the slider by the visitor.
   * @param {number} place
   */
  take(place) {
    this.play(false);
    this.moved = true;
    this.pressed = false;
    this.go(Math.min(Math.max(place, 0), this.length) / (this.length || 1));
    this.draw();
  }

  /** Handles the release of the slider. */
  release() {
    if (!this.moved) return;
    this.moved = false;
    this.settle(this.place());
  }

  /**
   * Moves to the next stop with the arrow keys.
   * @param {KeyboardEvent} event
   */
  key(event) {
    // At an end, the keys of the slider change nothing and cause no event, but stop the animation,
    // too.
    if (OWN_KEYS.includes(event.key)) this.stopHere();
    const way = ARROWS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const stops = this.place() / this.stop;
    const next = way > 0 ? Math.floor(stops + HAIR) + 1 : Math.ceil(stops - HAIR) - 1;
    this.take(next * this.stop);
  }

  // ---- time

  /** Requests animation frames only while they are needed. */
  run = () => {
    const seen = this.visible && !document.hidden;
    const wanted = this.playing && this.ready && seen && this.length > 0;
    if (wanted && !this.frame) {
      this.before = null;
      this.frame = requestAnimationFrame((now) => this.tick(now));
    } else if (!wanted) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
    }
  };

  /** @param {number} now */
  tick(now) {
    const { forward, rest, back, pause } = this.round;
    const step = Math.min(now - (this.before ?? now), LONGEST_STEP);
    this.before = now;
    this.clock = (this.clock + step) % (forward + rest + back + pause);
    this.frame = requestAnimationFrame((next) => this.tick(next));
    this.draw();
  }

  /** The share of the way that is done, 0 to 1. */
  share() {
    const { forward, rest, back, eased } = this.round;
    const home = Math.max(this.clock - forward - rest, 0) / back;
    if (home) return 1 - ease(Math.min(home, 1));
    const out = Math.min(this.clock / forward, 1);
    return eased ? ease(out) : out;
  }

  /**
   * Sets the clock to the time at which this share of the way forward is done.
   * @param {number} share  0 to 1
   */
  go(share) {
    this.clock = this.round.forward * (this.round.eased ? easeInverse(share) : share);
  }

  place() {
    return this.share() * this.length;
  }

  draw() {
    const place = this.place();
    // A value that the visitor has just set is not set again, to avoid a new layout of the page.
    if (Math.abs(Number(this.slider.value) - place) > HAIR) {
      this.slider.value = String(Math.round(place * 10000) / 10000);
    }
    this.slider.style.setProperty("--done", String(this.share()));
    this.show(place);
  }
}
