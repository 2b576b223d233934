// What goes between Python and Explore's part, as data.py has it.

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { SpacingName } from "./spacing.js"
 */

/**
 * @typedef {Object} ExploreData
 * @property {string} run
 * @property {string} key  of the run's network
 * @property {FileAddress} decoder  of the network
 * @property {FileAddress} encoder
 * @property {FileAddress} sheet  all test digits of the map
 * @property {FileAddress} space  the code space, for `readSpace`
 * @property {?FileAddress} classifier  for `readLayers`; null if the pictures are no digits
 * @property {Shown & { decoded: string, pair: string }} view  the view of each new version and run;
 *   the pictures, base64 with one byte per pixel, are shown until the network is loaded
 * @property {number} version  increased when Python changes the view
 * @property {Object<string, string>} text  TEXTS of part.py
 * @property {string} language  "en" or "tr"
 */

/**
 * @typedef {Object} Shown
 * @property {string} z  the code, as links hold it
 * @property {?number} digit  number of the test digit to compare with
 * @property {number} plane  its opacity, 0 to 1
 * @property {boolean} reading  whether the map shows what a classifier reads
 * @property {SpacingName} spacing  of the map
 * @property {number} temperature
 */

/**
 * @typedef {Shown & { network: ?string, version: number }} View  what Python gets when the visitor
 *   releases a control; `network` is the run's key
 */

export const DECIMALS = 3; // of a code in a view
