// A code as a text, for links and messages, the same as in ui/frame/link_fields.py: "0.5,-1.25,0",
// or, for a long code, its numbers packed.
import { base64Of, bytesOf } from "./url_base64.js";

const LONGEST_TEXT = 16_000; // characters
const READABLE = 64; // numbers; longer codes are packed
const PACKED = "_"; // the first character of a packed code
const MOST_BYTES = 4; // of a packed number
const NUMBER = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$/;

/**
 * The text of a code.
 * @param {ArrayLike<number>} code
 * @param {number} decimals  to which its numbers are rounded
 * @returns {string}
 */
export function writeCode(code, decimals) {
  const numbers = Array.from(code, (v) => Number(v.toFixed(decimals)));
  if (numbers.length <= READABLE) return numbers.map(String).join(",");
  const scale = 10 ** decimals;
  return PACKED + base64Of(packed(numbers.map((v) => Math.round(v * scale))));
}

/**
 * The code of a text.
 * @param {string} text
 * @param {number} decimals  with which `writeCode` wrote it
 * @returns {?number[]}  null for a text that is no code
 */
export function readCode(text, decimals) {
  if (text.length > LONGEST_TEXT) return null;
  if (text.startsWith(PACKED)) {
    const scale = 10 ** decimals;
    return unpacked(bytesOf(text.slice(PACKED.length)))?.map((v) => v / scale) ?? null;
  }
  const parts = text.split(",");
  return parts.every((part) => NUMBER.test(part)) ? parts.map(Number) : null;
}

/**
 * Whole numbers as bytes, as in Protocol Buffers: 0, -1, 1, -2 as 0, 1, 2, 3; then 7 bits a byte,
 * the lowest first, and a bit that says whether more follow.
 * @param {number[]} numbers
 */
function packed(numbers) {
  const bytes = [];
  for (const number of numbers) {
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    for (; rest > 127; rest >>= 7) bytes.push((rest & 127) | 128);
    bytes.push(rest);
  }
  return bytes;
}

/**
 * The inverse of `packed`.
 * @param {?Uint8Array} bytes
 * @returns {?number[]}  null where a number is too long or not complete
 */
function unpacked(bytes) {
  if (!bytes) return null;
  const numbers = [];
  let number = 0;
  let place = 0; // of the next byte in the number
  for (const byte of bytes) {
    if (place === MOST_BYTES) return null;
    number |= (byte & 127) << (7 * place++);
    if (byte & 128) continue;
    numbers.push(number & 1 ? -(number + 1) / 2 : number / 2);
    number = place = 0;
  }
  return place ? null : numbers;
}
