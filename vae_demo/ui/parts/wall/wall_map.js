// The map of a wall: the codes of digits, N(0, I), and the codes of the wall.
import { CodeMap } from "../../engine/code_map.js";
import { contextOf, element } from "../../engine/dom.js";
import { readTensors } from "../../engine/tensors.js";

const RING = 5; // radius of a code of the wall, CSS pixels
const DOT = 1.4; // half the side of a point of N(0, I)
const DEVIATIONS = [1, 2, 3];

/** Draws codes; those of the wall are rings, or crosses if their digits are not recognised. */
export class WallMap extends CodeMap {
  /** @type {Float32Array} */
  codes = new Float32Array(); // (n, 2) of test digits, by digit
  normal = new Float32Array(); // (n, 2) drawn from N(0, I)
  centre = [0, 0]; // of N(0, I)
  /** @type {ArrayLike<number>} */
  drawn = []; // (n * 2) of the wall
  /** @type {?boolean[]} */
  recognised = null; // of the wall; null while its codes are on their way

  constructor() {
    super(element("canvas", { class: "cloud", role: "img", "data-testid": "wall-map" }));
  }

  /** @param {ArrayBuffer} file  from `map_file` in wall/data.py */
  read(file) {
    const { tensor, metadata } = readTensors(file);
    const { reach, centre, colours, kinds } = JSON.parse(metadata.described);
    this.setBounds([0, 0], [reach, reach]);
    this.setPoints(tensor("labels").values, colours, kinds);
    this.codes = this.sorted(tensor("points").values);
    this.normal = Float32Array.from(tensor("normal").values);
    this.centre = centre;
    this.redraw();
  }

  redraw() {
    const { theme, codes, normal, centre, sharpness, drawn } = this;
    if (!theme || !codes.length) return;
    const ink = contextOf(this.canvas);
    this.drawPoints(ink, codes);
    ink.fillStyle = ink.strokeStyle = theme.text;
    ink.globalAlpha = 0.55;
    const side = 2 * DOT * sharpness;
    for (let i = 0; i < normal.length; i += 2) {
      ink.fillRect(this.x(normal[i]) - side / 2, this.y(normal[i + 1]) - side / 2, side, side);
    }
    ink.lineWidth = sharpness;
    ink.setLineDash([2 * sharpness, 4 * sharpness]);
    for (const radius of DEVIATIONS) {
      this.ellipse(ink, this.x(centre[0]), this.y(centre[1]), radius, radius);
      ink.stroke();
    }
    ink.setLineDash([]);
    ink.globalAlpha = 1;
    for (let i = 0; i < drawn.length; i += 2) {
      const [x, y] = [this.x(drawn[i]), this.y(drawn[i + 1])];
      if (this.recognised?.[i / 2] === false) this.cross(ink, x, y);
      else this.circle(ink, x, y, RING);
      this.outline(ink, 1.5, 4);
    }
  }

  /**
   * Begins a cross.
   * @param {CanvasRenderingContext2D} ink
   * @param {number} x  device pixels
   * @param {number} y
   */
  cross(ink, x, y) {
    const arm = RING * this.sharpness;
    ink.beginPath();
    for (const way of [1, -1]) {
      ink.moveTo(x - arm, y - way * arm);
      ink.lineTo(x + arm, y + way * arm);
    }
  }
}
