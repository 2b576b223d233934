// What the classifier and the ruler say of a picture, written beside it.
import { readDigit } from "../../engine/classifier.js";
import { filled } from "../../engine/filled.js";
import { ATTRIBUTES } from "./asking.js";

/**
 * @import { Attributes } from "../../engine/attributes.js"
 * @import { Layer } from "../../engine/layers.js"
 * @import { Answer, Row } from "./answer.js"
 * @import { TransformData } from "./part.js"
 */

/**
 * @typedef {Object} Said  in which words and numbers
 * @property {TransformData} data
 * @property {(value: number, decimals: number) => string} format
 * @property {string} held  the handle that the visitor has touched last
 */

const NEAR = 0.25; // standard deviations of an attribute over the training digits

/**
 * @param {Answer} figure
 * @param {Uint8ClampedArray} picture
 * @param {Layer[]} classifier
 * @param {Said} said
 */
export function read(figure, picture, classifier, { data, format }) {
  const x = new Float32Array(picture);
  for (let i = 0; i < x.length; i++) x[i] /= 255;
  const { digit, probability } = readDigit(classifier, x);
  const percent = format(100 * probability, 0);
  figure.read(filled(data.text.reads, { digit: String(digit), percent }), digit === data.label);
}

/**
 * Shows what the ruler finds.
 * @param {Answer} figure
 * @param {Attributes} found
 * @param {Said} said
 * @param {number[]} [target]  of `ATTRIBUTES`, if there is one
 */
export function measured(figure, found, { data, format, held }, target) {
  const { text, scales } = data;
  ATTRIBUTES.forEach((name, i) => {
    /** @type {Row} */
    const row = { found: Number.isNaN(found[name]) ? "–" : format(found[name], 1) };
    if (target) {
      row.target = format(target[i], 1);
      row.near = Math.abs(found[name] - target[i]) < NEAR * scales.spread[i];
    }
    figure.row(name, text.handles[name], row, name === held);
  });
}

/** @param {Answer} figure @param {number} holes @param {Said} said @param {number} [target] */
export function count(figure, holes, { data }, target) {
  const row = { found: String(holes), target: target?.toString(), near: holes === target };
  figure.row("holes", data.text.holes, row, false);
}

/** @param {Answer} figure @param {number} decibels  beside the picture of the pixels @param {Said} said */
export function compare(figure, decibels, { data, format, held }) {
  const { text } = data;
  const exact = decibels === Infinity;
  const found = exact ? text.same : `${format(decibels, 1)} dB`;
  const none = !(/** @type {readonly string[]} */ (ATTRIBUTES).includes(held));
  figure.row("likeness", text.likeness, { found, wide: true }, none);
}

/** The peak signal-to-noise ratio in dB. @param {Uint8ClampedArray} x @param {Uint8ClampedArray} y */
export function psnr(x, y) {
  const error = x.reduce((sum, v, i) => sum + (v - y[i]) ** 2, 0) / x.length;
  return 10 * Math.log10(255 ** 2 / error);
}
