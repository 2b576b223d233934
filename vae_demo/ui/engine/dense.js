// The arithmetic of a small dense network, independent of the page: typed arrays in, typed arrays
// out.

/**
 * @typedef {Object} Dense  One dense layer, stored as torch.nn.Linear stores it.
 * @property {Float32Array} weight  (outputs * inputs), row-major: one row per output
 * @property {Float32Array} bias  (outputs)
 * @property {number} inputs
 * @property {number} outputs
 * @property {string} activation  a key of ACTIVATIONS
 */

/**
 * The activation functions by name.
 * @type {Object<string, (v: number) => number>}
 */
export const ACTIVATIONS = {
  linear: (v) => v,
  relu: (v) => (v > 0 ? v : 0),
  tanh: Math.tanh,
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
  clip: (v) => Math.min(Math.max(v, 0), 1),
};

const NO_ARC = 1e-4; // radians; below this angle, the path is straight

/**
 * One output buffer per layer, so that dragging a slider allocates nothing.
 * @type {WeakMap<Dense, Float32Array>}
 */
const layerOutputs = new WeakMap();

/**
 * Runs x through the layers.
 *
 * The result is the buffer of the last layer. The next call overwrites it, so copy it to keep it.
 *
 * @param {Dense[]} layers
 * @param {Float32Array} x  (layers[0].inputs)
 * @returns {Float32Array}  (outputs of the last layer)
 */
export function forward(layers, x) {
  return layers.reduce((values, layer) => dense(layer, values), x);
}

/**
 * One layer: y[o] = activation(bias[o] + sum over i of weight[o, i] * x[i]).
 * @param {Dense} layer
 * @param {Float32Array} x  (layer.inputs)
 * @returns {Float32Array}  (layer.outputs)
 */
function dense(layer, x) {
  const { weight, bias, inputs, outputs } = layer;
  const activate = ACTIVATIONS[layer.activation];
  if (!activate) {
    const known = Object.keys(ACTIVATIONS).join(", ");
    throw new Error(`unknown activation '${layer.activation}'; there are: ${known}`);
  }
  if (x.length !== inputs || weight.length !== inputs * outputs || bias.length !== outputs) {
    const came = `x ${x.length}, weight ${weight.length}, bias ${bias.length}`;
    throw new Error(`a dense layer ${inputs} -> ${outputs} does not fit its arrays: ${came}`);
  }
  let y = layerOutputs.get(layer);
  // The input may be this layer's previous output, which must not be overwritten while it is read.
  if (y === undefined || y === x) layerOutputs.set(layer, (y = new Float32Array(outputs)));

  const count = gather(x);
  if (2 * count < inputs) sumGathered(layer, count, y);
  else sumAll(layer, x, y);
  for (let o = 0; o < outputs; o++) y[o] = activate(y[o]);
  return y;
}

/**
 * Weighted sums over all inputs.
 * @param {Dense} layer
 * @param {Float32Array} x  (inputs)
 * @param {Float32Array} y  (outputs) receives the sums
 */
function sumAll({ weight, bias, inputs, outputs }, x, y) {
  const whole = inputs - (inputs % 4);
  for (let o = 0, row = 0; o < outputs; o++, row += inputs) {
    // Four partial sums, so that an addition does not wait for the one before it.
    let a = 0,
      b = 0,
      c = 0,
      d = 0;
    let i = 0;
    for (; i < whole; i += 4) {
      a += weight[row + i] * x[i];
      b += weight[row + i + 1] * x[i + 1];
      c += weight[row + i + 2] * x[i + 2];
      d += weight[row + i + 3] * x[i + 3];
    }
    for (; i < inputs; i++) a += weight[row + i] * x[i];
    y[o] = bias[o] + (a + b) + (c + d);
  }
}

// The nonzero inputs. Most inputs are 0: the background, and hidden units that are not active.
let places = new Uint16Array(1024);
let values = new Float32Array(1024);

/**
 * Gathers the nonzero inputs.
 * @param {Float32Array} x
 * @returns {number}  their number
 */
function gather(x) {
  if (x.length > places.length) {
    places = new Uint16Array(x.length);
    values = new Float32Array(x.length);
  }
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    if (x[i] === 0) continue;
    places[count] = i;
    values[count++] = x[i];
  }
  return count;
}

/**
 * Weighted sums over the gathered inputs.
 * @param {Dense} layer
 * @param {number} count  number of gathered inputs
 * @param {Float32Array} y  (outputs) receives the sums
 */
function sumGathered({ weight, bias, inputs, outputs }, count, y) {
  const whole = count - (count % 4);
  for (let o = 0, row = 0; o < outputs; o++, row += inputs) {
    let a = 0,
      b = 0,
      c = 0,
      d = 0;
    let k = 0;
    for (; k < whole; k += 4) {
      a += weight[row + places[k]] * values[k];
      b += weight[row + places[k + 1]] * values[k + 1];
      c += weight[row + places[k + 2]] * values[k + 2];
      d += weight[row + places[k + 3]] * values[k + 3];
    }
    for (; k < count; k++) a += weight[row + places[k]] * values[k];
    y[o] = bias[o] + (a + b) + (c + d);
  }
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

/**
 * Linear interpolation from a (t = 0) to b (t = 1).
 * @param {ArrayLike<number>} a  (n)
 * @param {ArrayLike<number>} b  (n)
 * @param {number} t
 * @returns {Float32Array}  (n)
 */
export function lerp(a, b, t) {
  return Float32Array.from(a, (v, i) => (1 - t) * v + t * b[i]);
}

/**
 * Spherical interpolation from a to b: the direction turns at a constant rate and the length
 * changes linearly, so that codes in between are as far from the origin as the ends. The path is
 * straight if one end is zero, or if both point in the same or in opposite directions. The same
 * numbers as `vae_demo.latent.between`.
 * @param {ArrayLike<number>} a  (n)
 * @param {ArrayLike<number>} b  (n)
 * @param {number} t
 * @returns {Float32Array}  (n)
 */
export function slerp(a, b, t) {
  let aa = 0,
    bb = 0;
  for (let i = 0; i < a.length; i++) {
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  const lengthA = Math.sqrt(aa);
  const lengthB = Math.sqrt(bb);
  let cosine = 0;
  for (let i = 0; i < a.length; i++) cosine += (a[i] / lengthA) * (b[i] / lengthB);
  const angle = Math.acos(Math.min(Math.max(cosine, -1), 1));
  // The angle of a zero vector is NaN; its path is straight, too.
  if (!(angle > NO_ARC && angle < Math.PI - NO_ARC)) return lerp(a, b, t);
  const length = ((1 - t) * lengthA + t * lengthB) / Math.sin(angle);
  const ofA = (length * Math.sin((1 - t) * angle)) / lengthA;
  const ofB = (length * Math.sin(t * angle)) / lengthB;
  return Float32Array.from(a, (v, i) => ofA * v + ofB * b[i]);
}

/**
 * One sample of the standard normal distribution (Box and Muller).
 * @param {() => number} [random]  uniform in [0, 1)
 * @returns {number}
 */
export function gaussian(random = Math.random) {
  const radius = Math.sqrt(-2 * Math.log(1 - random())); // 1 - random() is never 0
  return radius * Math.cos(2 * Math.PI * random());
}
