// What goes between Python and the part "denoise", as data.py has it.

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Card, Group } from "../../engine/repairs.js"
 * @import { NoiseFile, NoiseSettings } from "../../engine/noise_controls.js"
 */

/**
 * @typedef {Object<string, string> & { pad: Object<string, string>, noises: Object<string, string> }}
 *   Texts  TEXTS and NOISE_TEXTS of part.py; "{value}" stands for a number
 */

/**
 * @typedef {Object} DenoiseData
 * @property {string} language  for the format of numbers
 * @property {Texts} text
 * @property {number} serial  of the latest message that Python received; 0 before the first
 * @property {string} digit  base64 of (784) bytes, the digit in Python
 * @property {string} example  the same, shown for an empty pad
 * @property {boolean} isExample  whether `digit` is the example
 * @property {boolean} pad  whether there is a pad; otherwise the digit is given
 * @property {?string} picture  URL of the initial picture on the pad
 * @property {number} placed  a new number replaces the drawing on the pad by the picture
 * @property {NoiseSettings & { revision: number }} settings  used if their revision is new
 * @property {Object<string, number>} strongest  kind of damage -> the largest strength
 * @property {NoiseFile[]} noises
 * @property {Object<string, FileAddress>} networks  method -> its layers
 * @property {{ damaged: Card, groups: Group[] }} results  Python's
 */

/**
 * @typedef {NoiseSettings & { serial: number, revision: number, digit: ?string }} Message  the
 *   message to Python when the visitor releases the pen or a control; `digit`: base64 of (784)
 *   bytes, the drawn digit, null for an empty pad
 */

export {};
