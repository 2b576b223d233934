// The random numbers of noise: Python draws them, and the browser loads them, a file for each seed.
import { NOISES } from "./damage.js";
import { fetchFile } from "./files.js";
import { readTensors } from "./tensors.js";

/**
 * @import { Noise } from "./damage.js"
 * @import { FileAddress } from "./files.js"
 * @import { TensorValues } from "./tensors.js"
 */

/** @typedef {{ seed: number, file: FileAddress }} NoiseFile  (784) numbers of each kind of noise */

/** The random numbers by their seed. */
export class NoiseFields {
  /** @type {NoiseFile[]} */
  files = []; // those that Python offers
  /** @type {Map<number, Record<string, TensorValues>>} */
  #loaded = new Map(); // seed -> (784) numbers of each kind

  /** @param {() => void} onLoad  called when random numbers are loaded */
  constructor(onLoad) {
    this.onLoad = onLoad;
  }

  /**
   * Loads the files of some seeds.
   * @param {(seed: number) => boolean} wanted
   */
  load(wanted) {
    for (const { seed, file } of this.files) if (wanted(seed)) this.#load(seed, file);
  }

  /**
   * @param {number} seed
   * @param {FileAddress} file
   */
  async #load(seed, file) {
    if (this.#loaded.has(seed)) return;
    const { tensor } = readTensors(await fetchFile(file));
    const numbers = Object.fromEntries(NOISES.map((kind) => [kind, tensor(kind).values]));
    this.#loaded.set(seed, numbers);
    this.onLoad();
  }

  /**
   * The random numbers of a kind, (784); null until they are loaded.
   * @param {number} seed
   * @param {Noise} kind
   */
  find(seed, kind) {
    return this.#loaded.get(seed)?.[kind] ?? null;
  }

  /**
   * The seed of the next file that Python offers.
   * @param {number} seed
   * @returns {?number}  null if there is none
   */
  after(seed) {
    const at = this.files.findIndex((file) => file.seed === seed);
    return this.files[(at + 1) % this.files.length]?.seed ?? null;
  }
}
