// Adam (Kingma & Ba 2015), as torch.optim.Adam computes it.

/**
 * @typedef {Object} AdamOptions
 * @property {number} [lr]  learning rate
 * @property {number} [beta1]  decay of the mean of the gradients
 * @property {number} [beta2]  decay of the mean of their squares
 * @property {number} [epsilon]
 */

/** An optimizer of one array of parameters. */
export class Adam {
  steps = 0; // that it has made

  /**
   * @param {number} count  of parameters
   * @param {AdamOptions} [options]  without them, those of PyTorch
   */
  constructor(count, { lr = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = {}) {
    this.lr = lr; // may be changed between two steps
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.mean = new Float64Array(count);
    this.square = new Float64Array(count);
  }

  /**
   * Makes a step against the gradients.
   * @param {Float32Array|Float64Array} parameters  (count) are changed
   * @param {ArrayLike<number>} gradients  (count)
   */
  step(parameters, gradients) {
    const { mean, square, lr, beta1, beta2, epsilon } = this;
    this.steps++;
    const first = 1 - beta1 ** this.steps;
    const second = 1 - beta2 ** this.steps;
    for (let i = 0; i < mean.length; i++) {
      const gradient = gradients[i];
      mean[i] += (1 - beta1) * (gradient - mean[i]);
      square[i] += (1 - beta2) * (gradient * gradient - square[i]);
      parameters[i] -= (lr * (mean[i] / first)) / (Math.sqrt(square[i] / second) + epsilon);
    }
  }
}
