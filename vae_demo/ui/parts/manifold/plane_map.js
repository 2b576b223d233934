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
const COARSE = 25; // the same while the network is trained
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
  /** @type {Point} */
  point = [0, 0]; // the one whose path is shown
  /** @type {Point[]} */
  path = []; // the point, and where it is sent each time
  /** @type {Distances} */
  distances = { curve: 0, corners: 0, map: 0 };

  constructor() {
    super(
      element("canvas", {
        class: "plane",
        role: "application",
        tabindex: "0",
        "data-testid": "manifold-map",
      }),
      [],
      0,
    );
    this.ink = contextOf(this.canvas);
    this.details = { fine: new DistanceMap(FINE), coarse: new DistanceMap(COARSE) };
    this.shown = this.details.fine; // the one that was measured last
    this.places = gridOf(MARKS);
    this.setBounds([0, 0], [REACH, REACH]);
  }

  /** @param {Curve} curve */
  setCurve(curve) {
    this.curve = pointsOf(curve, ON_CURVE);
  }

  /**
   * Measures a network: the distances, and the path of the point.
   * @param {TrainableNetwork} network
   * @param {"fine"|"coarse"} detail
   */
  measure(network, detail) {
    this.network = network;
    this.shown = this.details[detail];
    const onCurve = distancesOf(network, this.curve, new Float64Array(ON_CURVE));
    this.distances = { curve: mean(onCurve), ...this.shown.measure(network) };
    this.follow();
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

  redraw() {
    const { ink, width, height, network } = this;
    if (!this.theme) return;
    ink.globalAlpha = 1;
    ink.clearRect(0, 0, width, height);
    ink.drawImage(this.shown.canvas, 0, 0, width, height);
    if (this.drawing) {
      ink.globalAlpha = 0.75;
      ink.fillStyle = "black";
      ink.fillRect(0, 0, width, height);
      ink.globalAlpha = 1;
      this.drawLine(this.stroke, CURVE, 4);
      this.drawDot(this.point, CURVE, 5);
      return;
    }
    this.drawNoise();
    this.drawLine(this.curve, CURVE, 4);
    if (network && this.marks === "arrows") this.drawArrows(network);
    else if (network) this.drawEllipses(network);
    this.drawPath();
  }

  /**
   * Begins a path through points.
   * @param {ArrayLike<number>} points  (n * 2)
   */
  trace(points) {
    const { ink } = this;
    ink.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const gap = i && Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]);
      const [x, y] = [this.x(points[i]), this.y(points[i + 1])];
      if (gap > GAP && points === this.curve) ink.moveTo(x, y);
      else ink.lineTo(x, y);
    }
  }

  /**
   * Strokes the current path in a colour, on a wider dark line.
   * @param {string} colour
   * @param {number} line  its width in CSS pixels
   */
  paint(colour, line) {
    const { ink, sharpness } = this;
    ink.lineCap = ink.lineJoin = "round";
    for (const [style, wide] of /** @type {[string, number][]} */ ([
      ["#0009", line + 2],
      [colour, line],
    ])) {
      ink.strokeStyle = style;
      ink.lineWidth = wide * sharpness;
      ink.stroke();
    }
  }

  /**
   * @param {ArrayLike<number>} points  (n * 2)
   * @param {string} colour
   * @param {number} line
   */
  drawLine(points, colour, line) {
    this.trace(points);
    this.paint(colour, line);
  }

  /**
   * @param {Point} place
   * @param {string} colour
   * @param {number} radius  in CSS pixels
   */
  drawDot([x, y], colour, radius) {
    const { ink } = this;
    this.circle(ink, this.x(x), this.y(y), radius);
    ink.fillStyle = colour;
    ink.fill();
    ink.strokeStyle = "white";
    ink.lineWidth = 1.5 * this.sharpness;
    ink.stroke();
  }

  /** Noisy points, each with a line to the point of the curve that it came from. */
  drawNoise() {
    const { ink, noisy, sharpness } = this;
    ink.beginPath();
    for (let i = 0; i < noisy.length; i += 4) {
      ink.moveTo(this.x(noisy[i]), this.y(noisy[i + 1]));
      ink.lineTo(this.x(noisy[i + 2]), this.y(noisy[i + 3]));
    }
    ink.strokeStyle = "#ffa90e66";
    ink.lineWidth = sharpness;
    ink.stroke();
  }

  /**
   * An arrow from each place of a grid to where the network sends it.
   * @param {TrainableNetwork} network
   */
  drawArrows(network) {
    const { ink, places, sharpness } = this;
    const sent = network.forward(places, MARKS * MARKS);
    ink.beginPath();
    for (let i = 0; i < places.length; i += 2) {
      const [x, y] = [this.x(places[i]), this.y(places[i + 1])];
      const [right, down] = [this.x(sent[i]) - x, this.y(sent[i + 1]) - y];
      const length = Math.hypot(right, down);
      ink.moveTo(x, y);
      ink.lineTo(x + right, y + down);
      const head = Math.min(HEAD * sharpness, length / 2) / (length || 1);
      const [back, side] = [1 - head, 0.6 * head];
      ink.moveTo(x + back * right - side * down, y + back * down + side * right);
      ink.lineTo(x + right, y + down);
      ink.lineTo(x + back * right + side * down, y + back * down - side * right);
    }
    this.paint("white", 1);
  }

  /**
   * At each place of a grid, where the network's Jacobian sends a small circle.
   * @param {TrainableNetwork} network
   */
  drawEllipses(network) {
    const { ink, places } = this;
    const count = MARKS * MARKS;
    network.forward(places, count);
    if (this.jacobian?.network !== network) {
      this.jacobian = new Jacobian(network, network.layers.length);
    }
    const jacobian = this.jacobian.forward(count);
    const radius = (0.42 * 2 * REACH) / MARKS;
    ink.beginPath();
    for (let n = 0; n < count; n++) {
      const [a, b, c, d] = jacobian.subarray(4 * n, 4 * n + 4); // ∂x̂/∂x, ∂ŷ/∂x, ∂x̂/∂y, ∂ŷ/∂y
      const [x, y] = [places[2 * n], places[2 * n + 1]];
      for (let k = 0; k <= 24; k++) {
        const angle = (Math.PI * k) / 12;
        const [u, v] = [radius * Math.cos(angle), radius * Math.sin(angle)];
        const to = /** @type {const} */ ([this.x(x + a * u + c * v), this.y(y + b * u + d * v)]);
        if (k) ink.lineTo(...to);
        else ink.moveTo(...to);
      }
    }
    this.paint("white", 1.2);
  }

  /** The point, and where it is sent again and again. */
  drawPath() {
    const { path } = this;
    this.drawLine(path.flat(), PATH, 2);
    for (const place of path.slice(1).reverse()) this.drawDot(place, PATH, 2.5);
    this.drawDot(path[0] ?? this.point, PATH, 6);
  }
}
