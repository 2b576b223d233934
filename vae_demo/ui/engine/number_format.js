// Numbers in the visitor's language, formatted while the pen moves.

/** @typedef {(value: number, decimals: number) => string} NumberFormat */

/**
 * Returns a function that formats numbers. Each `Intl.NumberFormat` is created once, since that
 * takes long.
 * @param {string} language
 * @returns {NumberFormat}
 */
export function numberFormat(language) {
  /** @type {Map<number, Intl.NumberFormat>} */
  const formats = new Map();
  return (value, decimals) => {
    let format = formats.get(decimals);
    if (!format) {
      const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      formats.set(decimals, (format = new Intl.NumberFormat(language, digits)));
    }
    return format.format(value);
  };
}
