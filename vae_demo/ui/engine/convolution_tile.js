// The innermost loop of a convolution in WebAssembly, which multiplies four numbers at once:
//
//   tile(x, weight, bias, y, rows, run, row, next, beside)
//
// computes 16 outputs of each of two neighbouring pixels. x, weight, bias and y are addresses of
// numbers in single precision. A pixel reads `run` bytes in each of `rows` rows of x, which are `row`
// bytes apart; the second pixel reads the same `next` bytes farther on, and its outputs are written
// `beside` bytes behind those of the first. For each number read, there are 16 weights in a row.

/** Outputs of a pixel in a tile. */
export const OUTPUTS = 16;
/** Pixels of a tile. */
export const PIXELS = 2;

/** @typedef {(...given: number[]) => void} Tile */

const BYTES = 4; // of a number
const VECTOR = 4 * BYTES;

/**
 * A number as modules hold it, seven bits in a byte.
 * @param {number} value
 * @param {number} [limit]  values from there on take another byte: 64 where a sign needs a bit
 * @returns {number[]}
 */
function leb(value, limit = 128) {
  return value < limit ? [value] : [(value & 127) | 128, ...leb(value >> 7, limit)];
}

// Instructions, by their names in the text format of WebAssembly. Those with several inputs take the
// values that the instructions before them have left.
const get = (/** @type {number} */ local) => [0x20, local]; // local.get
const set = (/** @type {number} */ local) => [0x21, local]; // local.set
const tee = (/** @type {number} */ local) => [0x22, local]; // local.tee: sets it and leaves the value
const constant = (/** @type {number} */ value) => [0x41, ...leb(value, 64)]; // i32.const
const ADD = [0x6a]; // i32.add
const SUBTRACT = [0x6b]; // i32.sub
const IS_LESS = [0x49]; // i32.lt_u
const LOOP = [0x03, 0x40]; // loop
const AGAIN_IF = [0x0d, 0]; // br_if 0: from the start of the loop
const END = [0x0b]; // end, of a loop or of the function
const vector = (/** @type {number} */ number) => [0xfd, ...leb(number)];
const at = (/** @type {number} */ offset) => [2, offset]; // numbers at multiples of 2² bytes
const load = (/** @type {number} */ offset) => [...vector(0x00), ...at(offset)]; // v128.load
const store = (/** @type {number} */ offset) => [...vector(0x0b), ...at(offset)]; // v128.store
const LOAD_FOUR_TIMES = [...vector(0x09), ...at(0)]; // v128.load32_splat
const TIMES = vector(0xe6); // f32x4.mul
const PLUS = vector(0xe4); // f32x4.add

// The local variables: the parameters, addresses in x, and vectors.
const [X, WEIGHT, BIAS, Y, ROWS, RUN, ROW, NEXT, BESIDE, HERE, STOP] = Array(11).keys();
const [FIRST, SECOND, WEIGHTS] = [11, 15, 19]; // four each: the sums of both pixels, and weights
const [PIXEL, NEIGHBOUR] = [23, 24];
const [PARAMETERS, ADDRESSES, VECTORS] = [9, 2, 14]; // their counts
const [I32, V128] = [0x7f, 0x7b]; // their types

/** Code for each of the four vectors of 16 numbers. @param {(i: number) => number[]} code */
const four = (code) => [0, 1, 2, 3].flatMap(code);
/** @param {number} sums @param {number} pixel */
const addProducts = (sums, pixel) =>
  four((i) => {
    const product = [...get(WEIGHTS + i), ...get(pixel), ...TIMES];
    return [...get(sums + i), ...product, ...PLUS, ...set(sums + i)];
  });
/** @param {number} sums */
const storeAll = (sums) => four((i) => [...get(Y), ...get(sums + i), ...store(VECTOR * i)]);

const CODE = [
  four((i) => [...get(BIAS), ...load(VECTOR * i), ...tee(FIRST + i), ...set(SECOND + i)]),
  LOOP, // over the rows
  [...get(X), ...tee(HERE), ...get(RUN), ...ADD, ...set(STOP)],
  LOOP, // over the numbers of a row
  [...get(HERE), ...LOAD_FOUR_TIMES, ...set(PIXEL)],
  [...get(HERE), ...get(NEXT), ...ADD, ...LOAD_FOUR_TIMES, ...set(NEIGHBOUR)],
  four((i) => [...get(WEIGHT), ...load(VECTOR * i), ...set(WEIGHTS + i)]),
  addProducts(FIRST, PIXEL),
  addProducts(SECOND, NEIGHBOUR),
  [...get(WEIGHT), ...constant(BYTES * OUTPUTS), ...ADD, ...set(WEIGHT)],
  [...get(HERE), ...constant(BYTES), ...ADD, ...tee(HERE)],
  [...get(STOP), ...IS_LESS, ...AGAIN_IF],
  END,
  [...get(X), ...get(ROW), ...ADD, ...set(X)],
  [...get(ROWS), ...constant(1), ...SUBTRACT, ...tee(ROWS), ...AGAIN_IF],
  END,
  storeAll(FIRST),
  [...get(Y), ...get(BESIDE), ...ADD, ...set(Y)],
  storeAll(SECOND),
  END,
].flat();

/** A section of a module, with one entry. @param {number} id @param {number[]} entry */
const section = (id, entry) => [id, ...leb(entry.length + 1), 1, ...entry];
/** A name of one letter. @param {string} letter */
const name = (letter) => [1, letter.charCodeAt(0)];
const TYPE = [0x60, PARAMETERS, ...Array(PARAMETERS).fill(I32), 0]; // of a function without results
const MEMORY = [...name("m"), ...name("m"), 2, 0, 1]; // imported, of one page at least
const EXPORT = [...name("f"), 0, 0]; // the function
const BODY = [2, ADDRESSES, I32, VECTORS, V128, ...CODE];
const MODULE = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
  ...section(1, TYPE),
  ...section(2, MEMORY),
  ...section(3, [0]), // the function has the first type
  ...section(7, EXPORT),
  ...section(10, [...leb(BODY.length), ...BODY]),
]);

/** @type {?WebAssembly.Module} */
let compiled = null;

/**
 * The function, for a memory of its own; null where the browser can't compile it, or has no memory left.
 * @param {number} count  of the numbers in the memory
 * @returns {?{ tile: Tile, numbers: Float32Array }}
 */
export function tileWith(count) {
  try {
    compiled ??= new WebAssembly.Module(MODULE);
    const memory = new WebAssembly.Memory({ initial: Math.ceil((BYTES * count) / 2 ** 16) });
    const { f } = new WebAssembly.Instance(compiled, { m: { m: memory } }).exports;
    return { tile: /** @type {Tile} */ (f), numbers: new Float32Array(memory.buffer, 0, count) };
  } catch {
    return null;
  }
}
