// Where a digit lies on the map of a run with two latents: a ring, and the ellipse of its
// posterior.

import { contextOf, element, setAttribute } from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { wordPicture } from "../../engine/labels.js";
import { encode, readTensors } from "../../engine/network.js";
import { byDigit, drawLabels, drawPoints, mapScale, themeOf } from "../../engine/points.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 * @import { Theme } from "../../engine/points.js"
 * @import { MapData, Texts } from "./part.js"
 */

/**
 * @typedef {Object} Cloud  the points of a run
 * @property {Float32Array} places  (n, 2) one digit after another
 * @property {number[]} ends  of each digit's points, (10)
 * @property {[number, number]} reach  from the middle of the map to its edges
 * @property {string[]} colours  of the ten digits
 */

const RING = 7; // radius in CSS pixels
const DEVIATIONS = 2; // how much of the posterior the ellipse holds
const NAME = { weight: 600, size: 14, halo: 5 }; // of the ring

/** A canvas with a run's points, drawn once, and one digit's place on it, drawn at every change. */
export class PlaceMap {
  /** @type {?{ mean: ArrayLike<number>, logvar: ?ArrayLike<number> }} */
  spot = null; // the posterior of the digit
  /** @type {?MapData} */
  map = null;
  /** @type {?Cloud} */
  points = null; // once they are loaded
  /** @type {?Theme} */
  theme = null; // at the last drawing of the points
  sharpness = 1; // device pixels per CSS pixel
  here = ""; // the name of the ring

  constructor() {
    this.canvas = element("canvas", { class: "cloud", role: "img", "data-testid": "latent-map" });
    this.ink = contextOf(this.canvas);
    this.cloud = document.createElement("canvas"); // the points without the ring
    this.title = element("div", { class: "title" });
    this.root = element("section", { class: "place" }, this.title, this.canvas);
    this.resizing = new ResizeObserver(() => this.drawCloud());
    this.resizing.observe(this.canvas);
  }

  leave() {
    this.resizing.disconnect();
  }

  /**
   * Shows another map.
   * @param {?MapData} map  null where there is none
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
    this.drawCloud(); // in the theme's colours as they are now
  }

  /**
   * Loads the points of another run.
   * @param {FileAddress} file
   */
  async load(file) {
    this.points = null;
    const { metadata, tensor } = readTensors(await fetchFile(file));
    if (this.map?.points.key !== file.key) return; // another run's are wanted meanwhile
    const { reach, colours } = JSON.parse(metadata.described);
    const points = tensor("points").values;
    const { order, ends } = byDigit(tensor("labels").values);
    const places = new Float32Array(points.length);
    order.forEach((point, i) => places.set(points.subarray(2 * point, 2 * point + 2), 2 * i));
    this.points = { places, ends, reach, colours };
    this.drawCloud();
  }

  /**
   * Moves the ring.
   * @param {?Network} network
   * @param {Float32Array} x  (784)
   */
  show(network, x) {
    if (!this.map) return;
    this.spot = network ? encode(network, x) : { mean: this.map.place, logvar: null };
    setAttribute(this.canvas, "data-live", String(Boolean(network)));
    setAttribute(this.canvas, "data-place", Array.from(this.spot.mean, (v) => v.toFixed(3)).join());
    this.draw();
  }

  /** Draws the points on a canvas of their own. */
  drawCloud() {
    const { points } = this;
    if (!this.map || !points || !this.canvas.clientWidth) return;
    this.sharpness = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.cloud]) {
      canvas.width = Math.round(this.canvas.clientWidth * this.sharpness);
      canvas.height = Math.round(this.canvas.clientHeight * this.sharpness);
    }
    const scale = mapScale(this.canvas, points.reach, this.sharpness);
    const spots = new Float32Array(points.places.length);
    for (let i = 0; i < spots.length; i += 2) {
      [spots[i], spots[i + 1]] = this.locate(points.places[i], points.places[i + 1], scale);
    }
    const ink = contextOf(this.cloud);
    const centres = drawPoints(ink, spots, points.ends, points.colours, this.sharpness);
    this.theme = themeOf(this.canvas);
    drawLabels(ink, centres, this.sharpness, this.theme);
    this.draw();
  }

  /**
   * Where a code is on the canvas, in device pixels.
   * @param {number} x
   * @param {number} y
   * @param {number} scale  device pixels per unit of the code
   * @returns {[number, number]}
   */
  locate(x, y, scale) {
    const { width, height } = this.canvas;
    return [width / 2 + scale * x, height / 2 - scale * y];
  }

  draw() {
    const { ink, points, sharpness, theme } = this;
    if (!points || !theme) return; // the points are not drawn yet
    const { width, height } = this.canvas;
    ink.clearRect(0, 0, width, height);
    ink.drawImage(this.cloud, 0, 0);
    if (!this.spot) return;
    const scale = mapScale(this.canvas, points.reach, sharpness);
    const { mean, logvar } = this.spot;
    // A place off the map is shown at its edge.
    /** @param {number} v @param {number} end */
    const inside = (v, end) => Math.min(Math.max(v, RING * sharpness), end - RING * sharpness);
    const place = this.locate(mean[0], mean[1], scale);
    const [x, y] = [inside(place[0], width), inside(place[1], height)];
    /** @param {() => void} path */
    const outlined = (path) => {
      for (const { colour, line } of [
        { colour: theme.ground, line: 5 },
        { colour: theme.text, line: 2 },
      ]) {
        ink.beginPath();
        ink.strokeStyle = colour;
        ink.lineWidth = line * sharpness;
        path();
        ink.stroke();
      }
    };
    if (logvar) {
      const [wide, high] = [0, 1].map((i) => DEVIATIONS * Math.exp(logvar[i] / 2) * scale);
      outlined(() => ink.ellipse(x, y, wide, high, 0, 0, 2 * Math.PI));
    }
    outlined(() => ink.arc(x, y, RING * sharpness, 0, 2 * Math.PI));
    const right = x < width * 0.75;
    const name = wordPicture(this.here, NAME, sharpness, theme);
    const aside = (RING + 6 - NAME.halo) * sharpness;
    ink.drawImage(name, right ? x + aside : x - aside - name.width, y - name.height / 2);
  }
}
