// The posterior of a digit in two latents: its mean, its ellipse of one standard deviation, the
// sample, the prior, and the codes of other digits.
import { CodeMap } from "../../engine/code_map.js";
import { contextOf, element } from "../../engine/dom.js";

const ROOM = 0.5; // units of the code around the mean
const LEAST = 1.3; // from the middle to the edges, so that the prior's deviation is in sight
const LETTER = 13; // CSS pixels

export class PosteriorMap extends CodeMap {
  /** @type {number[]} */
  latents = [];
  /** @type {ArrayLike<number>} */
  dots = [];
  mean = new Float32Array();
  deviation = new Float32Array();

  /** @param {() => void} changed  called when it has another size */
  constructor(changed) {
    super(element("canvas", { class: "cloud", role: "img", "data-testid": "posterior-map" }));
    this.changed = changed;
  }

  /**
   * @param {number[]} latents  one or two
   * @param {ArrayLike<number>} dots  (n * latents)
   * @param {Float32Array} mean  (latent)
   * @param {Float32Array} deviation  (latent)
   */
  enter(latents, dots, mean, deviation) {
    Object.assign(this, { latents, dots, mean, deviation });
    const reach = Math.max(LEAST, ...latents.map((latent) => Math.abs(mean[latent]) + ROOM));
    this.setBounds([0, 0], [reach, reach]);
  }

  redraw() {
    this.changed();
  }

  /**
   * A code's place on the map, in device pixels.
   * @param {ArrayLike<number>} code
   */
  placeOf(code) {
    const [first, second] = this.latents;
    return { x: this.x(code[first]), y: this.y(second === undefined ? 0 : code[second]) };
  }

  /**
   * @param {Float32Array} z  the sample
   * @param {number} factor  of the standard deviation
   */
  draw(z, factor) {
    if (!this.theme || !this.latents.length) return;
    const ink = contextOf(this.canvas);
    const { ground, text } = this.theme;
    ink.clearRect(0, 0, this.width, this.height);
    const step = this.latents.length;
    ink.fillStyle = text;
    ink.globalAlpha = 0.25;
    for (let i = 0; i < this.dots.length; i += step) {
      this.circle(ink, this.x(this.dots[i]), this.y(step > 1 ? this.dots[i + 1] : 0), 1.5);
      ink.fill();
    }
    ink.globalAlpha = 1;
    ink.setLineDash([4 * this.sharpness, 3 * this.sharpness]);
    this.ellipse(ink, this.x(0), this.y(0), 1, 1);
    this.outline(ink, 1);
    ink.setLineDash([]);
    const middle = this.placeOf(this.mean);
    const [across, up] = [0, 1].map((i) => factor * (this.deviation[this.latents[i]] ?? 0));
    ink.fillStyle = this.accent();
    this.ellipse(ink, middle.x, middle.y, across, up);
    ink.globalAlpha = 0.35;
    ink.fill();
    ink.globalAlpha = 1;
    this.outline(ink, 1);
    const sample = this.placeOf(z);
    this.circle(ink, sample.x, sample.y, 5);
    ink.fill();
    this.outline(ink, 1.5);
    ink.font = `600 ${LETTER * this.sharpness}px sans-serif`;
    ink.lineWidth = 3 * this.sharpness;
    /** @type {(letter: string, x: number, y: number) => void} */
    const write = (letter, x, y) => {
      ink.strokeStyle = ground;
      ink.strokeText(letter, x, y);
      ink.fillStyle = text;
      ink.fillText(letter, x, y);
    };
    const away = 6 * this.sharpness;
    write("μ", middle.x - 2 * away, middle.y - away);
    write("z", sample.x + away, sample.y + 2.5 * away);
    write("σ", middle.x + across * this.scale + away / 2, middle.y);
    write("N(0, I)", this.x(0) - 4 * away, this.y(-1) + 2.5 * away);
    this.circle(ink, middle.x, middle.y, 2);
    ink.fill();
  }

  accent() {
    return getComputedStyle(this.canvas).getPropertyValue("--accent");
  }
}
