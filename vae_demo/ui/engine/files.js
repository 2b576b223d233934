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

/**
 * Loads and reads files one after another. What a file holds is null while it is loading; one that
 * can't be loaded or read is left out, and the next call tries again.
 * @template Content
 * @param {Map<string, ?Content>} loaded  name -> what its file holds; files in it are not loaded again
 * @param {Iterable<[string, FileAddress]>} files  names and files, in the order in which they are
 *   needed
 * @param {(file: ArrayBuffer) => Content} read
 * @param {() => void} [onLoad]  called after each
 */
export async function loadInOrder(loaded, files, read, onLoad) {
  for (const [name, address] of files) {
    if (loaded.has(name)) continue;
    loaded.set(name, null);
    try {
      loaded.set(name, read(await fetchFile(address)));
      onLoad?.();
    } catch {
      loaded.delete(name);
    }
  }
}
