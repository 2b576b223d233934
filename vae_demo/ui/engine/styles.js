// Style sheets of parts: loaded once, worn by every place where a part is mounted.

/**
 * Loads a style sheet.
 * @param {URL} address
 * @returns {Promise<CSSStyleSheet>}
 */
export async function styleSheet(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} can't be loaded: ${answer.status}`);
  return new CSSStyleSheet().replace(await answer.text());
}

/**
 * Has a place wear style sheets, those of its shadow root or of the whole document.
 * @param {Node} place
 * @param {...CSSStyleSheet} sheets
 */
export function wear(place, ...sheets) {
  const root = /** @type {Document|ShadowRoot} */ (place.getRootNode());
  const worn = root.adoptedStyleSheets ?? [];
  const missing = sheets.filter((sheet) => !worn.includes(sheet));
  if (missing.length) root.adoptedStyleSheets = [...worn, ...missing];
}

/** The style sheet that all parts share. */
export const PARTS_STYLE = styleSheet(new URL("./parts.css", import.meta.url));
