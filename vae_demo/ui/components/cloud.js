// What the parts share that show codes as points on a flat map: one colour a digit, and its label.
import { ease } from "./player.js";

const KINDS = 10; // digits
const DOT = 2.4; // radius in CSS pixels
const LABEL = 21; // height of a cluster's label in CSS pixels
const HALO = 5; // thickness of the line around a label
const APART = 17; // labels keep this distance where clusters lie on each other
const EDGE = 8; // what stays free between the farthest point and the canvas's edge

/**
 * The order in which points of one digit are side by side, for each colour is drawn in one go.
 * @param {ArrayLike<number>} labels  (n) digits, 0 to 9
 * @returns {{ order: number[], ends: number[] }}  positions by digit; where each digit's end, (10)
 */
export function byDigit(labels) {
  const order = Array.from(labels, (_, i) => i).sort((a, b) => labels[a] - labels[b]);
  const ends = Array.from({ length: KINDS }, (_, digit) =>
    order.reduce((total, point) => total + (labels[point] <= digit), 0));
  return { order, ends };
}

/**
 * Device pixels per unit of the map: one scale for both axes, for distances are what the eye
 * compares.
 * @param {HTMLCanvasElement} canvas
 * @param {[number, number]} reach  what must fit between the middle and the edges
 * @param {number} sharpness  device pixels per CSS pixel
 * @returns {number}
 */
export function mapScale({ width, height }, [across, up], sharpness) {
  const edge = 2 * EDGE * sharpness;
  return Math.min((width - edge) / across, (height - edge) / up) / 2;
}

/**
 * Draws the points of each digit in its colour.
 * @param {CanvasRenderingContext2D} ink
 * @param {Float32Array} spots  (n, 2) in device pixels, in the order of `byDigit`
 * @param {number[]} ends  (10), of `byDigit`
 * @param {string[]} colours  (10)
 * @param {number} sharpness  device pixels per CSS pixel
 * @returns {{ digit: number, x: number, y: number }[]}  the middle of each digit that has points
 */
export function drawPoints(ink, spots, ends, colours, sharpness) {
  const radius = DOT * sharpness;
  const centres = [];
  let point = 0;
  ink.globalAlpha = 0.8;
  ends.forEach((end, digit) => {
    const count = end - point;
    let sumX = 0;
    let sumY = 0;
    ink.beginPath();
    for (; point < end; point++) {
      const x = spots[2 * point];
      const y = spots[2 * point + 1];
      ink.moveTo(x + radius, y);
      ink.arc(x, y, radius, 0, 2 * Math.PI);
      sumX += x;
      sumY += y;
    }
    ink.fillStyle = colours[digit];
    ink.fill();
    if (count) centres.push({ digit, x: sumX / count, y: sumY / count });
  });
  ink.globalAlpha = 1;
  return centres;
}

/**
 * Writes each digit at the middle of its cluster, in the theme's colours as they are now. Before
 * there are clusters, ten labels on one spot would only hide it: they appear as the clusters part.
 * @param {CanvasRenderingContext2D} ink  of a canvas whose style has `--ground`, the page's colour
 * @param {{ digit: number, x: number, y: number }[]} centres  of `drawPoints`; they are moved apart
 * @param {number} sharpness  device pixels per CSS pixel
 */
export function drawLabels(ink, centres, sharpness) {
  const spread = deviation(centres) / sharpness;
  ink.globalAlpha = ease(Math.min(Math.max((spread - APART / 2) / APART, 0), 1));
  if (ink.globalAlpha) {
    const style = getComputedStyle(ink.canvas);
    ink.font = `700 ${LABEL * sharpness}px ${style.fontFamily}`;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    ink.lineJoin = "round";
    ink.lineWidth = HALO * sharpness;
    ink.strokeStyle = style.getPropertyValue("--ground");
    ink.fillStyle = style.color;
    pushApart(centres, APART * sharpness);
    for (const { digit, x, y } of centres) {
      ink.strokeText(digit, x, y);
      ink.fillText(digit, x, y);
    }
  }
  ink.globalAlpha = 1;
}

/** How far places lie from their middle, in the mean of squares. */
function deviation(places) {
  const mean = (value) => places.reduce((sum, place) => sum + value(place), 0) / places.length;
  const x = mean((place) => place.x);
  const y = mean((place) => place.y);
  return Math.sqrt(mean((place) => (place.x - x) ** 2 + (place.y - y) ** 2));
}

/** Pushes places that are closer than `distance` apart, each pair by halves, a few times over. */
function pushApart(places, distance) {
  for (let turn = 0; turn < 12; turn++) {
    for (const one of places) {
      for (const other of places) {
        if (one.digit >= other.digit) continue;
        const x = other.x - one.x || 0.01;
        const y = other.y - one.y;
        const apart = Math.hypot(x, y);
        const push = Math.max(distance - apart, 0) / apart / 2;
        one.x -= push * x;
        one.y -= push * y;
        other.x += push * x;
        other.y += push * y;
      }
    }
  }
}
