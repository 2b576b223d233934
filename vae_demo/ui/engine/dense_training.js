// A small network of dense layers that is trained in the browser:
//
//   const network = new TrainableNetwork([2, 32, 2], ["tanh", "linear"]);
//   network.initialise(seededRandom(0));
//   const adam = new Adam(network.parameters.length, { lr: 0.01 });
//   for each batch of `count` examples:
//     const outputs = network.forward(inputs, count);
//     const loss = squaredError(outputs, targets, count, slopes);
//     network.gradients.fill(0);
//     network.backward(slopes, count);
//     adam.step(network.parameters, network.gradients);
//
// It computes in double precision, since a few thousand weights are fast enough.
import { ACTIVATIONS } from "./layers.js";

/**
 * The derivatives of activation functions, computed from the function's value y.
 * @type {Object<string, (y: number) => number>}
 */
const DERIVATIVES = {
  linear: () => 1,
  relu: (y) => (y > 0 ? 1 : 0),
  tanh: (y) => 1 - y * y,
  sigmoid: (y) => y * (1 - y),
};

/**
 * @typedef {Object} TrainableLayer  y = activation(weight · x + bias), as torch.nn.Linear stores it
 * @property {number} inputs
 * @property {number} outputs
 * @property {string} activation
 * @property {(sum: number) => number} activate
 * @property {(y: number) => number} derivative
 * @property {Float64Array} weight  (outputs * inputs), a part of the network's `parameters`
 * @property {Float64Array} bias  (outputs)
 * @property {Float64Array} weightGradient  a part of the network's `gradients`
 * @property {Float64Array} biasGradient
 * @property {Float64Array} y  (batch * outputs)
 * @property {Float64Array} slopes  (batch * inputs) the gradient with respect to the inputs
 */

/** Dense layers one after another. */
export class TrainableNetwork {
  capacity = 0; // examples for which there is room
  /** @type {ArrayLike<number>} */
  x = []; // the last inputs

  /**
   * @param {number[]} sizes  of the input and of each layer
   * @param {string[]} activations  one for each layer, keys of DERIVATIVES
   */
  constructor(sizes, activations) {
    if (activations.length !== sizes.length - 1) {
      throw new Error(`${sizes.length} sizes need one activation less, not ${activations.length}`);
    }
    const counts = activations.map((_, i) => sizes[i + 1] * (sizes[i] + 1));
    const count = counts.reduce((sum, each) => sum + each, 0);
    this.parameters = new Float64Array(count); // of each layer in turn: weight, bias
    this.gradients = new Float64Array(count); // in the same order
    let start = 0;
    /** @type {TrainableLayer[]} */
    this.layers = activations.map((activation, i) => {
      const [inputs, outputs] = [sizes[i], sizes[i + 1]];
      const derivative = DERIVATIVES[activation];
      if (!derivative) {
        const known = Object.keys(DERIVATIVES).join(", ");
        throw new Error(`unknown activation '${activation}'; there are: ${known}`);
      }
      const middle = start + inputs * outputs;
      const end = middle + outputs;
      const layer = {
        inputs,
        outputs,
        activation,
        activate: ACTIVATIONS[activation],
        derivative,
        weight: this.parameters.subarray(start, middle),
        bias: this.parameters.subarray(middle, end),
        weightGradient: this.gradients.subarray(start, middle),
        biasGradient: this.gradients.subarray(middle, end),
        y: new Float64Array(),
        slopes: new Float64Array(),
      };
      start = end;
      return layer;
    });
  }

  /**
   * Draws all parameters as torch.nn.Linear does: uniform in ±1/√inputs.
   * @param {() => number} random  uniform in [0, 1), such as that of `seededRandom`
   */
  initialise(random) {
    for (const { weight, bias, inputs } of this.layers) {
      const bound = 1 / Math.sqrt(inputs);
      for (const values of [weight, bias]) {
        for (let i = 0; i < values.length; i++) values[i] = bound * (2 * random() - 1);
      }
    }
  }

  /**
   * The outputs for a batch. The next call overwrites them.
   * @param {ArrayLike<number>} x  (count * inputs), at least
   * @param {number} count  of examples
   * @param {number} [first]  the layer whose inputs these are, such as the decoder's first
   * @returns {Float64Array}  (count * outputs), at least
   */
  forward(x, count, first = 0) {
    if (count > this.capacity) this.#reserve(count);
    this.x = x;
    for (let l = first; l < this.layers.length; l++) {
      forwardLayer(this.layers[l], x, count);
      x = this.layers[l].y;
    }
    return this.layers[this.layers.length - 1].y;
  }

  /**
   * Adds the gradient of a loss with respect to all parameters to `gradients`.
   * @param {Float64Array} slopes  (count * outputs) the gradient with respect to the outputs of
   *   the last `forward`
   * @param {number} count  of examples
   * @param {boolean} [whole]  whether the gradient with respect to the inputs is wanted, too
   * @returns {Float64Array}  (count * inputs), at least: that gradient, if it is wanted
   */
  backward(slopes, count, whole = false) {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      addGradients(this.layers[i], i ? this.layers[i - 1].y : this.x, slopes, count);
      if (i || whole) slopesBelow(this.layers[i], slopes, count);
      slopes = this.layers[i].slopes;
    }
    return slopes;
  }

  /**
   * The gradient with respect to the inputs, as `backward` returns it, without that of the parameters.
   * @param {Float64Array} slopes  (count * outputs), as in `backward`
   * @param {number} count  of examples
   * @returns {Float64Array}  (count * inputs), at least
   */
  inputSlopes(slopes, count) {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      slopesBelow(this.layers[i], slopes, count);
      slopes = this.layers[i].slopes;
    }
    return slopes;
  }

  /** @param {number} count */
  #reserve(count) {
    this.capacity = count;
    for (const layer of this.layers) {
      layer.y = new Float64Array(count * layer.outputs);
      layer.slopes = new Float64Array(count * layer.inputs);
    }
  }
}

/**
 * @param {TrainableLayer} layer  its `y` receives the outputs
 * @param {ArrayLike<number>} x  (count * inputs)
 * @param {number} count
 */
function forwardLayer({ inputs, outputs, weight, bias, activate, y }, x, count) {
  const whole = outputs - (outputs % 4);
  for (let n = 0; n < count; n++) {
    const from = n * inputs;
    const to = n * outputs;
    let o = 0;
    // Four sums at a time, so that an addition does not wait for the one before it.
    for (; o < whole; o += 4) {
      const [second, third, fourth] = [o * inputs + inputs, (o + 2) * inputs, (o + 3) * inputs];
      let a = bias[o],
        b = bias[o + 1],
        c = bias[o + 2],
        d = bias[o + 3];
      for (let i = 0, row = o * inputs; i < inputs; i++) {
        const v = x[from + i];
        a += weight[row + i] * v;
        b += weight[second + i] * v;
        c += weight[third + i] * v;
        d += weight[fourth + i] * v;
      }
      y[to + o] = activate(a);
      y[to + o + 1] = activate(b);
      y[to + o + 2] = activate(c);
      y[to + o + 3] = activate(d);
    }
    for (; o < outputs; o++) {
      const row = o * inputs;
      let sum = bias[o];
      for (let i = 0; i < inputs; i++) sum += weight[row + i] * x[from + i];
      y[to + o] = activate(sum);
    }
  }
}

/**
 * Four examples at a time, so that a gradient is read and written once for four products; their sum
 * has the same order.
 * @param {TrainableLayer} layer  its gradients get what the examples add
 * @param {ArrayLike<number>} x  (count * inputs)
 * @param {Float64Array} above  (count * outputs) the gradient with respect to its outputs
 * @param {number} count
 */
function addGradients(layer, x, above, count) {
  const { inputs, outputs, weightGradient, biasGradient, derivative, y } = layer;
  const whole = count - (count % 4);
  for (let o = 0; o < outputs; o++) {
    const row = o * inputs;
    for (let n = 0; n < count; n += n < whole ? 4 : 1) {
      const at = n * outputs + o;
      const first = n * inputs;
      const a = above[at] * derivative(y[at]);
      biasGradient[o] += a;
      if (n >= whole) {
        for (let i = 0; i < inputs; i++) weightGradient[row + i] += a * x[first + i];
        continue;
      }
      const [second, third, fourth] = [at + outputs, at + 2 * outputs, at + 3 * outputs];
      const b = above[second] * derivative(y[second]);
      const c = above[third] * derivative(y[third]);
      const d = above[fourth] * derivative(y[fourth]);
      if (!a && !b && !c && !d) continue; // of a ReLU that is off
      biasGradient[o] += b;
      biasGradient[o] += c;
      biasGradient[o] += d;
      for (let i = 0, from = first; i < inputs; i++, from++) {
        weightGradient[row + i] =
          weightGradient[row + i] +
          a * x[from] +
          b * x[from + inputs] +
          c * x[from + 2 * inputs] +
          d * x[from + 3 * inputs];
      }
    }
  }
}

/**
 * Four outputs at a time, as in `addGradients`.
 * @param {TrainableLayer} layer  its `slopes` receive the gradient with respect to its inputs
 * @param {Float64Array} above  (count * outputs) the gradient with respect to its outputs
 * @param {number} count
 */
function slopesBelow({ inputs, outputs, weight, derivative, y, slopes }, above, count) {
  slopes.fill(0, 0, count * inputs);
  const whole = outputs - (outputs % 4);
  for (let n = 0; n < count; n++) {
    const from = n * inputs;
    for (let o = 0; o < outputs; o += o < whole ? 4 : 1) {
      const at = n * outputs + o;
      const a = above[at] * derivative(y[at]);
      let row = o * inputs;
      if (o >= whole) {
        for (let i = 0; i < inputs; i++) slopes[from + i] += a * weight[row + i];
        continue;
      }
      const b = above[at + 1] * derivative(y[at + 1]);
      const c = above[at + 2] * derivative(y[at + 2]);
      const d = above[at + 3] * derivative(y[at + 3]);
      if (!a && !b && !c && !d) continue;
      for (let i = 0; i < inputs; i++, row++) {
        slopes[from + i] =
          slopes[from + i] +
          a * weight[row] +
          b * weight[row + inputs] +
          c * weight[row + 2 * inputs] +
          d * weight[row + 3 * inputs];
      }
    }
  }
}
