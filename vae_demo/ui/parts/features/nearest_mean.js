// The classifier of the Features page, as `nearest_mean` in vae_demo/evaluation/few_labels.py.

const CLASSES = 10;

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
  const means = new Float64Array(CLASSES * width);
  const counts = new Uint32Array(CLASSES);
  for (const at of labelled) {
    const label = labels[at];
    counts[label]++;
    for (let i = 0; i < width; i++) means[label * width + i] += inputs[at * width + i];
  }
  for (let label = 0; label < CLASSES; label++) {
    for (let i = 0; i < width; i++) means[label * width + i] /= counts[label] || 1;
  }
  const found = new Uint8Array(labels.length);
  for (let at = 0; at < found.length; at++) {
    let least = Infinity;
    for (let label = 0; label < CLASSES; label++) {
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
