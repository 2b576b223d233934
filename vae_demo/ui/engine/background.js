// Work in the background: a worker does it, or the page's own thread where no worker starts.

/**
 * @typedef {Object} Job  a module that does the work
 * @property {(port: MessagePort) => void} serve  answers the messages of the page
 */

/** Sends messages to a job, and receives its answers. */
export class Background {
  #page; // the port of the page; what is sent waits in it until the job is there
  /** @type {?MessagePort} */
  #job; // the other end; null once the job has it
  /** @type {?Worker} */
  #worker = null;

  /**
   * @param {URL} job  the address of its module
   * @param {(answer: any) => void} receive
   */
  constructor(job, receive) {
    const { port1, port2 } = new MessageChannel();
    this.#page = port1;
    this.#job = port2;
    port1.onmessage = ({ data }) => receive(data);
    this.#start(job);
  }

  /** @param {any} message  what `structuredClone` can copy */
  post(message) {
    this.#page.postMessage(message);
  }

  /** Ends the work. */
  leave() {
    this.#page.close();
    this.#worker?.terminate();
    this.#job = null;
  }

  /** @param {URL} job */
  #start(job) {
    try {
      const address = new URL("./background_worker.js", import.meta.url);
      const worker = new Worker(address, { type: "module", name: job.href });
      this.#worker = worker;
      worker.onmessage = () => {
        if (!this.#job) return;
        worker.postMessage(null, [this.#job]);
        this.#job = null;
      };
      worker.onerror = (event) => {
        if (!this.#job) return; // an error of the work itself, which the browser reports
        event.preventDefault();
        this.#workHere(job);
      };
    } catch {
      this.#workHere(job);
    }
  }

  /** @param {URL} job */
  async #workHere(job) {
    const { serve } = /** @type {Job} */ (await import(job.href));
    if (this.#job) serve(this.#job);
    this.#job = null;
  }
}
