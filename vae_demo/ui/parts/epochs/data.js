// The data that Python sends to the part "epochs", and the view that it gets back.

/** @import { FileAddress } from "../../engine/files.js" */

/**
 * @typedef {Object} EpochsData
 * @property {FileAddress} file  the snapshots, for `readSnapshots`
 * @property {string[]} captions  a line for each snapshot
 * @property {Following} following  what it takes to follow a digit
 * @property {Object<string, string>} text  TEXTS of part.py; "{at}" and "{digit}" stand for numbers
 * @property {string} language  "en" or "tr"
 */

/**
 * @typedef {Object} Following
 * @property {FileAddress} sheet  all digits
 * @property {?FileAddress} network  the trained one
 * @property {Shown} view  the view when the part is mounted and after each new version
 * @property {number} version  increased when Python changes the view
 * @property {string} pair  base64 of (2, 28, 28) bytes, the digit and its reconstruction, until the
 *   files are loaded
 */

/**
 * @typedef {Object} Shown
 * @property {?number} at  the position in epochs; null while it plays
 * @property {?number} digit  position in the test set of the followed digit
 * @property {number} plane  its opacity, 0 to 1
 */

/** @typedef {Shown & { version: ?number }} View  what Python gets at a release */

export {};
