// The networks that reconstruct the digit and place it on the map.
import { fetchFile } from "../../engine/files.js";
import { readNetwork } from "../../engine/network.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 */

/** Loads networks one after another. */
export class Networks {
  /** @type {Map<string, ?Network>} */
  networks = new Map(); // key of the file -> network; null while it is loading

  /**
   * @param {(?FileAddress|undefined)[]} files  in the order in which they are needed
   * @param {() => void} loaded  called after each
   */
  async load(files, loaded) {
    for (const file of files) {
      if (!file || this.networks.has(file.key)) continue;
      this.networks.set(file.key, null);
      try {
        this.networks.set(file.key, readNetwork(await fetchFile(file)));
        loaded();
      } catch {
        this.networks.delete(file.key); // Python's pictures stay, and the next rerun tries again
      }
    }
  }

  /**
   * The network of a file, if it is loaded.
   * @param {?FileAddress} [file]
   */
  of(file) {
    return (file && this.networks.get(file.key)) ?? null;
  }
}
