// Colours of distances: the lighter, the farther.
import { contextOf, element } from "../../engine/dom.js";

// Red, green and blue at equal steps from the distance 0 to the distance 1.
const COLOURS = [
  [10, 14, 40],
  [26, 58, 112],
  [36, 112, 150],
  [104, 176, 178],
  [196, 224, 190],
  [255, 250, 220],
];

/**
 * Paints numbers as a square picture, row by row.
 * @param {CanvasRenderingContext2D} ink
 * @param {ArrayLike<number>} values  (width * height), 0 to 1; larger ones have the colour of 1
 * @param {number} width  in pixels
 */
export function paintHeat(ink, values, width) {
  const picture = ink.createImageData(width, values.length / width);
  const { data } = picture;
  for (let i = 0; i < values.length; i++) {
    const place = Math.min(Math.max(values[i], 0), 1) * (COLOURS.length - 1);
    const below = Math.min(Math.floor(place), COLOURS.length - 2);
    for (let k = 0; k < 3; k++) {
      const from = COLOURS[below][k];
      data[4 * i + k] = from + (place - below) * (COLOURS[below + 1][k] - from);
    }
    data[4 * i + 3] = 255;
  }
  ink.putImageData(picture, 0, 0);
}

/** A strip of all colours, from the distance 0 to the distance 1. */
export function heatStrip() {
  const width = 128;
  const strip = element("canvas", { width: String(width), height: "1", "aria-hidden": "true" });
  const values = Array.from({ length: width }, (_, i) => i / (width - 1));
  paintHeat(contextOf(strip), values, width);
  return strip;
}
