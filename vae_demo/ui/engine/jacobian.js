// The Jacobian of a network's first layers with respect to its inputs, and the penalty of the
// contractive autoencoder (Rifai et al. 2011): the squared Frobenius norm ‖∂h/∂x‖².

/** @import { TrainableNetwork } from "./dense_training.js" */

/**
 * The second derivatives of activation functions, computed from the function's value y.
 * @type {Object<string, (y: number) => number>}
 */
const SECOND_DERIVATIVES = {
  linear: () => 0,
  relu: () => 0,
  tanh: (y) => -2 * y * (1 - y * y),
  sigmoid: (y) => y * (1 - y) * (1 - 2 * y),
};

/** The Jacobian for a batch, computed forwards: one tangent for each input. */
export class Jacobian {
  capacity = 0; // examples for which there is room
  /** @type {Float64Array[]} */
  sums = []; // of each layer (count, inputs, outputs): the derivatives of its weighted sums
  /** @type {Float64Array[]} */
  tangents = []; // (count, inputs, outputs): those of its outputs; at 0, of the inputs
  /** @type {Float64Array[]} */
  tangentSlopes = []; // the gradient of the penalty with respect to `tangents`
  /** @type {Float64Array[]} */
  slopes = []; // (count, outputs) with respect to the outputs

  /**
   * @param {TrainableNetwork} network
   * @param {number} depth  number of its first layers
   */
  constructor(network, depth) {
    this.network = network;
    this.depth = depth;
    this.inputs = network.layers[0].inputs;
  }

  /**
   * The Jacobian at the inputs of the network's last `forward`. The next call overwrites it.
   * @param {number} count  of examples
   * @returns {Float64Array}  (count * inputs * outputs), at least: ∂hₒ/∂xⱼ, for each j all o
   */
  forward(count) {
    if (count > this.capacity) this.#reserve(count);
    const { network, inputs, sums, tangents } = this;
    for (let l = 0; l < this.depth; l++) {
      const { weight, derivative, y, inputs: width, outputs } = network.layers[l];
      const [below, sum, above] = [tangents[l], sums[l], tangents[l + 1]];
      const whole = outputs - (outputs % 4);
      for (let n = 0; n < count; n++) {
        for (let j = 0; j < inputs; j++) {
          const from = (n * inputs + j) * width;
          const to = (n * inputs + j) * outputs;
          // Four sums at a time, so that an addition does not wait for the one before it.
          for (let o = 0, row = 0; o < whole; o += 4, row += 4 * width) {
            let [a, b, c, d] = [0, 0, 0, 0];
            for (let i = 0; i < width; i++) {
              const tangent = below[from + i];
              a += weight[row + i] * tangent;
              b += weight[row + width + i] * tangent;
              c += weight[row + 2 * width + i] * tangent;
              d += weight[row + 3 * width + i] * tangent;
            }
            sum[to + o] = a;
            sum[to + o + 1] = b;
            sum[to + o + 2] = c;
            sum[to + o + 3] = d;
          }
          for (let o = whole; o < outputs; o++) {
            let value = 0;
            for (let i = 0; i < width; i++) value += weight[o * width + i] * below[from + i];
            sum[to + o] = value;
          }
          for (let o = 0; o < outputs; o++) {
            above[to + o] = derivative(y[n * outputs + o]) * sum[to + o];
          }
        }
      }
    }
    return tangents[this.depth];
  }

  /**
   * Adds the gradient of the penalty strength · ‖J‖² to the network's `gradients`, after its
   * `forward`.
   * @param {number} strength
   * @param {number} count  of examples
   * @returns {number}  strength · ‖J‖², the mean over the batch
   */
  penalise(strength, count) {
    const top = this.forward(count);
    const { network, inputs, depth, sums, tangents, tangentSlopes, slopes } = this;
    const used = count * inputs * network.layers[depth - 1].outputs;
    let penalty = 0;
    for (let k = 0; k < used; k++) {
      penalty += top[k] * top[k];
      tangentSlopes[depth][k] = (2 * strength * top[k]) / count;
    }
    slopes[depth].fill(0);
    for (let l = depth - 1; l >= 0; l--) {
      const layer = network.layers[l];
      const { activation, weight, weightGradient, biasGradient, derivative, y } = layer;
      const { inputs: width, outputs } = layer;
      const second = SECOND_DERIVATIVES[activation];
      const x = l ? network.layers[l - 1].y : network.x;
      const [below, aboveSlopes, belowSlopes] = [
        tangents[l],
        tangentSlopes[l + 1],
        tangentSlopes[l],
      ];
      belowSlopes.fill(0);
      slopes[l].fill(0);
      for (let n = 0; n < count; n++) {
        for (let o = 0; o < outputs; o++) {
          const value = y[n * outputs + o];
          const first = derivative(value);
          const bend = second(value);
          let slope = first * slopes[l + 1][n * outputs + o]; // of the weighted sum
          for (let j = 0; j < inputs; j++) {
            const at = (n * inputs + j) * outputs + o;
            slope += bend * sums[l][at] * aboveSlopes[at];
          }
          biasGradient[o] += slope;
          for (let i = 0; i < width; i++) {
            weightGradient[o * width + i] += slope * x[n * width + i];
            slopes[l][n * width + i] += slope * weight[o * width + i];
          }
          for (let j = 0; j < inputs; j++) {
            const from = (n * inputs + j) * width;
            const turned = first * aboveSlopes[(n * inputs + j) * outputs + o];
            for (let i = 0; i < width; i++) {
              weightGradient[o * width + i] += turned * below[from + i];
              belowSlopes[from + i] += turned * weight[o * width + i];
            }
          }
        }
      }
    }
    return (strength * penalty) / count;
  }

  /** @param {number} count */
  #reserve(count) {
    this.capacity = count;
    const { network, depth, inputs } = this;
    const sizes = [inputs, ...network.layers.slice(0, depth).map(({ outputs }) => outputs)];
    const arrays = (/** @type {number[]} */ counts) => counts.map((n) => new Float64Array(n));
    this.sums = arrays(sizes.slice(1).map((size) => count * inputs * size));
    this.tangents = arrays(sizes.map((size) => count * inputs * size));
    this.tangentSlopes = arrays(sizes.map((size) => count * inputs * size));
    this.slopes = arrays(sizes.map((size) => count * size));
    const [unit] = this.tangents;
    for (let k = 0; k < count * inputs; k++) unit[k * inputs + (k % inputs)] = 1;
  }
}
