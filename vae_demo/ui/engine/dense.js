// The weighted sums of a dense layer, independent of the page: typed arrays in, typed arrays out.

/**
 * @typedef {Object} Dense  One dense layer, stored as torch.nn.Linear stores it.
 * @property {"dense"} kind
 * @property {Float32Array} weight  (outputs * inputs), row-major: one row per output
 * @property {Float32Array} bias  (outputs)
 * @property {number} inputs
 * @property {number} outputs
 * @property {string} activation  a key of ACTIVATIONS in layers.js
 * @property {number[]} [reads]
 */

/**
 * One layer before its activation: y[o] = bias[o] + sum over i of weight[o, i] * x[i].
 * @param {Dense} layer
 * @param {Float32Array} x  (layer.inputs)
 * @param {Float32Array} y  (layer.outputs) receives the sums
 */
export function dense(layer, x, y) {
  const { weight, bias, inputs, outputs } = layer;
  if (x.length !== inputs || weight.length !== inputs * outputs || bias.length !== outputs) {
    const came = `x ${x.length}, weight ${weight.length}, bias ${bias.length}`;
    throw new Error(`a dense layer ${inputs} -> ${outputs} does not fit its arrays: ${came}`);
  }
  const count = gather(x);
  if (2 * count < inputs) sumGathered(layer, count, y);
  else sumAll(layer, x, y);
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
