// The posteriors of all digits, and what pushes each: the reconstruction and the rate.
import { ratePush } from "./bubble_vae.js";

/**
 * @import { Bubble, Numbers } from "./bubble_map.js"
 * @import { BubbleVAE } from "./bubble_vae.js"
 */

/** @typedef {{ noise: number[], weights: number[] }} Quadrature  nodes and weights for a Gaussian */

export class Posteriors {
  next = 0; // the bubble whose pushes are computed next

  /**
   * @param {BubbleVAE} vae
   * @param {ArrayLike<number>} labels  of the digits
   * @param {Quadrature} quadrature
   */
  constructor(vae, labels, quadrature) {
    this.vae = vae;
    this.quadrature = quadrature;
    /** @type {Bubble[]} */
    this.bubbles = Array.from(labels, (label) => ({
      label,
      posterior: [0, 0, 0, 0],
      reconstruction: [0, 0, 0, 0],
      rate: [0, 0, 0, 0],
    }));
  }

  /**
   * Takes the posteriors from the encoder, and computes how the rate pushes them.
   * @param {number} weight  of the rate
   * @param {number} chosen  the bubble that the visitor may have moved
   * @param {?Numbers} moved  what the visitor has made of it; null for nothing
   */
  read(weight, chosen, moved) {
    const { mean, logvar } = this.vae;
    this.bubbles.forEach(({ posterior }, i) => {
      for (let k = 0; k < 2; k++) {
        posterior[k] = mean[2 * i + k];
        posterior[2 + k] = logvar[2 * i + k];
      }
    });
    if (moved) this.bubbles[chosen].posterior = [...moved];
    for (const bubble of this.bubbles) pushByRate(bubble, weight);
  }

  /**
   * Computes how the reconstruction pushes the next bubbles, and the chosen one.
   * @param {number} count  of the next ones
   * @param {number} chosen
   * @param {boolean} reconstruction  whether it pushes
   */
  push(count, chosen, reconstruction) {
    const all = this.bubbles.length;
    const which = Array.from({ length: Math.min(count, all) }, (_, i) => (this.next + i) % all);
    this.next = (this.next + count) % all;
    for (const index of new Set([...which, chosen])) this.pushOne(index, reconstruction);
  }

  /**
   * @param {number} index
   * @param {boolean} reconstruction  whether it pushes
   */
  pushOne(index, reconstruction) {
    const bubble = this.bubbles[index];
    const [mean, logvar] = [bubble.posterior.slice(0, 2), bubble.posterior.slice(2)];
    bubble.reconstruction = reconstruction
      ? this.vae.reconstructionPush(index, mean, logvar, this.quadrature)
      : [0, 0, 0, 0];
  }

  /** The mean radius of the bubbles: of each, the geometric mean of both standard deviations. */
  get radius() {
    return average(this.bubbles.map(({ posterior: [, , a, b] }) => Math.exp((a + b) / 4)));
  }

  /** The root-mean-square distance of the means from the centre. */
  get spread() {
    return Math.sqrt(average(this.bubbles.map(({ posterior: [x, y] }) => x * x + y * y)));
  }
}

/** @param {Bubble} bubble @param {number} weight  of the rate */
function pushByRate(bubble, weight) {
  const { posterior } = bubble;
  const push = ratePush(posterior.slice(0, 2), posterior.slice(2));
  bubble.rate = /** @type {Numbers} */ (push.map((value) => weight * value));
}

/** @param {number[]} values */
function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
