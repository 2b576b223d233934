// Files that several parts use, such as a run's weights: each is fetched once per page.
//
// The address of a file contains the hash of its content, so that the browser can cache it.

/**
 * @typedef {Object} FileAddress
 * @property {string} key  the hash of the file's content
 * @property {string} url  relative to the page
 */

/**
 * The files of this page, key -> promise of the bytes; all parts use this map.
 * @type {Map<string, Promise<ArrayBuffer>>}
 */
const files = new Map();

/** Dispatches "failed" when a file can't be loaded. */
export const arrivals = new EventTarget();

/**
 * A file's bytes.
 * @param {FileAddress} address
 * @returns {Promise<ArrayBuffer>}
 */
export function fetchFile({ key, url }) {
  let bytes = files.get(key);
  if (!bytes) files.set(key, (bytes = download(url)));
  bytes.catch(() => {
    files.delete(key); // the next request tries again
    arrivals.dispatchEvent(new Event("failed"));
  });
  return bytes;
}

/**
 * Downloads a file.
 * @param {string} url  relative to the page
 * @returns {Promise<ArrayBuffer>}
 */
async function download(url) {
  const answer = await fetch(new URL(url, document.baseURI));
  if (!answer.ok) throw new Error(`${url} can't be loaded: ${answer.status}`);
  return answer.arrayBuffer();
}
