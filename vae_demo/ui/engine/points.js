// What the parts share that show codes as points on a flat map: one colour a digit, and its label.

import { ease } from "./ease.js";
import { wordPicture } from "./labels.js";

/** @typedef {{ digit: number, x: number, y: number }} Centre  the middle of a digit's points */

/**
 * @typedef {Object} Theme
 * @property {string} ground  the page's colour
 * @property {string} text  the colour of its text
 * @property {string} font  a family
 */

const KINDS = 10; // digits
const DOT = 2.4; // radius in CSS pixels
const DOT_OPACITY = 0.8;
const LABEL = { weight: 700, size: 21, halo: 5 }; // of a cluster
const APART = 17; // labels keep this distance where clusters lie on each other

/**
 * The picture of each canvas, so that nothing is allocated at a frame.
 * @type {WeakMap<CanvasRenderingContext2D, ImageData>}
 */
const pictures = new WeakMap();

/**
 * The order in which points of one digit are side by side, for each colour is drawn in one go.
 * @param {ArrayLike<number>} labels  (n) digits, 0 to 9
 * @returns {{ order: number[], ends: number[] }}  positions by digit; where each digit's end, (10)
 */
export function byDigit(labels) {
  const order = Array.from(labels, (_, i) => i).sort((a, b) => labels[a] - labels[b]);
  const ends = Array.from({ length: KINDS }, (_, digit) =>
    order.reduce((total, point) => total + Number(labels[point] <= digit), 0),
  );
  return { order, ends };
}

/**
 * Draws the points of each digit in its colour, in place of all that was on the canvas. Written
 * pixel by pixel a thousand dots take a fraction of a millisecond, as arcs some milliseconds.
 * @param {CanvasRenderingContext2D} ink
 * @param {Float32Array} spots  (n, 2) in device pixels, in the order of `byDigit`
 * @param {number[]} ends  (10), of `byDigit`
 * @param {string[]} colours  (10)
 * @param {number} sharpness  device pixels per CSS pixel
 * @returns {Centre[]}  one for each digit that has points
 */
export function drawPoints(ink, spots, ends, colours, sharpness) {
  const { width, height } = ink.canvas;
  let picture = pictures.get(ink);
  if (!picture || picture.width !== width || picture.height !== height) {
    pictures.set(ink, (picture = ink.createImageData(width, height)));
  }
  const dots = picture;
  dots.data.fill(0);
  const radius = DOT * sharpness;
  /** @type {Centre[]} */
  const centres = [];
  let point = 0;
  ends.forEach((end, digit) => {
    const count = end - point;
    let sumX = 0;
    let sumY = 0;
    ink.fillStyle = colours[digit];
    const colour = parseInt(ink.fillStyle.slice(1), 16); // the canvas writes it as #rrggbb
    for (; point < end; point++) {
      const x = spots[2 * point];
      const y = spots[2 * point + 1];
      drawDot(dots, x, y, radius, colour);
      sumX += x;
      sumY += y;
    }
    if (count) centres.push({ digit, x: sumX / count, y: sumY / count });
  });
  ink.putImageData(dots, 0, 0);
  return centres;
}

/**
 * Blends a round dot into a picture.
 * @param {ImageData} picture
 * @param {number} x  its middle, in pixels from the top left corner
 * @param {number} y
 * @param {number} radius  in pixels
 * @param {number} colour  0xrrggbb
 */
function drawDot({ data, width, height }, x, y, radius, colour) {
  const [red, green, blue] = [colour >> 16, (colour >> 8) & 255, colour & 255];
  const reach = radius + 0.5; // the pixels at its edge are covered in part
  const right = Math.min(Math.ceil(x + reach), width);
  const bottom = Math.min(Math.ceil(y + reach), height);
  for (let row = Math.max(Math.floor(y - reach), 0); row < bottom; row++) {
    for (let column = Math.max(Math.floor(x - reach), 0); column < right; column++) {
      const away = Math.sqrt((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2);
      if (away >= reach) continue;
      const share = DOT_OPACITY * Math.min(reach - away, 1);
      const at = 4 * (row * width + column);
      const below = (data[at + 3] / 255) * (1 - share);
      const whole = share + below;
      data[at] = (red * share + data[at] * below) / whole;
      data[at + 1] = (green * share + data[at + 1] * below) / whole;
      data[at + 2] = (blue * share + data[at + 2] * below) / whole;
      data[at + 3] = 255 * whole;
    }
  }
}

/**
 * The theme as it is now. Asking for it at every frame would have the page styled at every frame.
 * @param {Element} place  on the page, in a part whose style has `--ground`, the page's colour
 * @returns {Theme}
 */
export function themeOf(place) {
  const style = getComputedStyle(place);
  return { ground: style.getPropertyValue("--ground"), text: style.color, font: style.fontFamily };
}

/**
 * Writes each digit at the middle of its cluster. Before there are clusters, ten labels on one spot
 * would only hide it: they appear as the clusters part.
 * @param {CanvasRenderingContext2D} ink
 * @param {Centre[]} centres  of `drawPoints`; they are moved apart
 * @param {number} sharpness  device pixels per CSS pixel
 * @param {Theme} theme
 */
export function drawLabels(ink, centres, sharpness, theme) {
  const spread = deviation(centres) / sharpness;
  ink.globalAlpha = ease(Math.min(Math.max((spread - APART / 2) / APART, 0), 1));
  if (ink.globalAlpha) {
    pushApart(centres, APART * sharpness);
    for (const { digit, x, y } of centres) {
      const label = wordPicture(String(digit), LABEL, sharpness, theme);
      ink.drawImage(label, x - label.width / 2, y - label.height / 2);
    }
  }
  ink.globalAlpha = 1;
}

/**
 * The standard deviation of places: their root mean square distance from their middle.
 * @param {Centre[]} places
 * @returns {number}
 */
function deviation(places) {
  /** @param {(place: Centre) => number} value */
  const mean = (value) => places.reduce((sum, place) => sum + value(place), 0) / places.length;
  const x = mean((place) => place.x);
  const y = mean((place) => place.y);
  return Math.sqrt(mean((place) => (place.x - x) ** 2 + (place.y - y) ** 2));
}

/**
 * Pushes places that are closer than `distance` apart, each pair by halves, a few times over.
 * @param {Centre[]} places
 * @param {number} distance
 */
function pushApart(places, distance) {
  for (let round = 0; round < 12; round++) {
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
