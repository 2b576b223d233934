// Reads safetensors files.

/**
 * @typedef {Object} Tensors  the content of a file
 * @property {Object<string, string>} metadata
 * @property {(name: string) => boolean} has  whether the file has a tensor of this name
 * @property {(name: string) => Tensor} tensor
 */

/** @typedef {{ shape: number[], values: TensorValues }} Tensor */

/** @typedef {Int8Array|Uint8Array|Uint16Array|Float32Array} TensorValues  row by row */

/**
 * Type of a tensor -> function that reads its numbers.
 * @type {Object<string, (bytes: ArrayBuffer) => TensorValues>}
 */
const READERS = {
  I8: (bytes) => new Int8Array(bytes),
  U8: (bytes) => new Uint8Array(bytes),
  U16: (bytes) => new Uint16Array(bytes),
  F16: (bytes) => halfToFloat(new Uint16Array(bytes)),
  F32: (bytes) => new Float32Array(bytes),
};

/**
 * Reads a safetensors file. Its numbers are little-endian, like those of all browsers.
 * @param {ArrayBuffer} file
 * @returns {Tensors}
 */
export function readTensors(file) {
  const start = 8 + new DataView(file).getUint32(0, true); // of its 8 bytes the upper 4 are always 0
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, start - 8)));
  /** @param {string} name */
  const tensor = (name) => {
    const {
      dtype,
      shape,
      data_offsets: [from, to],
    } = header[name];
    return { shape, values: READERS[dtype](file.slice(start + from, start + to)) };
  };
  return { metadata: header.__metadata__ ?? {}, has: (name) => name in header, tensor };
}

/**
 * Converts IEEE 754 half precision (numpy's float16) to single precision, without rounding.
 * @param {Uint16Array} halves  (n) bit patterns
 * @returns {Float32Array}  (n)
 */
export function halfToFloat(halves) {
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const bits = halves[i];
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    let value;
    if (exponent === 0)
      value = fraction * 2 ** -24; // zero and subnormal numbers
    else if (exponent < 31) value = (1 + fraction / 1024) * 2 ** (exponent - 15);
    else value = fraction ? NaN : Infinity;
    floats[i] = bits & 0x8000 ? -value : value;
  }
  return floats;
}
