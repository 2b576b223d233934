// The medial axis of a shape, as vae_demo/digits/medial_axis.py finds it.

/** Rows and columns of a shape with a margin of one cell, which is background. */
export const WIDE = 114;
const CELLS = WIDE * WIDE;
const AROUND = [-WIDE - 1, -WIDE, -WIDE + 1, -1, 1, WIDE - 1, WIDE, WIDE + 1];
const HALF = 2 ** 7; // its square is more than there are cells
const STAYS = Uint8Array.from({ length: 256 }, (_, pattern) => Number(stays(pattern)));

const lotOf = lots(); // of the places of cells from the top left of their shape

const above = new Int32Array(CELLS); // distance to the nearest background above or below
const squared = new Int32Array(CELLS); // squared distance to the nearest background
const order = new Uint16Array(CELLS); // places of the cells of the shape, as they are removed
const spare = new Uint16Array(CELLS);
const ranks = new Uint16Array(CELLS); // of places, those removed first have the least
const starts = new Uint32Array(2 ** 16);

/**
 * Removes cells of a shape, those nearest to its edge first, unless they join pieces or end a line.
 * @param {Uint8Array} shape  (WIDE²) 1 inside, 0 outside and in the margin; becomes its medial axis
 * @returns {Int32Array}  (WIDE²) the squared distance of each cell of the shape from the background,
 *   in cells; the next call overwrites it
 */
export function thin(shape) {
  const { first, end } = extent(shape);
  measureDistances(shape, first, end);
  const count = sort(shape, first, end);
  for (let k = 0; k < count; k++) {
    const cell = first + order[k];
    let pattern = 0;
    for (const step of AROUND) pattern = 2 * pattern + shape[cell + step];
    shape[cell] = STAYS[pattern];
  }
  return squared;
}

/**
 * The cell in the first row and the first column of a shape, and that behind its last one.
 * @param {Uint8Array} shape
 */
function extent(shape) {
  const [begin, last] = [shape.indexOf(1), shape.lastIndexOf(1)];
  if (begin < 0) return { first: 0, end: 0 };
  const top = Math.floor(begin / WIDE);
  let left = WIDE;
  for (let row = top * WIDE; row <= last; row += WIDE)
    for (let column = 0; column < left; column++) if (shape[row + column]) left = column;
  return { first: top * WIDE + left, end: last + 1 };
}

/** @param {Uint8Array} shape @param {number} first @param {number} end */
function measureDistances(shape, first, end) {
  above.fill(0);
  for (let i = first; i < end; i++) above[i] = shape[i] && above[i - WIDE] + 1;
  for (let i = end; i-- > first; ) above[i] = Math.min(above[i], above[i + WIDE] + 1);
  for (let i = first; i < end; i++) {
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
 * Writes the cells of a shape to `order`: those nearest to the edge first, of these those with most
 * neighbours, of these by lot.
 * @param {Uint8Array} shape
 * @param {number} first
 * @param {number} end
 * @returns {number}  how many there are
 */
function sort(shape, first, end) {
  let [count, most] = [0, 0];
  for (let i = first; i < end; i++) {
    if (!shape[i]) continue;
    const place = i - first;
    order[count++] = place;
    let missing = 0; // neighbours
    for (const step of AROUND) missing += 1 - shape[i + step];
    ranks[place] = squared[i] * 9 + missing;
    most = Math.max(most, ranks[place]);
  }
  // A radix sort: by the lower and the upper half of the lots, then by the ranks.
  distribute(order, spare, count, HALF, (place) => lotOf[place] % HALF);
  distribute(spare, order, count, HALF, (place) => Math.floor(lotOf[place] / HALF));
  distribute(order, spare, count, most + 1, (place) => ranks[place]);
  order.set(spare.subarray(0, count));
  return count;
}

/**
 * Sorts places by a number, and keeps the order of those with the same.
 * @param {Uint16Array} from
 * @param {Uint16Array} to
 * @param {number} count  of the places
 * @param {number} numbers  how many there are, from 0 on
 * @param {(place: number) => number} numberOf
 */
function distribute(from, to, count, numbers, numberOf) {
  starts.fill(0, 0, numbers + 1);
  for (let k = 0; k < count; k++) starts[numberOf(from[k]) + 1]++;
  for (let number = 1; number < numbers; number++) starts[number] += starts[number - 1];
  for (let k = 0; k < count; k++) to[starts[numberOf(from[k])]++] = from[k];
}

/** A permutation of all places: where the hash of a place (SplitMix64) is among all hashes. */
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
  const found = new Uint16Array(CELLS);
  const places = [...hashes.keys()].sort((a, b) => (hashes[a] < hashes[b] ? -1 : 1));
  places.forEach((place, lot) => {
    found[place] = lot;
  });
  return found;
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
