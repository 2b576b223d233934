// The decoders of the snapshots, one file each, fetched before they are needed.
import { fetchFile } from "../../engine/files.js";
import { decode, readNetwork } from "../../engine/network.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 */

const AHEAD = 2; // number of files that are fetched after the wanted one
const REST = 120; // milliseconds without fetching after a movement

/** The decoders of a run, fetched one after another in the order in which they are needed. */
export class SnapshotDecoders {
  /**
   * @param {FileAddress[]} files
   * @param {(snapshot: number) => void} arrived  called with a snapshot when its decoder is loaded
   */
  constructor(files, arrived) {
    this.files = files;
    this.arrived = arrived;
    /** @type {(?Network)[]} */
    this.networks = files.map(() => null);
    this.wanted = 0;
    this.fetching = false;
    this.timer = 0; // the timer for the end of a pause; 0 for none
  }

  /** Stops fetching. */
  leave() {
    this.files = [];
    clearTimeout(this.timer);
  }

  /** Pauses the fetching for a moment, because it would slow down the visitor's movements. */
  pause() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.fetch();
    }, REST);
  }

  /**
   * The nearest snapshot whose decoder is loaded, or -1.
   * @param {number} snapshot
   */
  nearest(snapshot) {
    let found = -1;
    this.networks.forEach((network, i) => {
      const nearer = found < 0 || Math.abs(i - snapshot) < Math.abs(found - snapshot);
      if (network && nearer) found = i;
    });
    return found;
  }

  /**
   * Decodes a code with the decoder of a snapshot, which must be loaded.
   * @param {number} snapshot
   * @param {Float32Array} z
   * @returns {Float32Array}  (784) in [0, 1]; the next call overwrites it
   */
  decode(snapshot, z) {
    const network = this.networks[snapshot];
    if (!network) throw new Error(`the decoder of snapshot ${snapshot} is not loaded`);
    return decode(network, z);
  }

  /**
   * Fetches the decoder of a snapshot and the next ones; after the last comes the first.
   * @param {number} snapshot
   */
  want(snapshot) {
    this.wanted = snapshot;
    this.fetch();
  }

  /** Whether the fetching is paused; never before the first decoder is loaded. */
  resting() {
    return this.timer !== 0 && this.nearest(0) >= 0;
  }

  async fetch() {
    if (this.fetching) return;
    this.fetching = true;
    for (let next = this.missing(); next >= 0 && !this.resting(); next = this.missing()) {
      try {
        this.networks[next] = readNetwork(await fetchFile(this.files[next]));
      } catch {
        break; // the next wanted snapshot tries again
      }
      if (this.files.length) this.arrived(next);
    }
    this.fetching = false;
  }

  /** The next snapshot whose decoder will be fetched, or -1. */
  missing() {
    const count = this.files.length;
    for (let ahead = 0; ahead <= AHEAD && ahead < count; ahead++) {
      const snapshot = (this.wanted + ahead) % count;
      if (!this.networks[snapshot]) return snapshot;
    }
    return -1;
  }
}
