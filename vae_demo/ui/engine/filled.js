// Texts with placeholders.

/**
 * A text with its {placeholders} replaced.
 * @param {string} text
 * @param {Object<string, string|number>} words
 * @returns {string}
 */
export function filled(text, words) {
  return (text ?? "").replace(/\{(\w+)\}/g, (place, name) => String(words[name] ?? place));
}
