// The ink of a picture as an array of numbers: crop, resize, brighten and pad it.

const INK_EDGE = 0.1; // share of the strongest ink; fainter pixels do not extend the bounding box

/**
 * @typedef {Object} Ink  The ink of a picture: 1 is full ink, 0 is background.
 * @property {Float32Array|Float64Array} values  (height * width) in [0, 1], row by row
 * @property {number} height
 * @property {number} width
 */

/**
 * Crops the ink to its bounding box.
 * @param {Ink} ink
 * @returns {Ink}
 */
export function cutInk({ values, width }) {
  let strongest = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > strongest) strongest = values[i];
  const edge = INK_EDGE * strongest;
  // From the outside inwards, so that pixels inside the box are not visited.
  let first = 0,
    last = values.length - 1;
  while (values[first] <= edge) first++;
  while (values[last] <= edge) last--;
  const top = Math.floor(first / width),
    bottom = Math.floor(last / width);
  let left = width,
    right = 0;
  for (let y = top; y <= bottom; y++) {
    const row = y * width;
    for (let x = 0; x < left; x++) if (values[row + x] > edge) left = x;
    for (let x = width - 1; x > right; x--) if (values[row + x] > edge) right = x;
  }
  const box = { height: bottom + 1 - top, width: right + 1 - left };
  const cut = new Float32Array(box.height * box.width);
  for (let y = 0; y < box.height; y++) {
    const start = (top + y) * width + left;
    cut.set(values.subarray(start, start + box.width), y * box.width);
  }
  return { values: cut, ...box };
}

/**
 * The size with the same aspect ratio and a long side of `side` pixels; at least 1 pixel.
 * @param {Ink} ink
 * @param {number} side
 * @returns {[number, number]}  height and width
 */
export function fittedSize({ height, width }, side) {
  const long = Math.max(height, width);
  /** @param {number} n */
  const fitted = (n) => Math.max(1, Math.floor((side * n) / long + 0.5));
  return [fitted(height), fitted(width)];
}

/**
 * Reduces by the mean over each new pixel's area; enlarges by linear interpolation.
 * @param {Ink} ink
 * @param {number} height
 * @param {number} width
 * @returns {Ink}
 */
export function resampleInk(ink, height, width) {
  const rows = new Float64Array(height * ink.width); // resized to the new height first
  windowsOf(ink.height, height).forEach(({ first, shares }, y) => {
    for (let k = 0; k < shares.length; k++) {
      const share = shares[k];
      for (let x = 0, i = (first + k) * ink.width, j = y * ink.width; x < ink.width; x++) {
        rows[j++] += share * ink.values[i++];
      }
    }
  });
  const values = new Float64Array(height * width);
  windowsOf(ink.width, width).forEach(({ first, shares }, x) => {
    for (let y = 0; y < height; y++) {
      let sum = 0;
      for (let k = 0, i = y * ink.width + first; k < shares.length; k++)
        sum += shares[k] * rows[i++];
      values[y * width + x] = sum;
    }
  });
  return { values, height, width };
}

/**
 * The weights of the old pixels in a window around each new pixel. The window is as wide as the
 * wider of the two pixels.
 * @param {number} old  number of old pixels
 * @param {number} count  number of new pixels
 * @returns {{first: number, shares: number[]}[]}
 */
function windowsOf(old, count) {
  const width = Math.max(old / count, 1);
  return Array.from({ length: count }, (_, i) => {
    const start = ((i + 0.5) * old) / count - width / 2;
    const first = Math.max(Math.floor(start), 0);
    const shares = [];
    for (let cell = first; cell < Math.min(start + width, old); cell++) {
      shares.push(Math.min(start + width, cell + 1) - Math.max(start, cell));
    }
    const sum = shares.reduce((a, b) => a + b);
    return { first, shares: shares.map((share) => share / sum) };
  });
}

/**
 * Brightens the ink until a tenth of its pixels is 1.
 * @param {Ink} ink
 * @returns {Ink}
 */
export function stretchInk({ values, height, width }) {
  const inked = values.filter((v) => v > 0).sort();
  const white = inked[Math.floor(0.9 * (inked.length - 1))];
  return { values: values.map((v) => Math.min(v / white, 1)), height, width };
}

/**
 * Adds `rim` pixels on each side.
 * @param {Ink} ink
 * @param {number} rim
 * @param {number} [value]  of these pixels
 * @returns {Ink}
 */
export function padInk(ink, rim, value = 0) {
  const height = ink.height + 2 * rim,
    width = ink.width + 2 * rim;
  const values = new Float64Array(height * width).fill(value);
  for (let y = 0; y < ink.height; y++) {
    const row = ink.values.subarray(y * ink.width, (y + 1) * ink.width);
    values.set(row, (y + rim) * width + rim);
  }
  return { values, height, width };
}
