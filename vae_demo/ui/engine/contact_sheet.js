// Reads a contact sheet: many digits in one picture file, written by Python's `probe_sheet`.
import { contextOf, DIGIT_PIXELS, DIGIT_SIDE, element } from "./dom.js";

/**
 * The digits of a sheet without gaps, row by row.
 * @param {ArrayBuffer} file  a grey PNG
 * @returns {Promise<Uint8Array>}  (digits * 784)
 */
export async function readSheet(file) {
  const image = await createImageBitmap(new Blob([file]), { colorSpaceConversion: "none" });
  const { width, height } = image;
  const canvas = element("canvas", { width: String(width), height: String(height) });
  const ink = contextOf(canvas, { willReadFrequently: true });
  ink.drawImage(image, 0, 0);
  const { data } = ink.getImageData(0, 0, width, height);
  const columns = width / DIGIT_SIDE;
  const found = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(y / DIGIT_SIDE) * columns * DIGIT_PIXELS + (y % DIGIT_SIDE) * DIGIT_SIDE;
    for (let x = 0; x < width; x++, at += 4) {
      found[row + Math.floor(x / DIGIT_SIDE) * DIGIT_PIXELS + (x % DIGIT_SIDE)] = data[at];
    }
  }
  return found;
}
