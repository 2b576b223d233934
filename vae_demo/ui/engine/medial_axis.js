// The medial axis of a shape, as vae_demo/digits/medial_axis.py finds it.

/** Rows and columns of a shape with a margin of one cell, which is background. */
export const WIDE = 114;
const CELLS = WIDE * WIDE;
const AROUND = [-WIDE - 1, -WIDE, -WIDE + 1, -1, 1, WIDE - 1, WIDE, WIDE + 1];
const PLACES = 2 ** 14; // more than there are cells
const STAYS = Uint8Array.from({ length: 256 }, (_, pattern) => Number(stays(pattern)));

const placeOf = lots(); // the places of cells from the top left of their shape, in random order
const lotOf = new Uint16Array(CELLS); // the inverse
placeOf.forEach((place, lot) => (lotOf[place] = lot));

const above = new Int32Array(CELLS); // distance to the nearest background above or below
const squared = new Int32Array(CELLS); // squared distance to the nearest background
const keys = new Float64Array(CELLS); // of the cells of the shape

/**
 * Removes cells of a shape, those nearest to its edge first, unless they join pieces or end a line.
 * @param {Uint8Array} shape  (WIDE²) 1 inside, 0 outside and in the margin; becomes its medial axis
 * @returns {Int32Array}  (WIDE²) the squared distance of each cell of the shape from the background,
 *   in cells; the next call overwrites it
 */
export function thin(shape) {
  measureDistances(shape);
  const first = corner(shape);
  const order = sorted(shape, first);
  for (const key of order) {
    const cell = first + placeOf[key % PLACES];
    let pattern = 0;
    for (const step of AROUND) pattern = 2 * pattern + shape[cell + step];
    shape[cell] = STAYS[pattern];
  }
  return squared;
}

/** @param {Uint8Array} shape */
function measureDistances(shape) {
  for (let i = WIDE; i < CELLS; i++) above[i] = shape[i] && above[i - WIDE] + 1;
  for (let i = CELLS - WIDE; i--; ) above[i] = Math.min(above[i], above[i + WIDE] + 1);
  for (let i = 0; i < CELLS; i++) {
    if (!shape[i]) continue;
    let least = above[i] ** 2;
    for (let away = 1; away * away < least; away++) {
      const nearer = Math.min(above[i - away], above[i + away]);
      least = Math.min(least, away * away + nearer * nearer);
    }
    squared[i] = least;
  }
}

/**
 * The cells of a shape in the order of their removal: those nearest to the edge first, of these
 * those with most neighbours, of these by lot.
 * @param {Uint8Array} shape
 * @param {number} first  its top left corner
 * @returns {Float64Array}  keys; modulo PLACES they are lots
 */
function sorted(shape, first) {
  let count = 0;
  for (let i = first; i < CELLS; i++) {
    if (!shape[i]) continue;
    let missing = 0; // neighbours
    for (const step of AROUND) missing += 1 - shape[i + step];
    keys[count++] = (squared[i] * 9 + missing) * PLACES + lotOf[i - first];
  }
  return keys.subarray(0, count).sort();
}

/** The cell in the first row and the first column of a shape. @param {Uint8Array} shape */
function corner(shape) {
  const top = Math.floor(Math.max(shape.indexOf(1), 0) / WIDE);
  let left = WIDE - 1;
  for (let row = top * WIDE; row < CELLS; row += WIDE)
    for (let column = 0; column < left; column++) if (shape[row + column]) left = column;
  return top * WIDE + left;
}

/** All places of cells, sorted by a hash of them (SplitMix64). */
function lots() {
  const hashes = Array.from({ length: CELLS }, (_, place) => {
    let lot = BigInt(place + 1);
    for (const [shift, factor] of /** @type {const} */ ([
      [30n, 0xbf58476d1ce4e5b9n],
      [27n, 0x94d049bb133111ebn],
    ]))
      lot = BigInt.asUintN(64, (lot ^ (lot >> shift)) * factor);
    return lot ^ (lot >> 31n);
  });
  const order = [...hashes.keys()];
  return Uint16Array.from(order.sort((a, b) => (hashes[a] < hashes[b] ? -1 : 1)));
}

/**
 * Whether a cell between eight neighbours stays: it does if it joins pieces or ends a line.
 * @param {number} pattern  the neighbours from the top left, the first one is the highest bit
 */
function stays(pattern) {
  const cells = [7, 6, 5, 4, -1, 3, 2, 1, 0].map((bit) => bit >= 0 && (pattern >> bit) & 1);
  let pieces = 0;
  for (let start = 0; start < 9; start++) {
    if (!cells[start]) continue;
    pieces++;
    const open = [start];
    while (open.length) {
      const at = /** @type {number} */ (open.pop());
      if (!cells[at]) continue;
      cells[at] = 0;
      for (let near = 0; near < 9; near++) {
        const beside = Math.abs((near % 3) - (at % 3)) <= 1;
        if (cells[near] && beside && Math.abs(Math.floor(near / 3) - Math.floor(at / 3)) <= 1)
          open.push(near);
      }
    }
  }
  const count = pattern.toString(2).replaceAll("0", "").length;
  return pieces !== 1 || count < 2;
}
