// What the part asks of the server. The addresses are listed in ui/server/classroom/routes.py.

const LONGEST = 5000; // milliseconds between two attempts
const UNSENT = "vae_demo_class_unsent"; // in the tab's storage: what a reload must not lose
let language = "en";

/** @typedef {Object<string, any>} Answer */

/** The server has refused: its sentence is the message. */
export class Refused extends Error {
  /** @param {Answer} answer */
  constructor({ say, reason }) {
    super(say);
    this.reason = reason;
  }
}

/** The server can't be reached, or can't store anything now: ask again later. */
class Away extends Error {}

/** @param {string} name  the language of sentences */
export function speak(name) {
  language = name;
}

/**
 * Asks the server for something.
 * @param {string} path  below classroom/, with its query if any
 * @param {Answer} [body]  to send; without it, the server is only asked
 * @returns {Promise<?Answer>}  null if nothing has changed
 */
export async function ask(path, body) {
  const url = new URL(`classroom/${path}`, document.baseURI);
  url.searchParams.set("lang", language);
  const send = { method: "POST", body: JSON.stringify(body) };
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, body ? { ...send, headers } : {}).catch(() => null);
  if (answer?.status === 204) return null;
  const found = await answer?.json().catch(() => null);
  if (!answer || !found || found.reason === "disk") throw new Away(found?.say ?? "");
  if (!answer.ok) throw new Refused(found);
  return found;
}

/**
 * Sends something until the server has it: while it restarts, and after a reload of the page.
 * @param {string} path
 * @param {Answer} body
 * @param {(say: string) => void} wait  called when the server can't be reached
 * @returns {Promise<?Answer>}
 */
export async function deliver(path, body, wait) {
  const entry = JSON.stringify([path, body]);
  keep((entries) => [...entries, entry]);
  try {
    return await insist(path, body, wait);
  } finally {
    keep((entries) => entries.filter((each) => each !== entry));
  }
}

/** Sends what a reload of the page has interrupted; what is refused now is given up. */
export function deliverUnsent() {
  /** @type {string[]} */
  let unsent = [];
  keep((entries) => {
    unsent = entries;
    return [];
  });
  for (const entry of unsent) {
    const [path, body] = JSON.parse(entry);
    deliver(path, body, () => {}).catch(() => {});
  }
}

/**
 * The path of a room; what can't be a code becomes one that the server does not know.
 * @param {string} code  as it was typed
 */
export function roomPath(code) {
  return `rooms/${code.replace(/[^\p{L}\p{N}]/gu, "").slice(0, 20) || "none"}`;
}

/**
 * @param {string} path
 * @param {Answer} body
 * @param {(say: string) => void} wait
 */
async function insist(path, body, wait) {
  for (let pause = 500; ; pause = Math.min(2 * pause, LONGEST)) {
    try {
      return await ask(path, body);
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      wait(error.message);
    }
    await new Promise((go) => setTimeout(go, pause));
  }
}

/** @param {(entries: string[]) => string[]} change */
function keep(change) {
  try {
    const entries = JSON.parse(sessionStorage.getItem(UNSENT) ?? "[]");
    sessionStorage.setItem(UNSENT, JSON.stringify(change(entries)));
  } catch {
    // A browser that stores nothing still sends as long as the page is open.
  }
}
