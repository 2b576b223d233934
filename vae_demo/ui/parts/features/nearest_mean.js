// The classifier of the Features page, as `nearest_mean` in vae_demo/evaluation/few_labels.py.

/**
 * The class of each input: that whose labelled inputs have the nearest mean.
 * @param {ArrayLike<number>} inputs  (n, width)
 * @param {number} width
 * @param {number[]} labelled  positions of the labelled inputs
 * @param {ArrayLike<number>} labels  (n)
 * @returns {?Uint8Array}  (n); null if none is labelled
 */
export function nearestMean(inputs, width, labelled, labels) {
  if (!labelled.length) return null;
  const classes = 1 + labelled.reduce((most, at) => Math.max(most, labels[at]), 0);
  const means = new Float64Array(classes * width);
  const counts = new Uint32Array(classes);
  for (const at of labelled) {
    const label = labels[at];
    counts[label]++;
    for (let i = 0; i < width; i++) means[label * width + i] += inputs[at * width + i];
  }
  for (let label = 0; label < classes; label++) {
    for (let i = 0; i < width; i++) means[label * width + i] /= counts[label] || 1;
  }
  const found = new Uint8Array(labels.length);
  for (let at = 0; at < found.length; at++) {
    let least = Infinity;
    for (let label = 0; label < classes; label++) {
      if (!counts[label]) continue;
      let distance = 0;
      for (let i = 0; i < width && distance < least; i++) {
        distance += (inputs[at * width + i] - means[label * width + i]) ** 2;
      }
      if (distance < least) {
        least = distance;
        found[at] = label;
      }
    }
  }
  return found;
}

/**
 * The share of the digits that are not labelled whose class is right; 0 if there is none.
 * @param {?Uint8Array} found  (n)
 * @param {ArrayLike<number>} labels  (n)
 * @param {Set<number>} labelled
 * @returns {number}
 */
export function shareRight(found, labels, labelled) {
  let right = 0;
  let count = 0;
  for (let at = 0; found && at < found.length; at++) {
    if (labelled.has(at)) continue;
    count++;
    right += Number(found[at] === labels[at]);
  }
  return count ? right / count : 0;
}
