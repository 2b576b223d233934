// The race: the descent of the energy from several codes, and a denoiser that runs again and again,
// step by step, with their curves and the paths of the codes on the map.
import { digitCanvas, element, paintDigit, setAttribute, setText } from "../../engine/dom.js";
import { descend, Energy, STEPS } from "../../engine/energy.js";
import { fetchFile } from "../../engine/files.js";
import { decode, encode, readNetwork } from "../../engine/network.js";
import { Player } from "../../engine/player.js";
import { psnr } from "../../engine/repairs.js";
import { readSpace } from "../explore/space.js";
import { Curves } from "./curves.js";
import { PathMap } from "./path_map.js";

/**
 * @import { Dense } from "../../engine/dense.js"
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { NumberFormat } from "../../engine/number_format.js"
 */

// One round, in milliseconds.
const ROUND = { forward: 6000, rest: 2000, back: 600, pause: 400, eased: false };

/**
 * @typedef {Object} RaceData
 * @property {FileAddress} decoder  of the VAE
 * @property {FileAddress} space  its code space
 * @property {?FileAddress} denoiser  null if its run can't be read
 * @property {number[][]} starts  codes from which a descent starts
 */

/**
 * @typedef {Object} Hole
 * @property {Uint8Array} truth  (784)
 * @property {Uint8Array} mask  (784) 1 for unknown pixels
 * @property {Object<string, number>} levels  name -> PSNR of methods without steps, in dB
 * @property {Object<string, string>} text
 * @property {NumberFormat} format
 */

/** @typedef {{ codes: Float32Array[], energies: number[] }} Descent */

/** The two methods in steps. */
export class Race {
  /** @type {Descent[]} */
  descents = [];
  /** @type {Uint8ClampedArray[]} */
  fills = []; // pictures of the best descent, one a step
  /** @type {Uint8ClampedArray[]} */
  rounds = []; // pictures of the denoiser
  best = -1; // the descent with the least energy at its end
  job = ""; // the digit and the hole that are shown
  /** @type {?Hole} */
  hole = null;
  /** @type {?Network} */
  network = null;

  constructor() {
    this.descent = lane("race-descent");
    this.denoiser = lane("race-denoiser");
    this.energy = new Curves("energy-curve", { logarithmic: true });
    this.quality = new Curves("psnr-curve");
    this.map = new PathMap();
    this.title = element("div", { class: "title" });
    this.about = element("div", { class: "about" });
    this.player = new Player({
      testid: "race",
      round: ROUND,
      play: true,
      show: (place) => this.show(place),
    });
    this.root = element(
      "section",
      { class: "race" },
      this.title,
      this.about,
      this.player.row,
      element(
        "div",
        { class: "lanes" },
        this.descent.root,
        this.denoiser.root,
        element("div", { class: "charts" }, this.energy.root, this.quality.root),
        this.map.root,
      ),
    );
    this.player.watch(this.root);
  }

  leave() {
    this.player.leave();
    this.map.leave();
    this.rest();
  }

  /** Stops what is being computed. */
  rest() {
    this.job = "";
    this.player.wait(false);
  }

  /**
   * Runs the race for a digit and a hole.
   * @param {RaceData} data
   * @param {Hole} hole
   */
  async follow(data, hole) {
    const { text } = hole;
    setText(this.title, text.race);
    setText(this.about, text.raceAbout);
    for (const [{ label, canvas }, name] of /** @type {const} */ ([
      [this.descent, text.descent],
      [this.denoiser, text.denoiser],
    ])) {
      setText(label, name);
      setAttribute(canvas, "aria-label", name);
    }
    this.map.name(text.map);
    this.player.follow(STEPS, 1, { play: text.play, pause: text.pause, slider: text.slider });
    const job = JSON.stringify([[...hole.truth], [...hole.mask], data.decoder.key]);
    this.hole = hole;
    if (job === this.job) return this.draw();
    this.job = job;
    const [network, space, denoiser] = await Promise.all([
      fetchFile(data.decoder).then(readNetwork),
      fetchFile(data.space).then(readSpace),
      data.denoiser && fetchFile(data.denoiser).then(readNetwork),
    ]).catch(() => [null, null, null]); // the results of Python stay
    await shown(); // what Python has found is seen before the descents are computed
    if (job !== this.job || !network || !space) return;
    this.network = network;
    this.map.enter(space);
    await this.run(job, network, denoiser, data.starts);
  }

  /**
   * Computes one descent after another, so that the page answers between them.
   * @param {string} job
   * @param {Network} network
   * @param {?Network} denoiser
   * @param {number[][]} starts
   */
  async run(job, network, denoiser, starts) {
    const { truth, mask } = /** @type {Hole} */ (this.hole);
    const holed = Float32Array.from(truth, (v, i) => (mask[i] ? 0 : v / 255));
    const energy = new Energy(/** @type {Dense[]} */ (network.decoder), holed, mask);
    this.descents = [];
    this.rounds = denoiser ? denoised(denoiser, truth, mask) : [];
    this.denoiser.root.hidden = !denoiser;
    for (const start of starts) {
      this.descents.push(descend(energy, Float32Array.from(start)));
      const ends = this.descents.map(({ energies }) => energies[STEPS]);
      const best = ends.indexOf(Math.min(...ends));
      if (best === ends.length - 1) this.fill(network, best);
      this.draw();
      this.player.wait(true);
      await new Promise((resolve) => setTimeout(resolve));
      if (job !== this.job) return;
    }
    setAttribute(this.root, "data-descents", String(this.descents.length));
  }

  /**
   * Decodes the steps of a descent.
   * @param {Network} network
   * @param {number} best
   */
  fill(network, best) {
    const { truth, mask } = /** @type {Hole} */ (this.hole);
    this.best = best;
    this.fills = this.descents[best].codes.map((code) => held(truth, mask, decode(network, code)));
  }

  /** Draws the curves, and the current step. */
  draw() {
    const { hole, descents, best, fills, rounds } = this;
    if (!hole || !descents.length) return;
    const { text, truth, mask, levels, format } = hole;
    /** @param {Uint8ClampedArray} pixels */
    const quality = (pixels) => psnr(pixels, truth, mask);
    this.energy.follow(
      text.energy,
      descents.map(({ energies }, i) => ({
        values: energies,
        class: i === best ? "best" : "other",
      })),
      [],
      format,
    );
    this.quality.follow(
      text.quality,
      [
        { values: fills.map(quality), class: "best", name: text.descent },
        ...(rounds.length
          ? [{ values: rounds.map(quality), class: "denoiser", name: text.denoiser }]
          : []),
      ],
      Object.entries(levels).map(([name, value]) => ({ value, name })),
      format,
    );
    this.map.follow(descents, best);
    this.show(this.player.place());
  }

  /** @param {number} place  of the player */
  show(place) {
    const step = Math.round(place);
    if (!this.fills.length || !this.hole) return;
    const { truth, mask, text, format } = this.hole;
    for (const [{ canvas, note }, pictures] of /** @type {const} */ ([
      [this.descent, this.fills],
      [this.denoiser, this.rounds],
    ])) {
      const pixels = pictures[step];
      if (!pixels) continue;
      paintDigit(canvas, pixels);
      const value = psnr(pixels, truth, mask);
      const words = Number.isFinite(value) ? format(value, 1) : "∞";
      setText(note, text.step.replace("{step}", String(step)).replace("{psnr}", words));
    }
    setAttribute(this.root, "data-step", String(step));
    this.energy.mark(step);
    this.quality.mark(step);
    this.map.mark(step);
  }
}

/** Waits until the browser has shown what was painted. */
function shown() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** @param {string} testid */
function lane(testid) {
  const canvas = digitCanvas({ "data-testid": testid });
  const label = element("div", { class: "label" });
  const note = element("div", { class: "about" });
  return { root: element("div", { class: "lane" }, label, canvas, note), canvas, label, note };
}

/**
 * The known pixels as they are, and a picture in the hole.
 * @param {Uint8Array} truth  (784)
 * @param {Uint8Array} mask  (784)
 * @param {Float32Array} found  (784) in [0, 1]
 */
export function held(truth, mask, found) {
  return Uint8ClampedArray.from(found, (v, i) => (mask[i] ? 255 * v : truth[i]));
}

/**
 * The pictures of a denoiser that sees its own result again; the known pixels are put back.
 * @param {Network} denoiser
 * @param {Uint8Array} truth  (784)
 * @param {Uint8Array} mask  (784)
 * @returns {Uint8ClampedArray[]}  before the first step and after each
 */
function denoised(denoiser, truth, mask) {
  const found = [held(truth, mask, new Float32Array(truth.length))];
  for (let step = 0; step < STEPS; step++) {
    const x = Float32Array.from(found[step], (v) => v / 255);
    found.push(held(truth, mask, decode(denoiser, encode(denoiser, x).mean)));
  }
  return found;
}
