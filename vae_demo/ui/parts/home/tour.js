// The way of the ring until the visitor takes it: from digit to digit, round and round.
import { lerp } from "../../engine/code_arithmetic.js";
import { ease } from "../../engine/ease.js";

/** @import { Point } from "../../engine/code_space.js" */

const REST = 700; // milliseconds at each stop
const LEG = 1100; // from one stop to the next
const STOP = REST + LEG; // milliseconds for each

/**
 * Where a tour is after some time.
 * @param {Point[]} stops
 * @param {number} time  milliseconds
 * @returns {Point}
 */
export function tour(stops, time) {
  const turns = time / STOP;
  const from = Math.floor(turns) % stops.length;
  const under = Math.max((turns % 1) * STOP - REST, 0) / LEG;
  const [x, y] = lerp(stops[from], stops[(from + 1) % stops.length], ease(under));
  return [x, y];
}
