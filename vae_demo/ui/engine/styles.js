// Style sheets of parts: each is loaded once and used in every place where a part is mounted.

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
 * Adds style sheets to the shadow root or the document of a place.
 * @param {Node} place
 * @param {...CSSStyleSheet} sheets
 */
export function adoptStyles(place, ...sheets) {
  const root = /** @type {Document|ShadowRoot} */ (place.getRootNode());
  const adopted = root.adoptedStyleSheets ?? [];
  const missing = sheets.filter((sheet) => !adopted.includes(sheet));
  if (missing.length) root.adoptedStyleSheets = [...adopted, ...missing];
}

/** The style sheet that all parts share. */
export const PARTS_STYLE = styleSheet(new URL("./parts.css", import.meta.url));
