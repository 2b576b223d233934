// The map of the plane: how far a network sends each point, arrows or ellipses, a curve, a path.
import { CodeMap } from "../../engine/code_map.js";
import { contextOf, element } from "../../engine/dom.js";
import { Jacobian } from "../../engine/jacobian.js";
import { pointsOf } from "../../engine/toy_curves.js";
import { DistanceMap, distancesOf, gridOf, mean, REACH } from "./distances.js";

/**
 * @import { Point } from "../../engine/code_space.js"
 * @import { TrainableNetwork } from "../../engine/dense_training.js"
 * @import { Curve } from "../../engine/toy_curves.js"
 */

/** How often the network is applied to the point under the hand. */
export const APPLIED = 20;

const FINE = 49; // cells of the map of distances in a row
const COARSE = 25; // the same while the network is trained,
const PARTS = 2; // of which half are measured for each picture
const MARKS = 15; // arrows or ellipses in a row
const ON_CURVE = 200; // points of the curve that are drawn and measured
const GAP = 0.15; // between points of a curve that has two pieces
const HEAD = 4; // length of an arrow's head in CSS pixels
const CURVE = "#ffa90e";
const PATH = "#ff5c8a";

/**
 * @typedef {Object} Distances  how far the network sends points, on average
 * @property {number} curve  those of the curve
 * @property {number} corners  those in the four corners of the map
 * @property {number} map  all of the map
 */

/** The square ±REACH of the plane on a canvas. */
export class PlaneMap extends CodeMap {
  /** @type {?TrainableNetwork} */
  network = null;
  /** @type {?Jacobian} */
  jacobian = null; // of the network
  /** @type {"arrows"|"ellipses"} */
  marks = "arrows";
  /** @type {Float64Array} */
  curve = new Float64Array(); // (n * 2) its points
  /** @type {Float64Array} */
  noisy = new Float64Array(); // (n * 2) pairs of a noisy point and the point it came from
  /** @type {number[]} */
  stroke = []; // the visitor's, while it is drawn
  drawing = false; // whether the visitor draws a curve
  sent = new Float64Array(); // (n * 2) where the network sends the places of the marks
  /** @type {Point} */
  point = [0, 0]; // the one whose path is shown
  /** @type {Point[]} */
  path = []; // the point, and where it is sent each time
  /** @type {Distances} */
  distances = { curve: 0, corners: 0, map: 0 };

  constructor() {
    const ground = element("canvas");
    const names = { class: "plane", role: "application", "data-testid": "manifold-map" };
    super(element("canvas", { tabindex: "0", ...names }), [ground], 0);
    this.ground = contextOf(ground); // all but the path: it stays the same while the point moves
    this.ink = contextOf(this.canvas);
    this.details = { fine: new DistanceMap(FINE), coarse: new DistanceMap(COARSE, PARTS) };
    this.shown = this.details.fine; // the one that was measured last
    this.places = gridOf(MARKS);
    this.setBounds([0, 0], [REACH, REACH]);
  }

  /** @param {Curve} curve */
  setCurve(curve) {
    this.curve = pointsOf(curve, ON_CURVE);
  }

  /** @param {"arrows"|"ellipses"} marks */
  setMarks(marks) {
    if (marks === this.marks) return;
    this.marks = marks;
    this.drawGround();
  }

  /**
   * Measures a network: the distances, the marks, and the path of the point.
   * @param {?TrainableNetwork} network
   * @param {"fine"|"coarse"} detail
   */
  measure(network, detail) {
    if (!network) return;
    this.network = network;
    this.shown = this.details[detail];
    const onCurve = distancesOf(network, this.curve, new Float64Array(ON_CURVE));
    this.distances = { curve: mean(onCurve), ...this.shown.measure(network) };
    this.follow();
    this.sent = network.forward(this.places, MARKS * MARKS).slice(0, this.places.length);
  }

  /** Applies the network to the point again and again. */
  follow() {
    this.path = [this.point];
    for (let i = 0; this.network && i < APPLIED; i++) {
      const [x, y] = this.network.forward(this.path[i], 1);
      this.path.push([x, y]);
    }
  }

  // ---- the picture

  resize() {
    super.resize(); // which clears the canvases and draws the path
    this.drawGround();
    this.redraw();
  }

  /** Draws the path of the point on the ground, or the curve that is being drawn. */
  redraw() {
    const { ink, ground, path, width, height } = this;
    if (!this.theme) return;
    ink.drawImage(ground.canvas, 0, 0);
    if (this.drawing) {
      ink.fillStyle = "#000c";
      ink.fillRect(0, 0, width, height);
      this.drawLine(ink, this.stroke, CURVE, 4);
      this.drawDots([this.point], CURVE, 5);
      return;
    }
    this.drawLine(ink, path.flat(), PATH, 2);
    this.drawDots(path.slice(1), PATH, 2.5);
    this.drawDots([path[0] ?? this.point], PATH, 6);
  }

  /** Draws distances, noise, the curve and the marks. */
  drawGround() {
    const { ground, network, width, height } = this;
    if (!this.theme || !network) return;
    ground.drawImage(this.shown.canvas, 0, 0, width, height);
    this.drawNoise();
    this.drawLine(ground, this.curve, CURVE, 4);
    if (this.marks === "arrows") this.drawArrows();
    else this.drawEllipses(network);
  }

  /** Strokes the current path of marks; while the network is trained, without a dark line. */
  paintMarks() {
    const { ground, shown, details, sharpness } = this;
    if (shown === details.fine) return this.paint(ground, "white", 1);
    ground.lineCap = "butt"; // quicker to paint
    ground.strokeStyle = "white";
    ground.lineWidth = sharpness;
    ground.stroke();
  }

  /**
   * Strokes the current path in a colour, on a wider dark line.
   * @param {CanvasRenderingContext2D} ink
   * @param {string} colour
   * @param {number} line  its width in CSS pixels
   */
  paint(ink, colour, line) {
    const { sharpness } = this;
    ink.lineCap = ink.lineJoin = "round";
    ink.strokeStyle = "#0009";
    ink.lineWidth = (line + 2) * sharpness;
    ink.stroke();
    ink.strokeStyle = colour;
    ink.lineWidth = line * sharpness;
    ink.stroke();
  }

  /**
   * Draws a line through points; between two pieces of the curve, it has a gap.
   * @param {CanvasRenderingContext2D} ink
   * @param {ArrayLike<number>} points  (n * 2)
   * @param {string} colour
   * @param {number} line  its width in CSS pixels
   */
  drawLine(ink, points, colour, line) {
    ink.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const step = i && Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]);
      const [x, y] = [this.x(points[i]), this.y(points[i + 1])];
      if (step > GAP && points === this.curve) ink.moveTo(x, y);
      else ink.lineTo(x, y);
    }
    this.paint(ink, colour, line);
  }

  /**
   * Draws dots.
   * @param {Point[]} places
   * @param {string} colour
   * @param {number} radius  in CSS pixels
   */
  drawDots(places, colour, radius) {
    const { ink, sharpness } = this;
    ink.beginPath();
    for (const [right, up] of places) this.addCircle(ink, this.x(right), this.y(up), radius);
    ink.strokeStyle = "white";
    ink.lineWidth = 3 * sharpness; // half of it stays outside of the dots
    ink.stroke();
    ink.fillStyle = colour;
    ink.fill();
  }

  /** Noisy points, each with a line to the point of the curve that it came from. */
  drawNoise() {
    const { ground, noisy, sharpness } = this;
    ground.beginPath();
    for (let i = 0; i < noisy.length; i += 4) {
      ground.moveTo(this.x(noisy[i]), this.y(noisy[i + 1]));
      ground.lineTo(this.x(noisy[i + 2]), this.y(noisy[i + 3]));
    }
    ground.strokeStyle = "#ffa90e66";
    ground.lineWidth = sharpness;
    ground.stroke();
  }

  /** An arrow from each place of a grid to where the network sends it. */
  drawArrows() {
    const { ground, places, sent, sharpness } = this;
    ground.beginPath();
    for (let i = 0; i < places.length; i += 2) {
      const [x, y] = [this.x(places[i]), this.y(places[i + 1])];
      const [right, down] = [this.x(sent[i]) - x, this.y(sent[i + 1]) - y];
      const length = Math.hypot(right, down);
      ground.moveTo(x, y);
      ground.lineTo(x + right, y + down);
      const head = Math.min(HEAD * sharpness, length / 2) / (length || 1);
      const [back, side] = [1 - head, 0.6 * head];
      ground.moveTo(x + back * right - side * down, y + back * down + side * right);
      ground.lineTo(x + right, y + down);
      ground.lineTo(x + back * right + side * down, y + back * down - side * right);
    }
    this.paintMarks();
  }

  /**
   * At each place of a grid, where the network's Jacobian sends a small circle.
   * @param {TrainableNetwork} network
   */
  drawEllipses(network) {
    const { ground, places } = this;
    const count = MARKS * MARKS;
    network.forward(places, count);
    if (this.jacobian?.network !== network) {
      this.jacobian = new Jacobian(network, network.layers.length);
    }
    const jacobian = this.jacobian.forward(count);
    const radius = (0.42 * 2 * REACH) / MARKS;
    ground.beginPath();
    for (let n = 0; n < count; n++) {
      const [a, b, c, d] = jacobian.subarray(4 * n, 4 * n + 4); // ∂x̂/∂x, ∂ŷ/∂x, ∂x̂/∂y, ∂ŷ/∂y
      const [x, y] = [places[2 * n], places[2 * n + 1]];
      for (let k = 0; k <= 24; k++) {
        const angle = (Math.PI * k) / 12;
        const [u, v] = [radius * Math.cos(angle), radius * Math.sin(angle)];
        const to = /** @type {const} */ ([this.x(x + a * u + c * v), this.y(y + b * u + d * v)]);
        if (k) ground.lineTo(...to);
        else ground.moveTo(...to);
      }
    }
    this.paintMarks();
  }
}
