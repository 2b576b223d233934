// What background_networks.js has done in the background: networks repair a digit.
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
    if (known) networks.set(known.method, readLayers(known.file));
    if (!question) return;
    /** @param {Layer[]} layers */
    const pixels = (layers) =>
      Uint8ClampedArray.from(forward(layers, question.damaged), (v) => 255 * v);
    page.postMessage(new Map(Array.from(networks, ([name, layers]) => [name, pixels(layers)])));
  };
}
