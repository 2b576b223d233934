// The decoder of each snapshot: one file each, fetched ahead of the hand.
import { fetchFile } from "../../engine/files.js";
import { decode, readNetwork } from "../../engine/network.js";

const AHEAD = 2; // files that are fetched beyond the one that is wanted

/** The decoders of a run. They are fetched one after another, those that are needed next first. */
export class SnapshotDecoders {
  /**
   * @param {{ key: string, url: string }[]} files
   * @param {function(number): void} arrived  called with the snapshot whose decoder is here now
   */
  constructor(files, arrived) {
    this.files = files;
    this.arrived = arrived;
    this.networks = files.map(() => null);
    this.wanted = 0;
    this.fetching = false;
  }

  /** Fetches nothing more. */
  leave() {
    this.files = [];
  }

  has(snapshot) {
    return Boolean(this.networks[snapshot]);
  }

  /** The snapshot nearest to one whose decoder is here, or -1. */
  nearest(snapshot) {
    let found = -1;
    this.networks.forEach((network, i) => {
      const nearer = found < 0 || Math.abs(i - snapshot) < Math.abs(found - snapshot);
      if (network && nearer) found = i;
    });
    return found;
  }

  /**
   * Decodes a code with the decoder of a snapshot that is here.
   * @param {number} snapshot
   * @param {Float32Array} z
   * @returns {Float32Array}  (784) in [0, 1]; the next call overwrites it
   */
  decode(snapshot, z) {
    return decode(this.networks[snapshot], z);
  }

  /** Fetches the decoder of a snapshot, and then those that follow, round again at the end. */
  want(snapshot) {
    this.wanted = snapshot;
    this.fetch();
  }

  async fetch() {
    if (this.fetching) return;
    this.fetching = true;
    for (let next = this.missing(); next >= 0; next = this.missing()) {
      try {
        this.networks[next] = readNetwork(await fetchFile(this.files[next]));
      } catch {
        break; // the next movement of the hand tries again
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
