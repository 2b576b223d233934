// Words on a map. Each is drawn once and then copied: before a browser writes on a canvas, it
// computes the styles of the whole page, which at every frame takes longer than all else that is
// drawn.
import { contextOf, element } from "./dom.js";

/** @import { Theme } from "./points.js" */

/**
 * The pictures of words, for each theme.
 * @type {WeakMap<Theme, Map<string, HTMLCanvasElement>>}
 */
const pictures = new WeakMap();

/**
 * A word on a canvas of its own, with a line in the page's colour around it.
 * @param {string} word
 * @param {{ weight: number, size: number, halo: number }} letters  height and thickness of the line
 *   in CSS pixels; so much as `halo` is free at each edge
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
  ink.font = font; // a canvas that is resized forgets it
  ink.textAlign = "center";
  ink.textBaseline = "middle";
  ink.lineJoin = "round";
  ink.lineWidth = halo * sharpness;
  ink.strokeStyle = theme.ground;
  ink.fillStyle = theme.text;
  ink.strokeText(word, canvas.width / 2, canvas.height / 2);
  ink.fillText(word, canvas.width / 2, canvas.height / 2);
  // A font that is on its way may be another one at the next frame.
  if (document.fonts.status === "loaded") words.set(key, canvas);
  return canvas;
}
