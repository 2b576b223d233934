// The position of a digit on the map of a run with two latents: a ring, and the ellipse of its
// posterior.

import { CodeMap } from "../../engine/code_map.js";
import { contextOf, element, setAttribute } from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { encode } from "../../engine/network.js";
import { readTensors } from "../../engine/tensors.js";
import { wordPicture } from "../../engine/word_pictures.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { MapData, Texts } from "./data.js"
 */

const RING = 7; // radius in CSS pixels
const DEVIATIONS = 2; // size of the ellipse in standard deviations of the posterior
const NAME = { weight: 600, size: 14, halo: 5 }; // of the ring

/**
 * A canvas with the points of a run, drawn once, and the position of the digit, drawn at each
 * change.
 */
export class PlaceMap extends CodeMap {
  /** @type {?{ mean: ArrayLike<number>, logvar: ?ArrayLike<number> }} */
  posterior = null; // of the digit
  /** @type {?MapData} */
  map = null;
  /** @type {?Float32Array} */
  codes = null; // (n, 2) sorted by digit, once they are loaded
  here = ""; // the label of the ring

  constructor() {
    const points = element("canvas"); // without the ring
    super(element("canvas", { class: "cloud", role: "img", "data-testid": "latent-map" }), [
      points,
    ]);
    this.points = contextOf(points);
    this.ink = contextOf(this.canvas);
    this.title = element("div", { class: "title" });
    this.root = element("section", { class: "place" }, this.title, this.canvas);
  }

  /**
   * Shows another map.
   * @param {?MapData} map  null for no map
   * @param {Texts} text
   */
  follow(map, text) {
    this.root.hidden = !map;
    this.here = text.here;
    if (!map) return;
    const another = map.points.key !== this.map?.points.key;
    this.map = map;
    if (another) this.load(map.points);
    this.title.textContent = map.title;
    setAttribute(this.canvas, "aria-label", map.title);
    this.resize(); // with the current colours of the theme
  }

  /**
   * Loads the points of another run.
   * @param {FileAddress} file
   */
  async load(file) {
    this.codes = null;
    const { metadata, tensor } = readTensors(await fetchFile(file));
    if (this.map?.points.key !== file.key) return; // meanwhile, another map was chosen
    const { reach, colours } = JSON.parse(metadata.described);
    this.setBounds([0, 0], reach);
    this.setPoints(tensor("labels").values, colours);
    this.codes = this.sorted(tensor("points").values);
    this.resize();
  }

  /**
   * Moves the ring.
   * @param {?Network} network
   * @param {Float32Array} x  (784)
   */
  show(network, x) {
    if (!this.map) return;
    this.posterior = network ? encode(network, x) : { mean: this.map.place, logvar: null };
    setAttribute(this.canvas, "data-live", String(Boolean(network)));
    setAttribute(
      this.canvas,
      "data-place",
      Array.from(this.posterior.mean, (v) => v.toFixed(3)).join(),
    );
    this.draw();
  }

  redraw() {
    if (this.codes) this.drawPoints(this.points, this.codes);
    this.draw();
  }

  /** Draws the ring on the points. */
  draw() {
    const { ink, width, height, sharpness, posterior, theme } = this;
    if (!this.codes || !theme) return;
    ink.clearRect(0, 0, width, height);
    ink.drawImage(this.points.canvas, 0, 0);
    if (!posterior) return;
    const { mean, logvar } = posterior;
    // A position outside the map is shown at its edge.
    /** @param {number} v @param {number} end */
    const inside = (v, end) => Math.min(Math.max(v, RING * sharpness), end - RING * sharpness);
    const x = inside(this.x(mean[0]), width);
    const y = inside(this.y(mean[1]), height);
    if (logvar) {
      const [across, up] = [0, 1].map((i) => DEVIATIONS * Math.exp(logvar[i] / 2));
      this.ellipse(ink, x, y, across, up);
      this.outline(ink, 2);
    }
    this.circle(ink, x, y, RING);
    this.outline(ink, 2);
    const right = x < width * 0.75;
    const name = wordPicture(this.here, NAME, sharpness, theme);
    const aside = (RING + 6 - NAME.halo) * sharpness;
    ink.drawImage(name, right ? x + aside : x - aside - name.width, y - name.height / 2);
  }
}
