// Losses for training in the browser: the sum over the numbers of an example, the mean over the
// batch. Each writes its gradient with respect to the outputs of the network.

/**
 * ½‖y − target‖², the Gaussian distortion of vae_demo/models/losses.py.
 * @param {Float64Array} outputs  (count * size), those of `TrainableNetwork.forward`
 * @param {ArrayLike<number>} targets  (count * size)
 * @param {number} count  of examples
 * @param {Float64Array} slopes  (count * size) receives the gradient
 * @returns {number}  the mean over the batch
 */
export function squaredError(outputs, targets, count, slopes) {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) {
    const error = outputs[i] - targets[i];
    slopes[i] = error / count;
    sum += error * error;
  }
  return sum / 2 / count;
}

/**
 * −log p(target) of Bernoulli numbers with these logits, the Bernoulli distortion of
 * vae_demo/models/losses.py.
 * @param {Float64Array} logits  (count * size), those of `TrainableNetwork.forward`
 * @param {ArrayLike<number>} targets  (count * size) in [0, 1]
 * @param {number} count  of examples
 * @param {Float64Array} slopes  (count * size) receives the gradient
 * @returns {number}  the mean over the batch, in nats
 */
export function bernoulliError(logits, targets, count, slopes) {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) {
    const logit = logits[i];
    sum += Math.max(logit, 0) - logit * targets[i] + Math.log1p(Math.exp(-Math.abs(logit)));
    slopes[i] = (1 / (1 + Math.exp(-logit)) - targets[i]) / count;
  }
  return sum / count;
}
