// The part "wall": a wall of generated digits and their codes on a map, in each step of a flow.
import { readSheet } from "../../engine/contact_sheet.js";
import {
  contextOf,
  DIGIT_PIXELS,
  DIGIT_SIDE,
  element,
  setAttribute,
  setText,
} from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { filled } from "../../engine/filled.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { Player } from "../../engine/player.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { readTensors } from "../../engine/tensors.js";
import { WallMap } from "./wall_map.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { LinkData, LinkMessage } from "../../engine/link_view.js"
 */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

const COLUMNS = 10;
const GAP = 2; // pixels between two digits
const PITCH = DIGIT_SIDE + GAP;
const ROUND = { forward: 3000, rest: 1500, back: 600, pause: 500, eased: false };

/**
 * @typedef {Object} WallData
 * @property {LinkData} view
 * @property {FileAddress} file  of `wall_file` in wall/data.py
 * @property {?FileAddress} map  of `map_file`; null if codes are words
 * @property {?boolean[]} recognised  which digits of the last step are; null for other pictures
 * @property {Object<string, string>} text
 * @property {string} language
 */

export default mountPart(STYLES, () => new Wall(), "view");

class Wall {
  view = new LinkView();
  count = 0; // digits on the wall
  steps = 0; // in which they were made; 0 if they were drawn at once
  shown = ""; // keys of the files that are shown
  /** @type {Uint8Array} */
  digits = new Uint8Array(); // (steps + 1, count, 784)
  points = new Float32Array(); // (steps + 1, count, 2)
  /** @type {Object<string, string>} */
  text = {};
  /** @type {boolean[]} */
  /** @type {?boolean[]} */
  recognised = null;
  /** @type {(message: LinkMessage) => void} */
  send = () => {};

  constructor() {
    this.canvas = element("canvas", { class: "digits", role: "img", "data-testid": "wall" });
    this.map = new WallMap();
    this.legend = element("p", { class: "about" });
    this.note = element("output");
    this.player = new Player({
      testid: "wall",
      round: ROUND,
      play: false,
      show: (place) => this.show(place),
      settle: (place) => this.settle(place),
    });
    this.side = element("div", { class: "side" }, this.map.canvas, this.legend);
    const way = element("div", { class: "steps" }, this.player.row, this.note);
    this.player.row.hidden = true; // until there are steps
    this.root = element("div", { class: "wall" }, element("div", {}, this.canvas, way, this.side));
    this.player.watch(this.root);
  }

  leave() {
    this.player.leave();
    this.map.leave();
  }

  /** @param {WallData} data */
  async follow(data) {
    const taken = this.view.follow(data.view);
    const { file, map, text } = data;
    const keys = file.key + map?.key;
    const renewed = keys !== this.shown;
    setText(this.legend, text.legend);
    setAttribute(this.canvas, "aria-label", text.wall);
    setAttribute(this.map.canvas, "aria-label", text.map);
    this.shown = keys;
    const [wall, codes] = await Promise.all([fetchFile(file), map && fetchFile(map)]);
    const { tensor, metadata } = readTensors(wall);
    const sheet = await readSheet(Uint8Array.from(tensor("sheet").values).buffer);
    if (this.shown !== keys) return; // newer data have come
    this.text = text;
    this.recognised = data.recognised;
    this.count = JSON.parse(metadata.described).count;
    this.digits = sheet;
    this.points = Float32Array.from(tensor("points").values);
    this.steps = Math.floor(sheet.length / DIGIT_PIXELS / this.count) - 1;
    this.side.hidden = !codes;
    if (codes && renewed) this.map.read(codes);
    this.player.row.hidden = this.note.hidden = !this.steps;
    if (taken) this.player.go(this.steps ? Math.min(this.view.values.step / this.steps, 1) : 1);
    this.player.follow(this.steps, 1, text);
    if (!this.steps) this.show(0);
    this.root.dataset.steps = String(this.steps);
  }

  /** @param {number} place  0 to `steps`, also between two steps */
  show(place) {
    const { count, steps, map, points } = this;
    if (!count) return;
    const step = Math.min(Math.round(place), steps);
    this.paint(this.digits.subarray(step * count * DIGIT_PIXELS));
    const from = Math.min(Math.floor(place), steps);
    const next = Math.min(from + 1, steps);
    const size = 2 * count;
    const share = place - from;
    if (points.length) {
      map.drawn = Float32Array.from({ length: size }, (_, i) => {
        const start = points[from * size + i];
        return start + share * (points[next * size + i] - start);
      });
      map.recognised = step === steps ? this.recognised : null;
      map.redraw();
    }
    const words = { at: String(step), steps: String(steps) };
    setText(this.note, filled(step ? this.text.step : this.text.noise, words));
    this.root.dataset.step = String(step);
  }

  /** @param {number} place */
  settle(place) {
    this.view.values.step = Math.round(place);
    this.send(this.view.message());
  }

  /**
   * Paints the wall.
   * @param {Uint8Array} digits  (count * 784 or more)
   */
  paint(digits) {
    const { canvas, count } = this;
    const width = COLUMNS * PITCH - GAP;
    const height = Math.ceil(count / COLUMNS) * PITCH - GAP;
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    const ink = contextOf(canvas);
    const image = ink.createImageData(width, height);
    for (let digit = 0; digit < count; digit++) {
      const left = (digit % COLUMNS) * PITCH;
      const top = Math.floor(digit / COLUMNS) * PITCH;
      for (let pixel = 0; pixel < DIGIT_PIXELS; pixel++) {
        const row = top + Math.floor(pixel / DIGIT_SIDE);
        const at = 4 * (row * width + left + (pixel % DIGIT_SIDE));
        image.data.fill(digits[digit * DIGIT_PIXELS + pixel], at, at + 3);
        image.data[at + 3] = 255;
      }
    }
    ink.putImageData(image, 0, 0);
  }
}
