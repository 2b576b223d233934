// What a link holds of a page, in the words of the app's own links: see vae_demo/ui/links.py.

/**
 * A digit as text; zeros in a row are a zero and their number.
 * @param {Uint8Array} digit  (784)
 * @returns {string}
 */
export function writeDigit(digit) {
  const found = [];
  for (let at = 0; at < digit.length;) {
    let length = 1;
    if (digit[at] === 0) {
      while (length < 255 && at + length < digit.length && digit[at + length] === 0) length++;
      found.push(0, length);
    } else {
      found.push(digit[at]);
    }
    at += length;
  }
  return btoa(String.fromCharCode(...found))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The digit of a text that `writeDigit` wrote; null for any other text.
 * @param {?string} text
 * @returns {?Uint8Array}  (784)
 */
export function readDigit(text) {
  let packed;
  try {
    packed = atob((text ?? "").replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  const found = [];
  for (let i = 0; i < packed.length && found.length <= 784; i++) {
    const value = packed.charCodeAt(i);
    if (value) found.push(value);
    else found.push(...new Array(packed.charCodeAt(++i) || 0).fill(0));
  }
  return found.length === 784 ? Uint8Array.from(found) : null;
}

/**
 * A code as numbers with up to three decimals.
 * @param {ArrayLike<number>} code
 * @returns {string}
 */
export function writeCode(code) {
  return Array.from(code, (v) => String(Number(v.toFixed(3)))).join();
}

/**
 * The code of such a text; null where it has not `latent` numbers.
 * @param {?string} text
 * @param {number} latent
 * @returns {?Float32Array}
 */
export function readCode(text, latent) {
  const parts = (text ?? "").split(",");
  const code = Float32Array.from(parts, (part) => (part.trim() ? Number(part) : NaN));
  return code.length === latent && code.every((v) => Math.abs(v) <= 1e4) ? code : null;
}

/**
 * Puts values into the address, or takes them away where they are null.
 * @param {Object<string, ?(string|number)>} values
 */
export function toAddress(values) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined) address.searchParams.delete(name);
    else address.searchParams.set(name, String(value));
  }
  history.replaceState(null, "", address);
}
