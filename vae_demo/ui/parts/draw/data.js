// What goes between Python and the part "draw", as data.py has it.

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { NoiseSettings } from "../../engine/noise_controls.js"
 * @import { NoiseFile } from "../../engine/noise_fields.js"
 */

/**
 * @typedef {Object<string, string> & {
 *   pad: Object<string, string>,
 *   noises: Object<string, string>,
 *   stageNames: Object<string, string>,
 *   stageAbouts: Object<string, string>,
 * }} Texts  TEXTS of part.py and PAD_TEXTS of data.py, and the names of noises and stages; "{value}"
 *   stands for a number
 */

/** @typedef {NoiseSettings & { revision: number, stages: string[] }} DrawSettings */

/** @typedef {{ pixels: Uint8Array, errors: number[] }} Answer  PyTorch's, in the order of models */

/**
 * @typedef {Object} MapData
 * @property {string} title
 * @property {?FileAddress} network  that encodes
 * @property {FileAddress} points
 * @property {[number, number]} place  position of the digit on the map, from Python
 */

/**
 * @typedef {Object} DrawData
 * @property {string} language  for the format of numbers
 * @property {Texts} text
 * @property {number} serial  of the latest message that Python received; 0 before the first
 * @property {string} digit  base64 of (784) bytes, the digit in Python
 * @property {string} example  the same, shown for an empty pad
 * @property {boolean} isExample  whether `digit` is the example
 * @property {boolean} pad  whether there is a pad; otherwise the digit is given
 * @property {?string} picture  URL of the initial picture on the pad
 * @property {DrawSettings} settings  used if their revision is new
 * @property {NoiseFile[]} noises
 * @property {{ run: string, family: string, file: ?FileAddress }[]} models  the file of each network;
 *   null if browsers can't compute it
 * @property {?{ pixels: string, errors: number[] }} answer  PyTorch's pictures, compressed, in
 *   base64
 * @property {?MapData} map
 * @property {boolean} server  whether a server answers; otherwise a new digit is shown immediately
 * @property {string} problem  why the drawing is not a digit; "" if it is one
 */

/**
 * @typedef {NoiseSettings & { serial: number, revision: number, stages: string[], untouched:
 *   boolean, png: ?string, digit?: string, }} Message  the message to Python when the visitor
 *   releases the pen or a control. `untouched`: whether the pad shows its initial picture; `png`:
 *   otherwise the drawing, base64 of a PNG of 280x280 pixels; `digit`: base64 of (784) bytes, only
 *   without a server
 */

export {};
