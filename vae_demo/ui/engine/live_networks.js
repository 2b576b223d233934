// The networks by which a part repairs a digit while the visitor changes it.
import { fetchFile } from "./files.js";
import { readLayers } from "./network.js";

/**
 * @import { FileAddress } from "./files.js"
 * @import { Layer } from "./layers.js"
 */

/** Networks by the name of their method. */
export class LiveNetworks {
  /** @type {Map<string, ?Layer[]>} */
  #networks = new Map(); // null while a file is loading

  /**
   * Loads a network, once. If that fails, Python's pictures stay, and the next call tries again.
   * @param {string} method
   * @param {FileAddress} address
   */
  async load(method, address) {
    if (this.#networks.has(method)) return;
    this.#networks.set(method, null);
    try {
      this.#networks.set(method, readLayers(await fetchFile(address)));
    } catch {
      this.#networks.delete(method);
    }
  }

  /**
   * The networks that are there.
   * @returns {[string, Layer[]][]}  method, layers
   */
  get ready() {
    return [...this.#networks].flatMap(([method, layers]) => (layers ? [[method, layers]] : []));
  }
}
