// Draws codes as points on a map, each digit in its colour and with its label.

import { ease } from "./ease.js";
import { wordPicture } from "./word_pictures.js";

/** @typedef {{ digit: number, x: number, y: number }} Centre  the middle of the points of a label */

/**
 * @typedef {Object} Theme
 * @property {string} ground  the page's colour
 * @property {string} text  the colour of its text
 * @property {string} font  a family
 */

const DOT = 2.4; // radius in CSS pixels
const DOT_OPACITY = 0.8;
const LABEL = { weight: 700, size: 21, halo: 5 }; // of a cluster
const WORD = { weight: 700, size: 13, halo: 4 }; // likewise, if a name is longer than
const SHORT = 2; // characters
const NAMED = 30; // more names would hide the points
const APART = 17; // CSS pixels; labels of overlapping clusters keep this distance

/**
 * The image data of each canvas, so that no frame allocates memory.
 * @type {WeakMap<CanvasRenderingContext2D, ImageData>}
 */
const pictures = new WeakMap();

/**
 * An order in which the points of a digit are adjacent, since each colour is drawn at once.
 * @param {ArrayLike<number>} labels  (n) digits, or the kinds of other pictures
 * @param {number} kinds  how many there are
 * @returns {{ order: number[], ends: number[] }}  indices sorted by label; where each label's
 *   indices end, (kinds)
 */
export function byDigit(labels, kinds) {
  const order = Array.from(labels, (_, i) => i).sort((a, b) => labels[a] - labels[b]);
  const ends = Array.from({ length: kinds }, (_, digit) =>
    order.reduce((total, point) => total + Number(labels[point] <= digit), 0),
  );
  return { order, ends };
}

/**
 * Clears the canvas and draws the points of each digit in its colour. A thousand dots take a
 * fraction of a millisecond when written pixel by pixel, and some milliseconds as arcs.
 * @param {CanvasRenderingContext2D} ink
 * @param {Float32Array} spots  (n, 2) in device pixels, in the order of `byDigit`
 * @param {number[]} ends  (kinds), of `byDigit`
 * @param {string[]} colours  (kinds)
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
    const colour = parseInt(ink.fillStyle.slice(1), 16); // the canvas converts it to #rrggbb
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
 * @param {number} x  its centre, in pixels from the top left corner
 * @param {number} y
 * @param {number} radius  in pixels
 * @param {number} colour  0xrrggbb
 */
function drawDot({ data, width, height }, x, y, radius, colour) {
  const [red, green, blue] = [colour >> 16, (colour >> 8) & 255, colour & 255];
  const reach = radius + 0.5; // pixels at the edge are partly covered
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
 * The current theme. Reading it makes the browser compute styles, so do not read it at every frame.
 * @param {Element} place  an element of a part whose style defines `--ground`, the colour of the
 *   page
 * @returns {Theme}
 */
export function themeOf(place) {
  const style = getComputedStyle(place);
  return { ground: style.getPropertyValue("--ground"), text: style.color, font: style.fontFamily };
}

/**
 * Writes the name of each label at the centre of its cluster. While all clusters overlap, ten names
 * in one place would hide the points; they appear as the clusters separate.
 * @param {CanvasRenderingContext2D} ink
 * @param {Centre[]} centres  from `drawPoints`; they are moved apart
 * @param {number} sharpness  device pixels per CSS pixel
 * @param {Theme} theme
 * @param {string[]} names  of the labels; none, or very many, are not written
 */
export function drawLabels(ink, centres, sharpness, theme, names) {
  if (!names.length || names.length > NAMED) return;
  const letters = names.some((name) => name.length > SHORT) ? WORD : LABEL;
  const spread = deviation(centres) / sharpness;
  ink.globalAlpha = ease(Math.min(Math.max((spread - APART / 2) / APART, 0), 1));
  if (ink.globalAlpha) {
    pushApart(centres, APART * sharpness);
    for (const { digit, x, y } of centres) {
      const label = wordPicture(names[digit], letters, sharpness, theme);
      ink.drawImage(label, x - label.width / 2, y - label.height / 2);
    }
  }
  ink.globalAlpha = 1;
}

/**
 * The standard deviation of places: the root mean square distance from their mean.
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
 * Moves places apart that are closer than `distance`: both of a pair by the same amount, a few
 * times.
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
