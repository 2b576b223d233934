// What background_networks.js has done in the background: networks repair a digit.
import { DIGIT_PIXELS } from "./dom.js";
import { forward } from "./layers.js";
import { readLayers } from "./network.js";

/**
 * @import { Layer } from "./layers.js"
 */

/** @param {MessagePort} page */
export function serve(page) {
  /** @type {Map<string, Layer[]>} */
  const networks = new Map();
  page.onmessage = ({ data: { known, question } }) => {
    if (known) {
      const layers = readLayers(known.file);
      forward(layers, new Float32Array(DIGIT_PIXELS)); // so that the first answer is as quick as the others
      networks.set(known.method, layers);
    }
    if (!question) return;
    /** @param {Layer[]} layers */
    const pixels = (layers) =>
      Uint8ClampedArray.from(forward(layers, question.damaged), (v) => 255 * v);
    page.postMessage(new Map(Array.from(networks, ([name, layers]) => [name, pixels(layers)])));
  };
}
