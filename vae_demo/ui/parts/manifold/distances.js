// How far a network sends the points of the plane.
import { contextOf, element } from "../../engine/dom.js";
import { paintHeat } from "./heat.js";

/** @import { TrainableNetwork } from "../../engine/dense_training.js" */

/** The map shows the square ±REACH. */
export const REACH = 1.2;

const CORNER = 0.95; // |x| and |y| of the cells in the corners are larger

/** The distances of the cells of a square grid over the map, and their picture. */
export class DistanceMap {
  next = 0; // the part that is measured next

  /**
   * @param {number} side  cells in a row
   * @param {number} [parts]  that are measured in turn
   */
  constructor(side, parts = 1) {
    this.parts = parts;
    this.cells = gridOf(side);
    this.moved = new Float64Array(side * side);
    this.canvas = element("canvas", { width: String(side), height: String(side) });
    this.ink = contextOf(this.canvas);
  }

  /**
   * Measures the distances of the next part, and paints all.
   * @param {TrainableNetwork} network
   * @returns {{ corners: number, map: number }}  the means in the four corners and of all cells
   */
  measure(network) {
    const { cells, moved, canvas, ink, next, parts } = this;
    const [from, to] = [next, next + 1].map((part) => Math.floor((part * moved.length) / parts));
    this.next = (next + 1) % parts;
    distancesOf(network, cells.subarray(2 * from, 2 * to), moved.subarray(from, to));
    paintHeat(ink, moved, canvas.width);
    const far = (/** @type {number} */ i) =>
      Math.min(Math.abs(cells[2 * i]), Math.abs(cells[2 * i + 1])) > CORNER;
    return { corners: mean(moved.filter((_, i) => far(i))), map: mean(moved) };
  }
}

/**
 * The centres of the cells of a square grid over the map, row by row from the top left.
 * @param {number} side  cells in a row
 * @returns {Float64Array}  (side * side * 2)
 */
export function gridOf(side) {
  const places = new Float64Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    places[2 * i] = REACH * ((2 * (i % side) + 1) / side - 1);
    places[2 * i + 1] = REACH * (1 - (2 * Math.floor(i / side) + 1) / side);
  }
  return places;
}

/**
 * How far a network sends each point.
 * @param {TrainableNetwork} network
 * @param {Float64Array} points  (n * 2)
 * @param {Float64Array} distances  (n) receives them
 */
export function distancesOf(network, points, distances) {
  const sent = network.forward(points, distances.length);
  for (let i = 0; i < distances.length; i++) {
    distances[i] = Math.hypot(sent[2 * i] - points[2 * i], sent[2 * i + 1] - points[2 * i + 1]);
  }
  return distances;
}

/** The mean of numbers. @param {Float64Array} values */
export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
