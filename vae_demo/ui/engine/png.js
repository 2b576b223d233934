// Writes grey pictures as PNG files, much smaller than the colour PNG files of a canvas.

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  }
  return remainder;
});

/**
 * A picture with 16 grey levels as a PNG file.
 * @param {Uint8Array} pixels  (height * width), row by row: multiples of 17, from 0 to 255
 * @param {number} width  an even number
 * @param {number} height
 * @returns {Promise<Uint8Array>}
 */
export async function greyPng(pixels, width, height) {
  const bytes = width / 2; // two pixels per byte
  const rows = new Uint8Array(height * (bytes + 1)); // each row begins with its filter; 0 is none
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = y * (bytes + 1) + 1; x < bytes; x++, i += 2) {
      rows[at + x] = ((pixels[i] / 17) << 4) | (pixels[i + 1] / 17);
    }
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 4); // bits per pixel; the rest is 0: grey, deflate, filter, not interlaced
  return joined([
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", await through(new CompressionStream("deflate"), rows)),
    chunk("IEND", new Uint8Array()),
  ]);
}

/**
 * Decompresses bytes from Python's `zlib.compress`.
 * @param {Uint8Array} compressed
 * @returns {Promise<Uint8Array>}
 */
export function inflate(compressed) {
  return through(new DecompressionStream("deflate"), compressed);
}

/**
 * Sends bytes through a stream.
 * @param {CompressionStream|DecompressionStream} stream
 * @param {Uint8Array} bytes
 */
async function through(stream, bytes) {
  const body = new Blob([/** @type {BlobPart} */ (bytes)]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(body).arrayBuffer());
}

/**
 * A chunk of a PNG file: length, name, content and checksum.
 * @param {string} name  four letters
 * @param {Uint8Array} content
 */
function chunk(name, content) {
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, content.length);
  const body = joined([new TextEncoder().encode(name), content]);
  let remainder = 0xffffffff;
  for (const byte of body) remainder = CRC_TABLE[(remainder ^ byte) & 255] ^ (remainder >>> 8);
  const checksum = new DataView(new ArrayBuffer(4));
  checksum.setUint32(0, ~remainder >>> 0);
  return joined([new Uint8Array(length.buffer), body, new Uint8Array(checksum.buffer)]);
}

/**
 * Concatenates arrays.
 * @param {Uint8Array[]} parts
 */
function joined(parts) {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
