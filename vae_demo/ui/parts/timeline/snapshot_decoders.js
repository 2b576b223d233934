// The decoder of each snapshot: one file each, fetched ahead of its use.
import { fetchFile } from "../../engine/files.js";
import { decode, readNetwork } from "../../engine/network.js";

/**
 * @import { FileAddress } from "../../engine/files.js"
 * @import { Network } from "../../engine/network.js"
 */

const AHEAD = 2; // files that are fetched beyond the one that is wanted
const REST = 120; // milliseconds after a movement that puts the fetching off

/** The decoders of a run. They are fetched one after another, those that are needed next first. */
export class SnapshotDecoders {
  /**
   * @param {FileAddress[]} files
   * @param {(snapshot: number) => void} arrived  called with each snapshot whose decoder is loaded
   */
  constructor(files, arrived) {
    this.files = files;
    this.arrived = arrived;
    /** @type {(?Network)[]} */
    this.networks = files.map(() => null);
    this.wanted = 0;
    this.fetching = false;
    this.timer = 0; // until the end of a pause, 0 for none
  }

  /** Fetches nothing more. */
  leave() {
    this.files = [];
    clearTimeout(this.timer);
  }

  /** Puts the fetching off for a moment, for it would slow down what the visitor moves. */
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
   * Fetches the decoder of a snapshot, and then those that follow, round again at the end.
   * @param {number} snapshot
   */
  want(snapshot) {
    this.wanted = snapshot;
    this.fetch();
  }

  /** Whether the fetching is put off: not while there is no decoder at all. */
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
        break; // the next snapshot that is wanted tries again
      }
      if (this.files.length) this.arrived(next);
    }
    this.fetching = false;
  }

  /** The next snapshot whose decoder is to be fetched, or -1. */
  missing() {
    const count = this.files.length;
    for (let ahead = 0; ahead <= AHEAD && ahead < count; ahead++) {
      const snapshot = (this.wanted + ahead) % count;
      if (!this.networks[snapshot]) return snapshot;
    }
    return -1;
  }
}
