// The fields of a page's link: writes their values as text and reads them back, in the same way as
// ui/frame/link_fields.py. The table of fields is ui/frame/links.json.
//
// A link may contain anything: a text that can't be read counts as absent, and a number outside its
// bounds is clamped.

import { readCode, writeCode } from "./code_text.js";
import { DIGIT_PIXELS } from "./dom.js";
import { base64Of, bytesOf } from "./url_base64.js";

const LONGEST_NAME = 100;
const LONGEST_NUMBER = 40;
const NUMBER = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$/;
const INTEGER = /^[+-]?[0-9]+$/;

/**
 * @typedef {Object} Field  an entry of the table
 * @property {"number"|"integer"|"choice"|"names"|"code"|"digit"|"mask"|"text"} kind
 * @property {any} [default]  the value if the link has none; it is not written
 * @property {number} low  of a number or an integer
 * @property {number} high
 * @property {number} largest  bound of the absolute values of a code
 * @property {number} decimals  of a number or a code
 * @property {number} [longest]  characters of a text
 * @property {string[]} [options]  of a choice or of names; without options, the page checks the
 *   names
 */

/**
 * @typedef {Object} Kind
 * @property {(texts: string[], field: Field) => any} read  null if the texts can't be read
 * @property {(value: any, field: Field) => string} write
 */

/** @type {Object<string, Kind>} */
const FIELD_KINDS = {
  number: {
    read([text], field) {
      if (text.length > LONGEST_NUMBER || !NUMBER.test(text)) return null;
      return Number(this.write(Number(text), field));
    },
    write: (value, { low, high, decimals }) => rounded(between(value, low, high), decimals),
  },
  integer: {
    read([text], { low, high }) {
      if (text.length > LONGEST_NUMBER || !INTEGER.test(text)) return null;
      return between(Number(text), low, high);
    },
    write: (value, { low, high }) => String(between(Math.trunc(value), low, high)),
  },
  choice: {
    read([text], { options }) {
      const name = text.normalize();
      return name && isOffered(name, options) ? name : null;
    },
    write: (value) => value,
  },
  names: {
    read(texts, { options }) {
      const found = texts.flatMap((text) => text.normalize().split(",")).filter(Boolean);
      const known = [...new Set(found)].filter((name) => isOffered(name, options));
      return known.length || !found.length ? known : null;
    },
    write: (value) => value.join(","),
  },
  code: {
    read([text], { largest, decimals }) {
      const code = readCode(text, decimals);
      return code?.every((v) => Math.abs(v) <= largest) ? Float32Array.from(code) : null;
    },
    write: (value, { decimals }) => writeCode(value, decimals),
  },
  digit: {
    read([text]) {
      const packed = bytesOf(text);
      const found = [];
      for (let i = 0; packed && i < packed.length && found.length <= DIGIT_PIXELS; i++) {
        if (packed[i]) found.push(packed[i]);
        else found.push(...new Uint8Array(packed[++i] ?? 0));
      }
      return found.length === DIGIT_PIXELS ? Uint8Array.from(found) : null;
    },
    write(digit) {
      const found = [];
      for (let at = 0; at < digit.length; ) {
        let length = 1;
        if (digit[at] === 0) {
          while (length < 255 && at + length < digit.length && digit[at + length] === 0) length++;
          found.push(0, length);
        } else {
          found.push(digit[at]);
        }
        at += length;
      }
      return base64Of(found);
    },
  },
  mask: { read: ([text]) => readMask(text), write: writeMask },
  text: {
    read: ([text], { longest = 0 }) => cutOff(text, longest) || null,
    write: (value, { longest = 0 }) => cutOff(value, longest),
  },
};

/**
 * The value of every field of a page.
 * @param {Object<string, Field>} fields  the page's entry in the table
 * @param {URLSearchParams} query
 * @returns {Object<string, any>}  the default of a field, or null, if the address does not have it
 */
export function readLink(fields, query) {
  /** @type {Object<string, any>} */
  const found = {};
  for (const [name, field] of Object.entries(fields)) {
    const texts = query.getAll(name);
    // If a name occurs twice, the last value counts, except for a list of names.
    const read =
      texts.length &&
      FIELD_KINDS[field.kind].read(field.kind === "names" ? texts : texts.slice(-1), field);
    found[name] = texts.length && read !== null ? read : (field.default ?? null);
  }
  return found;
}

/**
 * The texts of some fields.
 * @param {Object<string, Field>} fields  the page's entry in the table
 * @param {Object<string, any>} values
 * @returns {Object<string, ?string>}  null for a field that is left out of the address
 */
export function writeLink(fields, values) {
  /** @type {Object<string, ?string>} */
  const written = {};
  for (const [name, value] of Object.entries(values)) {
    const field = fields[name];
    const { write } = FIELD_KINDS[field.kind];
    const text = value === null || value === undefined ? null : write(value, field);
    const usual = field.default === undefined ? null : write(field.default, field);
    written[name] = text === usual ? null : text;
  }
  return written;
}

/**
 * Writes some fields to the address of this page, without an entry in the browser's history.
 * @param {Object<string, Field>} fields  the page's entry in the table
 * @param {Object<string, any>} values  null or the default removes a field from the address
 */
export function toAddress(fields, values) {
  const address = new URL(location.href);
  for (const [name, text] of Object.entries(writeLink(fields, values))) {
    if (text === null) address.searchParams.delete(name);
    else address.searchParams.set(name, text);
  }
  history.replaceState(history.state, "", address);
}

/** @param {number} value @param {number} low @param {number} high */
function between(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** A number with at most `decimals` decimals. @param {number} value @param {number} decimals */
function rounded(value, decimals) {
  return String(Number(value.toFixed(decimals)));
}

/** The first characters of a text, counted as Python does. @param {string} text @param {number} n */
function cutOff(text, n) {
  return text.length > n ? [...text].slice(0, n).join("") : text;
}

/** @param {string} name @param {string[]} [options] */
function isOffered(name, options) {
  return options ? options.includes(name) : name.length <= LONGEST_NAME;
}

/**
 * Reads a mask of pixels: base64 with one bit per pixel.
 * @param {string} text
 * @returns {?Uint8Array}  (784) of 0 and 1; null for a text that `writeMask` did not write
 */
export function readMask(text) {
  const bits = bytesOf(text);
  if (bits?.length !== DIGIT_PIXELS / 8) return null;
  return Uint8Array.from({ length: DIGIT_PIXELS }, (_, i) => (bits[i >> 3] >> (7 - (i % 8))) & 1);
}

/**
 * The text of a mask.
 * @param {Uint8Array} mask  (784) of 0 and 1
 * @returns {string}
 */
export function writeMask(mask) {
  const bits = new Uint8Array(DIGIT_PIXELS / 8);
  mask.forEach((bit, i) => (bits[i >> 3] |= bit << (7 - (i % 8))));
  return base64Of(bits);
}
