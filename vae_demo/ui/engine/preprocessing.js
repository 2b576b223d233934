// From a picture of the drawing pad to an MNIST digit: Python's `to_digit` in JavaScript, so that
// the digit follows the pen. Bytes in, bytes out. Python's docstrings describe the stages; a test
// compares both on every kind of drawing.

/** The stages of the preprocessing, in order. */
export const STAGES = ["cut", "stroke", "fit", "contrast", "centre"];

const MIN_CONTRAST = 0.04; // share of the full range; fainter marks are not ink
const FRAME_SIDE = 28,
  BOX_SIDE = 20; // pixels; MNIST fits the digit to the box and places it in the frame
const INK_EDGE = 0.1; // share of the strongest ink; fainter pixels do not extend the bounding box
const FINE_CELLS = 4; // cells per pixel of the box on the grid for measuring and thickening
const MIN_STROKE = 1.5; // pixels of the box

/**
 * @typedef {Object} Ink  The ink of a picture: 1 is full ink, 0 is background.
 * @property {Float32Array|Float64Array} values  (height * width) in [0, 1], row by row
 * @property {number} height
 * @property {number} width
 */

/**
 * The digit in a picture of the drawing pad, white on black; null if there is no ink.
 *
 * Stages that are left out are replaced as in Python's `to_digit`. Throws if `isPaper` is true,
 * since only Python reads photographs. A grey level may differ by one from Python's, where the last
 * bit of a sum decides how a half is rounded.
 *
 * @param {Uint8Array|Uint8ClampedArray} picture  (height * width) grey, row by row: see `grey`
 * @param {number} width
 * @param {number} height
 * @param {Iterable<string>} [stages]  of STAGES
 * @returns {Uint8Array|null}  (784)
 */
export function toDigit(picture, width, height, stages = STAGES) {
  const wanted = new Set(stages);
  for (const stage of wanted) {
    if (STAGES.includes(stage)) continue;
    throw new Error(`unknown stage '${stage}'; there are: ${STAGES.join(", ")}`);
  }
  const drawn = inkOf(picture, width, height);
  if (!drawn) return null;
  let ink = drawn;
  if (wanted.has("cut")) ink = cutInk(ink);
  if (wanted.has("stroke")) ink = thickenInk(ink);
  const fit = wanted.has("fit");
  for (let side = fit ? BOX_SIDE : FRAME_SIDE; ; side--) {
    // ends: one pixel always fits the frame
    const [height, width] = fit ? fittedSize(ink, side) : [side, side];
    let small = resampleInk(ink, height, width);
    if (wanted.has("contrast")) small = stretchInk(small);
    const digit = placeDigit(small, wanted.has("centre"));
    if (digit) return digit;
  }
}

/**
 * Whether Python treats the picture as a photograph of paper, because more than half of its border
 * differs from the median of the border. On the pad, this takes ink along about half of the border;
 * with more, the pad is a white sheet with black ink, for Python and for `toDigit`.
 * @param {Uint8Array|Uint8ClampedArray} picture  (height * width) grey
 * @param {number} width
 * @param {number} height
 * @returns {boolean}
 */
export function isPaper(picture, width, height) {
  return borderOf(picture, width, height).uneven;
}

/**
 * The luminance of opaque pixels, rounded to bytes; grey pixels keep their value.
 * @param {Uint8Array|Uint8ClampedArray} rgba  (4 * n), as ImageData holds them
 * @returns {Uint8Array}  (n)
 */
export function grey(rgba) {
  const light = new Uint8Array(rgba.length / 4);
  for (let i = 0, j = 0; i < light.length; i++, j += 4) {
    const r = rgba[j],
      g = rgba[j + 1],
      b = rgba[j + 2];
    light[i] = r === g && g === b ? r : (299 * r + 587 * g + 114 * b + 500) / 1000;
  }
  return light;
}

/**
 * The background: the grey values of the four sides, with corners counted twice.
 * @param {Uint8Array|Uint8ClampedArray} picture  (height * width) grey
 * @param {number} width
 * @param {number} height
 * @returns {{ground: number, uneven: boolean}}  their median, and whether most differ from it
 */
function borderOf(picture, width, height) {
  if (!picture.length || picture.length !== width * height) {
    throw new Error(`a picture of ${width} x ${height} px does not have ${picture.length} bytes`);
  }
  const counts = new Uint32Array(256);
  const bottom = (height - 1) * width;
  for (let x = 0; x < width; x++) {
    counts[picture[x]]++;
    counts[picture[bottom + x]]++;
  }
  for (let start = 0; start <= bottom; start += width) {
    counts[picture[start]]++;
    counts[picture[start + width - 1]]++;
  }
  const half = width + height; // the number of values is even, so two are in the middle
  /** @param {number} rank */
  const ranked = (rank, below = 0) => counts.findIndex((count) => (below += count) >= rank);
  const ground = (ranked(half) + ranked(half + 1)) / 2;
  return { ground, uneven: 2 * half - (counts[ground] ?? 0) > half };
}

/**
 * The ink: the difference from the background, lighter or darker, whichever is larger in sum.
 * @param {Uint8Array|Uint8ClampedArray} picture  (height * width) grey
 * @param {number} width
 * @param {number} height
 * @returns {Ink|null}
 */
function inkOf(picture, width, height) {
  const { ground, uneven } = borderOf(picture, width, height);
  if (uneven) throw new Error("the picture's border is of many shades: it is left to Python");
  const counts = new Uint32Array(256);
  for (let i = 0; i < picture.length; i++) if (picture[i] !== ground) counts[picture[i]]++;
  // In integers, so that rounding does not decide when light and dark are nearly equal.
  const excess = counts.reduce((sum, n, v) => sum + n * (v - ground) * Math.abs(v - ground), 0);
  const darker = excess < 0;
  /** @param {number} v */
  const rise = (v) => (darker ? ground / 255 - v / 255 : v / 255 - ground / 255);
  const strongest = darker ? counts.findIndex(Boolean) : counts.findLastIndex(Boolean);
  if (rise(strongest) < MIN_CONTRAST) return null;
  const full = Math.max(darker ? ground / 255 : 1 - ground / 255, MIN_CONTRAST);
  const shades = Float32Array.from(counts, (_, v) => Math.min(Math.max(rise(v), 0) / full, 1));
  const values = new Float32Array(picture.length);
  for (let i = 0; i < picture.length; i++) values[i] = shades[picture[i]];
  return { values, height, width };
}

/**
 * Crops the ink to its bounding box.
 * @param {Ink} ink
 * @returns {Ink}
 */
function cutInk({ values, width }) {
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
function fittedSize({ height, width }, side) {
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
function resampleInk(ink, height, width) {
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
function stretchInk({ values, height, width }) {
  const inked = values.filter((v) => v > 0).sort();
  const white = inked[Math.floor(0.9 * (inked.length - 1))];
  return { values: values.map((v) => Math.min(v / white, 1)), height, width };
}

/**
 * Thickens strokes thinner than MIN_STROKE, on a grid with FINE_CELLS cells per pixel of the box.
 * @param {Ink} ink
 * @returns {Ink}
 */
function thickenInk(ink) {
  const fine = stretchInk(resampleInk(ink, ...fittedSize(ink, FINE_CELLS * BOX_SIDE)));
  const radius = (FINE_CELLS * MIN_STROKE - strokeWidth(fine)) / 2;
  return radius > 0 ? spreadInk(fine, Math.max(radius, 0.5)) : ink;
}

/**
 * The mean width of the strokes: for a long bar, twice the area divided by the length of the
 * outline, which is the sum of the gradient.
 * @param {Ink} ink
 * @returns {number}  in pixels
 */
function strokeWidth(ink) {
  const { values, height, width } = padInk(ink, 1);
  let outline = 0;
  for (let y = 1; y < height; y++) {
    for (let x = 1, i = y * width + 1; x < width; x++, i++) {
      const a = values[i - width - 1],
        b = values[i - width],
        c = values[i - 1],
        d = values[i];
      const across = b + d - a - c,
        down = c + d - a - b;
      outline += Math.sqrt(across * across + down * down);
    }
  }
  let area = 0;
  for (const v of ink.values) area += v;
  return (2 * area) / (outline / 2);
}

/**
 * Extends each cell to a disc.
 * @param {Ink} ink
 * @param {number} radius  in pixels
 * @returns {Ink}
 */
function spreadInk(ink, radius) {
  const reach = Math.ceil(radius);
  const wide = padInk(ink, 2 * reach);
  const height = ink.height + 2 * reach,
    width = ink.width + 2 * reach;
  const thick = new Float64Array(height * width);
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const share = Math.min(radius + 0.5 - Math.hypot(dx, dy), 1);
      if (share <= 0) continue;
      for (let y = 0, i = 0; y < height; y++) {
        let j = (y + reach + dy) * wide.width + reach + dx;
        for (let x = 0; x < width; x++, i++, j++) {
          const spread = share * wide.values[j];
          if (spread > thick[i]) thick[i] = spread;
        }
      }
    }
  }
  return { values: thick, height, width };
}

/**
 * Adds `rim` empty pixels on each side.
 * @param {Ink} ink
 * @param {number} rim
 * @returns {Ink}
 */
function padInk(ink, rim) {
  const height = ink.height + 2 * rim,
    width = ink.width + 2 * rim;
  const values = new Float64Array(height * width);
  for (let y = 0; y < ink.height; y++) {
    const row = ink.values.subarray(y * ink.width, (y + 1) * ink.width);
    values.set(row, (y + rim) * width + rim);
  }
  return { values, height, width };
}

/**
 * Places the digit in the frame.
 * @param {Ink} ink
 * @param {boolean} byMass  whether to centre its centre of mass; otherwise its box
 * @returns {?Uint8Array}  (784); null if it does not fit inside
 */
function placeDigit({ values, height, width }, byMass) {
  // First rounds away errors of the last digits, which would decide between two levels. Then adds 2
  // ** 52, above which all numbers are integers, so that halves are rounded to even, as in numpy.
  const bytes = Uint8Array.from(values, (v) => Math.round(255e6 * v) / 1e6 + 2 ** 52 - 2 ** 52);
  let top = Math.floor((FRAME_SIDE - height) / 2);
  let left = Math.floor((FRAME_SIDE - width) / 2);
  let mass = 0,
    down = 0,
    across = 0;
  bytes.forEach((byte, i) => {
    mass += byte;
    down += byte * Math.floor(i / width);
    across += byte * (i % width);
  });
  if (byMass && mass) {
    top = FRAME_SIDE / 2 - Math.floor((2 * down + mass) / (2 * mass));
    left = FRAME_SIDE / 2 - Math.floor((2 * across + mass) / (2 * mass));
  }
  if (Math.min(top, left, FRAME_SIDE - top - height, FRAME_SIDE - left - width) < 0) return null;
  const digit = new Uint8Array(FRAME_SIDE * FRAME_SIDE);
  for (let y = 0; y < height; y++) {
    const row = bytes.subarray(y * width, (y + 1) * width);
    digit.set(row, (top + y) * FRAME_SIDE + left);
  }
  return digit;
}
