// Numbers in the visitor's language: 12,345.6 in English and 12.345,6 in Turkish.
//
// What writes is made once for each language and kept, since making an `Intl.NumberFormat` takes long.

/** @typedef {(value: number, decimals: number) => string} NumberFormat */

export const ERROR_DECIMALS = 4; // of a squared error per pixel, as in catalogue.py

/** @type {Map<string, (value: number) => string>} */
const KEPT = new Map(); // by language and options

/**
 * @param {string} language
 * @param {Intl.NumberFormatOptions} options
 */
function formatOf(language, options) {
  const key = language + JSON.stringify(options);
  let format = KEPT.get(key);
  if (!format) KEPT.set(key, (format = new Intl.NumberFormat(language, options).format));
  return format;
}

/**
 * Returns a function that writes numbers with this many decimals; a zero has no sign.
 * @param {string} language
 * @param {number} decimals
 * @returns {(value: number) => string}
 */
export function fixedFormat(language, decimals) {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return formatOf(language, { ...digits, signDisplay: "negative" });
}

/**
 * Returns a function that writes numbers with at most three decimals, without zeros at their end.
 * @param {string} language
 * @returns {(value: number) => string}
 */
export function shortFormat(language) {
  return formatOf(language, { maximumFractionDigits: 3 });
}

/**
 * Returns a function that writes learning rates: with up to five decimals, as links have them.
 * @param {string} language
 * @returns {(value: number) => string}
 */
export function learningRateFormat(language) {
  return formatOf(language, { maximumFractionDigits: 5 });
}

const LARGE = 1e5;
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * Returns a function that writes numbers of any size with three digits: 0.0123, 1,230 and
 * 1.23 × 10⁸.
 * @param {string} language
 * @returns {(value: number) => string}
 */
export function magnitudeFormat(language) {
  const short = formatOf(language, { maximumSignificantDigits: 3 });
  return (value) => {
    if (Math.abs(value) < LARGE || !Number.isFinite(value)) return short(value);
    const [digits, exponent] = value.toExponential(2).split("e");
    const raised = [...exponent.slice(1)].map((digit) => SUPERSCRIPTS[Number(digit)]);
    return `${short(Number(digits))} × 10${raised.join("")}`;
  };
}

/**
 * Returns a function that writes numbers with as many decimals as asked for.
 * @param {string} language
 * @returns {NumberFormat}
 */
export function numberFormat(language) {
  return (value, decimals) => fixedFormat(language, decimals)(value);
}

/**
 * Returns a function that writes what a computation gave, with as many decimals as asked for below
 * 100,000, and larger numbers with three digits: 1.23 × 10⁸; "–" if it is no number, or infinite.
 * @param {string} language
 * @returns {(value: ?number, decimals: number) => string}
 */
export function resultFormat(language) {
  const [usual, large] = [numberFormat(language), magnitudeFormat(language)];
  return (value, decimals) => {
    if (value === null || !Number.isFinite(value)) return "–";
    return Math.abs(value) < LARGE ? usual(value, decimals) : large(value);
  };
}
