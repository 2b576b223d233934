// Files that several parts share, such as a run's weights: they travel once and are kept.
//
// A file is known by its key, the hash of its content. It comes from a URL or, within Streamlit,
// from the part "courier"; all parts of a page find it here, and later visits in the browser's
// cache, where there is one: browsers give it to https and to this machine only.

const CACHE = "vae-demo";
const MOST = 24; // files in the cache; the oldest go first

/**
 * The files of this page, key -> { here, bytes, deliver, coming, pieces, have }: one map for all
 * parts' scripts. `pieces` is the file as far as it has come, its first `have` bytes.
 */
const files = (globalThis.vaeDemoFiles ??= new Map());

/** Tells "portion" when pieces of files have come, "failed" when a file can't be loaded. */
export const arrivals = (globalThis.vaeDemoArrivals ??= new EventTarget());

function fileOf(key) {
  if (!files.has(key)) {
    const file = { here: false, have: 0 };
    file.bytes = new Promise((resolve) => {
      file.deliver = (bytes) => {
        file.here = true;
        resolve(bytes);
      };
    });
    files.set(key, file);
  }
  return files.get(key);
}

/**
 * A file's bytes, as soon as they are here.
 * @param {{ key: string, url?: string }} wanted  without a URL somebody else brings it
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchFile({ key, url }) {
  const file = fileOf(key);
  if (url && !file.here) {
    file.coming ??= bring(file, url).finally(() => (file.coming = null));
    await file.coming; // which others may have asked for before
  }
  return file.bytes;
}

async function bring(file, url) {
  try {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url} can't be loaded: ${answer.status}`);
    file.deliver(await answer.arrayBuffer());
  } catch (error) {
    arrivals.dispatchEvent(new Event("failed"));
    throw error;
  }
}

/**
 * Takes pieces of files, of each file one after another; a whole file is kept for later visits.
 * @param {{ key: string, offset: number, whole: number, bytes: Uint8Array }[]} pieces
 */
export function keepPieces(pieces) {
  let news = false;
  for (const { key, offset, whole, bytes } of pieces) {
    const file = fileOf(key);
    if (file.here || offset !== file.have) continue; // it has come before
    news = true;
    file.pieces ??= new Uint8Array(whole);
    file.pieces.set(bytes, offset);
    file.have += bytes.length;
    if (file.have < whole) continue;
    keepFile(key, file.pieces.buffer);
    file.pieces = null;
  }
  if (news) arrivals.dispatchEvent(new Event("portion"));
}

/** Puts a file where all parts find it, and keeps it for later visits. */
async function keepFile(key, bytes) {
  fileOf(key).deliver(bytes);
  try {
    const cache = await caches.open(CACHE);
    await cache.put(addressOf(key), new Response(bytes));
    const kept = await cache.keys();
    await Promise.all(kept.slice(0, -MOST).map((old) => cache.delete(old)));
  } catch {
    // No cache, or no room in it: this page has the file, and the next one asks again.
  }
}

/**
 * Which of these files are neither here nor in the cache, and how much of the first of them has
 * come; those in the cache come.
 * @param {string[]} keys
 * @returns {Promise<{ missing: string[], have: number }>}
 */
export async function lackedFiles(keys) {
  for (const key of keys) {
    if (fileOf(key).here) continue;
    try {
      const kept = await (await caches.open(CACHE)).match(addressOf(key));
      if (kept) fileOf(key).deliver(await kept.arrayBuffer());
    } catch {
      break; // no cache here
    }
  }
  const missing = keys.filter((key) => !fileOf(key).here);
  return { missing, have: missing.length ? fileOf(missing[0]).have : 0 };
}

/** The cache wants addresses; nothing is ever asked of this one. */
function addressOf(key) {
  return `/vae-demo/${key}`;
}
