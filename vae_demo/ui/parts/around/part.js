// The part "around": a sample of a digit's posterior, and the average of many.
import { gaussian } from "../../engine/code_arithmetic.js";
import { readSheet } from "../../engine/contact_sheet.js";
import {
  DIGIT_PIXELS,
  digitCanvas,
  element,
  onRelease,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { paintInk } from "../../engine/ink.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { decode, encode, readNetwork } from "../../engine/network.js";
import { fixedFormat } from "../../engine/number_format.js";
import { OncePerFrame } from "../../engine/once_per_frame.js";
import { seededRandom } from "../../engine/seeded_random.js";
import { slider } from "../../engine/slider.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { readTensors } from "../../engine/tensors.js";
import { PosteriorMap } from "./posterior_map.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 * @import { Network } from "../../engine/network.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const DRAWS = 100; // of an average
const WORK = 8; // milliseconds of decoding in each frame
const SEED = 1;

/**
 * @typedef {Object} AroundData
 * @property {FileAddress} encoder
 * @property {FileAddress} decoder
 * @property {FileAddress} sheet  of the probe
 * @property {number} digit  place in the probe
 * @property {FileAddress} others  the codes of other test digits in one or two latents
 * @property {LinkData} view
 * @property {Object<string, string>} text
 * @property {string} language
 */

/** @typedef {"sigma"|"noise"} Setting */

/**
 * @typedef {Object} Networks  what is loaded of a run
 * @property {Network} encoder
 * @property {Network} decoder
 * @property {number[]} latents  one or two, on the map
 * @property {ArrayLike<number>} dots  the codes of test digits in these latents
 * @property {Uint8Array} digits  (n * 784) the pixels of the probe
 * @property {string} of  the keys of the files
 */

export default mountPart(STYLES, () => new Around(), "view");

class Around {
  link = new LinkView();
  /** @type {?AroundData} */
  data = null;
  /** @type {?Networks} */
  networks = null;
  /** @type {{ mean: Float32Array, deviation: Float32Array }} */
  posterior = { mean: new Float32Array(), deviation: new Float32Array() };
  /** @type {[Float32Array, Float32Array]}  two draws of N(0, I), between which ε turns */
  draws = [new Float32Array(), new Float32Array()];
  sum = new Float32Array(784); // of the decoded draws
  count = 0; // how many there are
  random = seededRandom(SEED);
  working = 0; // the requested animation frame of the average; 0 for none
  /** @type {(value: number) => string} */
  format = String;
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  constructor() {
    this.frame = new OncePerFrame(() => this.draw());
    this.map = new PosteriorMap(() => this.frame.ask());
    this.rows = { sigma: this.row("sigma", "4"), noise: this.row("noise", "1") };
    this.average = element("input", { type: "checkbox", "data-testid": "around-average" });
    this.averageName = element("span");
    this.average.onchange = () => {
      this.link.values.average = this.average.checked ? "yes" : "no";
      this.restart();
      this.send(this.link.message());
    };
    this.pictures = {
      mean: { canvas: digitCanvas({ "data-testid": "around-mean" }), name: element("figcaption") },
      sample: {
        canvas: digitCanvas({ "data-testid": "around-sample" }),
        name: element("figcaption"),
      },
    };
    const figures = Object.values(this.pictures).map(({ canvas, name }) =>
      element("figure", {}, canvas, name),
    );
    this.said = element("p", { class: "note", "data-testid": "around-said" });
    const settings = element(
      "div",
      { class: "settings" },
      this.rows.sigma.root,
      this.rows.noise.root,
      element(
        "div",
        { class: "chips" },
        element("label", { class: "chip" }, this.average, this.averageName),
      ),
      this.said,
    );
    this.root = element(
      "div",
      { class: "around layer" },
      element(
        "div",
        {},
        this.map.canvas,
        settings,
        element("div", { class: "pictures" }, ...figures),
      ),
    );
  }

  /**
   * A slider of the view.
   * @param {Setting} name
   * @param {string} max
   */
  row(name, max) {
    const input = slider({ min: "0", max, step: "0.01", "data-testid": `around-${name}` });
    input.oninput = () => {
      this.link.values[name] = Number(input.value);
      this.restart();
    };
    onRelease(input, () => this.send(this.link.message()));
    const label = element("span");
    return { label, input, root: element("label", { class: "fade" }, label, input) };
  }

  /** @param {AroundData} data */
  async follow(data) {
    this.data = data;
    const { text, language, encoder, decoder } = data;
    this.format = fixedFormat(language, 2);
    this.link.follow(data.view);
    for (const [name, { label, input }] of Object.entries(this.rows)) {
      setText(label, text[name]);
      setAttribute(input, "aria-label", text[name]);
      input.value = String(this.link.values[name]);
    }
    setText(this.averageName, filled(text.average, { count: DRAWS }));
    this.average.checked = this.link.values.average === "yes";
    setAttribute(this.map.canvas, "aria-label", text.map);
    this.name(this.average.checked);
    const of = encoder.key + decoder.key;
    if (this.networks?.of !== of) {
      const addresses = [encoder, decoder, data.others, data.sheet];
      const files = await Promise.all(addresses.map(fetchFile)).catch(() => null);
      if (!files || this.data !== data) return;
      const digits = await readSheet(files[3]);
      if (this.data !== data) return;
      const { metadata, tensor } = readTensors(files[2]);
      this.networks = {
        encoder: readNetwork(files[0]),
        decoder: readNetwork(files[1]),
        latents: JSON.parse(metadata.described).latents,
        dots: tensor("dots").values,
        digits,
        of,
      };
    }
    this.enter(data);
  }

  /** @param {AroundData} data */
  enter({ digit }) {
    if (!this.networks) return;
    const { encoder, decoder, latents, dots, digits } = this.networks;
    const start = DIGIT_PIXELS * digit;
    const { mean, logvar } = encode(
      encoder,
      Float32Array.from(digits.subarray(start, start + DIGIT_PIXELS), (v) => v / 255),
    );
    const deviation = (logvar ?? mean).map((v) => (logvar ? Math.exp(v / 2) : 0));
    this.posterior = { mean, deviation };
    const random = seededRandom(SEED);
    const noise = () => Float32Array.from(mean, () => gaussian(random));
    this.draws = [noise(), noise()];
    this.map.enter(latents, dots, mean, deviation);
    paintInk(this.pictures.mean.canvas, decode(decoder, mean));
    this.restart();
  }

  /** Begins the average anew, and shows the sample. */
  restart() {
    this.sum.fill(0);
    this.count = 0;
    this.random = seededRandom(SEED);
    this.frame.ask();
  }

  /**
   * μ + factor · σ · noise.
   * @param {Float32Array} noise
   */
  code(noise) {
    const { mean, deviation } = this.posterior;
    const { sigma } = this.link.values;
    return mean.map((v, i) => v + sigma * deviation[i] * noise[i]);
  }

  draw() {
    if (!this.data || !this.networks || !this.posterior.mean.length) return;
    const { text } = this.data;
    const { sigma, noise, average } = this.link.values;
    // On a circle through two independent draws, every point is a draw of N(0, I).
    const [a, b] = this.draws;
    const [along, across] = [Math.cos(2 * Math.PI * noise), Math.sin(2 * Math.PI * noise)];
    const z = this.code(a.map((v, i) => along * v + across * b[i]));
    this.map.draw(z, sigma);
    const averaging = average === "yes";
    if (!averaging) paintInk(this.pictures.sample.canvas, decode(this.networks.decoder, z));
    const factor = this.format(sigma);
    setText(this.said, filled(averaging ? text.blurred : text.said, { factor }));
    this.name(averaging);
    if (averaging && !this.working) this.work();
  }

  /** Decodes more draws of the average, as many as a frame has time for. */
  work() {
    this.working = 0;
    if (!this.networks || this.link.values.average !== "yes") return;
    const end = performance.now() + WORK;
    while (this.count < DRAWS && performance.now() < end) {
      const z = this.code(this.posterior.mean.map(() => gaussian(this.random)));
      const picture = decode(this.networks.decoder, z);
      for (let i = 0; i < this.sum.length; i++) this.sum[i] += picture[i];
      this.count++;
    }
    paintInk(
      this.pictures.sample.canvas,
      this.sum.map((v) => v / this.count),
    );
    this.name(true);
    if (this.count < DRAWS) this.working = requestAnimationFrame(() => this.work());
  }

  /**
   * Names the pictures.
   * @param {boolean} averaging
   */
  name(averaging) {
    const { text } = /** @type {AroundData} */ (this.data);
    const names = {
      mean: text.mean,
      sample: averaging ? filled(text.averaged, { count: this.count }) : text.sample,
    };
    setText(this.pictures.mean.name, names.mean);
    setText(this.pictures.sample.name, names.sample);
    setAttribute(this.pictures.mean.canvas, "aria-label", names.mean);
    setAttribute(this.pictures.sample.canvas, "aria-label", names.sample);
  }

  leave() {
    cancelAnimationFrame(this.working);
    this.frame.leave();
    this.map.leave();
  }
}
