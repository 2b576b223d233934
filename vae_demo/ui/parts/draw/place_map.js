// Where a digit lies on the map of a run with two latents: a ring, and the ellipse of its posterior.

import { element, setAttribute } from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { written } from "../../engine/labels.js";
import { encode, readTensors } from "../../engine/network.js";
import { byDigit, drawLabels, drawPoints, mapScale, themeOf } from "../../engine/points.js";

const RING = 7; // radius in CSS pixels
const DEVIATIONS = 2; // how much of the posterior the ellipse holds
const NAME = { weight: 600, size: 14, halo: 5 }; // of the ring

/** A canvas with a run's points, drawn once, and one digit's place on it, drawn at every change. */
export class PlaceMap {
  spot = null; // { mean, logvar }

  constructor() {
    this.canvas = element("canvas", { class: "cloud", role: "img", "data-testid": "latent-map" });
    this.ink = this.canvas.getContext("2d");
    this.cloud = document.createElement("canvas"); // the points without the ring
    this.title = element("div", { class: "title" });
    this.root = element("section", { class: "place" }, this.title, this.canvas);
    this.resizing = new ResizeObserver(() => this.lay());
    this.resizing.observe(this.canvas);
  }

  leave() {
    this.resizing.disconnect();
  }

  /**
   * Takes a map over.
   * @param {?Object} map  see part.js; null where there is none
   */
  follow(map, text) {
    this.root.hidden = !map;
    this.text = text;
    if (!map) return;
    if (map.points.key !== this.map?.points.key) this.load(map.points);
    this.map = map;
    this.title.textContent = map.title;
    setAttribute(this.canvas, "aria-label", map.title);
    this.lay(); // in the theme's colours as they are now
  }

  /** Loads the points of another run. */
  async load(file) {
    this.places = null;
    const { metadata, tensor } = readTensors(await fetchFile(file));
    if (this.map.points.key !== file.key) return; // another run's are wanted meanwhile
    const { reach, colours } = JSON.parse(metadata.described);
    const points = tensor("points").values;
    const { order, ends } = byDigit(tensor("labels").values);
    Object.assign(this, { reach, colours, ends });
    this.places = new Float32Array(points.length); // (n, 2), one digit after another
    order.forEach((point, i) => this.places.set(points.subarray(2 * point, 2 * point + 2), 2 * i));
    this.lay();
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
  lay() {
    if (!this.map || !this.places || !this.canvas.clientWidth) return;
    this.sharpness = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.cloud]) {
      canvas.width = Math.round(this.canvas.clientWidth * this.sharpness);
      canvas.height = Math.round(this.canvas.clientHeight * this.sharpness);
    }
    const spots = new Float32Array(this.places.length);
    for (let i = 0; i < spots.length; i += 2) {
      [spots[i], spots[i + 1]] = this.locate(this.places[i], this.places[i + 1]);
    }
    const points = this.cloud.getContext("2d");
    const centres = drawPoints(points, spots, this.ends, this.colours, this.sharpness);
    this.theme = themeOf(this.canvas);
    drawLabels(points, centres, this.sharpness, this.theme);
    this.draw();
  }

  /** Where a code is on the canvas, in device pixels. */
  locate(x, y) {
    const { width, height } = this.canvas;
    const scale = mapScale(this.canvas, this.reach, this.sharpness);
    return [width / 2 + scale * x, height / 2 - scale * y];
  }

  draw() {
    const { ink, sharpness } = this;
    if (!sharpness || !this.places) return;
    const { width, height } = this.canvas;
    ink.clearRect(0, 0, width, height);
    ink.drawImage(this.cloud, 0, 0);
    if (!this.spot) return;
    const { mean, logvar } = this.spot;
    // A place off the map is shown at its edge.
    const inside = (v, end) => Math.min(Math.max(v, RING * sharpness), end - RING * sharpness);
    const place = this.locate(mean[0], mean[1]);
    const [x, y] = [inside(place[0], width), inside(place[1], height)];
    const { ground, text } = this.theme;
    const outlined = (path) => {
      for (const [colour, line] of [
        [ground, 5],
        [text, 2],
      ]) {
        ink.beginPath();
        ink.strokeStyle = colour;
        ink.lineWidth = line * sharpness;
        path();
        ink.stroke();
      }
    };
    if (logvar) {
      const scale = mapScale(this.canvas, this.reach, sharpness);
      const [wide, high] = [0, 1].map((i) => DEVIATIONS * Math.exp(logvar[i] / 2) * scale);
      outlined(() => ink.ellipse(x, y, wide, high, 0, 0, 2 * Math.PI));
    }
    outlined(() => ink.arc(x, y, RING * sharpness, 0, 2 * Math.PI));
    const right = x < width * 0.75;
    const name = written(this.text?.here ?? "", NAME, sharpness, this.theme);
    const aside = (RING + 6 - NAME.halo) * sharpness;
    ink.drawImage(name, right ? x + aside : x - aside - name.width, y - name.height / 2);
  }
}
