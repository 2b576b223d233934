// Bytes as URL-safe base64, which an address contains unchanged.

const LONGEST_TEXT = 16_000; // characters
const BASE64 = /^[A-Za-z0-9_-]+$/;

/**
 * Bytes as URL-safe base64.
 * @param {Uint8Array|number[]} bytes
 */
export function base64Of(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/**
 * The bytes of a text that `base64Of` wrote; null for any other text.
 * @param {string} text
 * @returns {?Uint8Array}
 */
export function bytesOf(text) {
  if (text.length > LONGEST_TEXT || !BASE64.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
      character.charCodeAt(0),
    );
  } catch {
    return null;
  }
}
