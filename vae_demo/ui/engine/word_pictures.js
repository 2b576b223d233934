// Text labels on a map. Each is drawn once and then copied, because drawing text on a canvas makes
// the browser compute the styles of the whole page, which takes longer than the rest of a frame.
import { contextOf, element } from "./dom.js";

/** @import { Theme } from "./points.js" */

/**
 * The pictures of the labels, for each theme.
 * @type {WeakMap<Theme, Map<string, HTMLCanvasElement>>}
 */
const pictures = new WeakMap();

/**
 * A label on a canvas of its own, with an outline in the colour of the page.
 * @param {string} word
 * @param {{ weight: number, size: number, halo: number }} letters  weight of the font, its size and
 *   the width of the outline in CSS pixels
 * @param {number} sharpness  device pixels per CSS pixel
 * @param {Theme} theme
 * @returns {HTMLCanvasElement}
 */
export function wordPicture(word, { weight, size, halo }, sharpness, theme) {
  let words = pictures.get(theme);
  if (!words) pictures.set(theme, (words = new Map()));
  const key = [weight, size, halo, sharpness, word].join(" ");
  const known = words.get(key);
  if (known) return known;
  const canvas = element("canvas");
  const ink = contextOf(canvas, { willReadFrequently: true });
  const font = `${weight} ${size * sharpness}px ${theme.font}`;
  ink.font = font;
  canvas.width = Math.ceil(ink.measureText(word).width + 2 * halo * sharpness);
  canvas.height = Math.ceil((size + 2 * halo) * sharpness);
  ink.font = font; // resizing a canvas resets its font
  ink.textAlign = "center";
  ink.textBaseline = "middle";
  ink.lineJoin = "round";
  ink.lineWidth = halo * sharpness;
  ink.strokeStyle = theme.ground;
  ink.fillStyle = theme.text;
  ink.strokeText(word, canvas.width / 2, canvas.height / 2);
  ink.fillText(word, canvas.width / 2, canvas.height / 2);
  // If the font is still loading, the label is drawn again at the next frame.
  if (document.fonts.status === "loaded") words.set(key, canvas);
  return canvas;
}
