// What the part "posterior" has done in the background: the ELBO of the visitor's Gaussian.
import { readNetwork } from "../../engine/network.js";
import { elbo, logitsOf } from "./gaussian.js";

/**
 * @import { Layer } from "../../engine/layers.js"
 */

/** @param {MessagePort} page */
export function serve(page) {
  /** @type {Layer[]} */
  let layers = [];
  page.onmessage = ({ data: { known, question } }) => {
    if (known) layers = logitsOf(readNetwork(known).decoder);
    if (!question) return;
    page.postMessage(elbo(layers, question.x, question.hand, question.quadrature));
  };
}
