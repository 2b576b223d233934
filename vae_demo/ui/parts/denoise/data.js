// What goes between Python and the part "denoise", as data.py has it.

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { PaperData, PaperMessage } from "../../engine/digit_paper.js"
 * @import { Card, Group } from "../../engine/repairs.js"
 * @import { NoiseSettings } from "../../engine/noise_controls.js"
 * @import { NoiseFile } from "../../engine/noise_fields.js"
 */

/**
 * @typedef {Object<string, string> & { pad: Object<string, string>, noises: Object<string, string> }}
 *   Texts  TEXTS and NOISE_TEXTS of part.py; "{value}" stands for a number
 */

/**
 * @typedef {Object} DenoiseFields
 * @property {string} language  for the format of numbers
 * @property {Texts} text
 * @property {NoiseSettings} settings  used if the revision is new
 * @property {Object<string, number>} strongest  kind of damage -> the largest strength
 * @property {NoiseFile[]} noises
 * @property {Object<string, FileAddress>} networks  method -> its layers
 * @property {{ damaged: Card, groups: Group[], strange: ?string }} results  Python's
 */

/** @typedef {PaperData & DenoiseFields} DenoiseData */

/**
 * @typedef {PaperMessage & NoiseSettings} Message  to Python when the visitor releases the pen or a
 *   control
 */

export {};
