// A square canvas with white ink on black, and its pixels.
import { contextOf, element } from "./dom.js";

/**
 * Side in device pixels, independent of the screen, so that Python always gets the same picture.
 */
export const PAD_SIDE = 280;
const RIM = 2; // empty pixels around the part of the pad that has ink
const NOWHERE = { left: PAD_SIDE, top: PAD_SIDE, right: 0, bottom: 0 };
const EVERYWHERE = { left: 0, top: 0, right: PAD_SIDE, bottom: PAD_SIDE };
// Strokes have soft edges. With only five grey levels, of which each is a multiple of 17 and fits
// four bits, a drawing takes half as many bytes.
const GREYS = Uint8Array.from(
  { length: 256 },
  (_, v) => [0, 68, 136, 187, 255][Math.round(v / 64)],
);
const BLACK = 0xff000000; // an opaque black pixel as a little-endian 32-bit number

/** @typedef {{ x: number, y: number }} Spot  a position on the canvas, in device pixels */

/** The canvas and its pixels. The caller puts it on the page. */
export class InkCanvas {
  inked = NOWHERE; // a bounding box of the ink

  constructor() {
    const side = String(PAD_SIDE);
    this.canvas = element("canvas", {
      width: side,
      height: side,
      class: "ink",
      role: "application", // screen readers leave the arrow keys to it
      "data-testid": "draw-pad",
      tabindex: "0",
    });
    this.ink = contextOf(this.canvas, { willReadFrequently: true });
    this.blacken();
  }

  blacken() {
    this.ink.fillStyle = "black";
    this.ink.fillRect(0, 0, PAD_SIDE, PAD_SIDE);
    this.inked = NOWHERE;
  }

  /** @param {ImageBitmap} image */
  stretch(image) {
    this.ink.drawImage(image, 0, 0, PAD_SIDE, PAD_SIDE);
    this.inked = EVERYWHERE;
  }

  /** @param {ImageData} picture  that `snapshot` gave */
  restore(picture) {
    this.ink.putImageData(picture, 0, 0);
    this.inked = EVERYWHERE;
  }

  /** @param {Spot} spot */
  dot({ x, y }) {
    this.ink.beginPath();
    this.ink.arc(x, y, this.ink.lineWidth / 2, 0, 2 * Math.PI);
    this.ink.fill();
  }

  /**
   * Extends the box around all ink to the pen at a point: all lines lie between such points.
   * @param {Spot} point
   */
  reach({ x, y }) {
    const away = this.ink.lineWidth / 2 + RIM;
    const { left, top, right, bottom } = this.inked;
    this.inked = {
      left: Math.min(left, Math.floor(x - away)),
      top: Math.min(top, Math.floor(y - away)),
      right: Math.max(right, Math.ceil(x + away)),
      bottom: Math.max(bottom, Math.ceil(y + away)),
    };
  }

  /** @param {Spot} from @param {Spot} to */
  line(from, to, bend = to) {
    this.ink.beginPath();
    this.ink.moveTo(from.x, from.y);
    this.ink.quadraticCurveTo(bend.x, bend.y, to.x, to.y);
    this.ink.stroke();
  }

  /** Reduces the drawing to five grey levels. */
  settle() {
    const picture = this.snapshot();
    const { data } = picture;
    for (let i = 0; i < data.length; i += 4) data[i] = data[i + 1] = data[i + 2] = GREYS[data[i]];
    this.ink.putImageData(picture, 0, 0);
  }

  /** @returns {Uint8Array}  (280 * 280) the pixels, 0 for black */
  grey() {
    const { data } = this.snapshot();
    return Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
  }

  empty() {
    return isBlank(this.snapshot().data);
  }

  snapshot() {
    return this.ink.getImageData(0, 0, PAD_SIDE, PAD_SIDE);
  }

  /** The part of the pad with ink, with a rim around it; the whole pad if that part is unknown. */
  drawing() {
    const { left, top, right, bottom } = this.inked;
    const part = left > 0 && top > 0 && right < PAD_SIDE && bottom < PAD_SIDE && left < right;
    return part ? this.ink.getImageData(left, top, right - left, bottom - top) : this.snapshot();
  }
}

/**
 * Whether there is no ink.
 * @param {Uint8ClampedArray} rgba  the pixels
 * @returns {boolean}
 */
export function isBlank(rgba) {
  return new Uint32Array(rgba.buffer).every((pixel) => pixel === BLACK);
}
