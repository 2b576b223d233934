// Make an 8 with two latents.
import { digitCanvas, element, paintDigit, setAttribute, setText } from "../../../engine/dom.js";
import { fetchFile } from "../../../engine/files.js";
import { decode, readNetwork } from "../../../engine/network.js";
import { OncePerFrame } from "../../../engine/once_per_frame.js";
import { slider } from "../../../engine/slider.js";
import { Task } from "./task.js";

/** @import { Network } from "../../../engine/network.js" */
/** @import { Place } from "./task.js" */

/** Two sliders and the picture of their code. */
export class Eight extends Task {
  /** @type {?Network} */
  network = null;
  frames = new OncePerFrame(() => this.show());

  /** @param {Place} place */
  constructor(place) {
    super(place);
    this.canvas = digitCanvas({ "data-testid": "decoded" });
    setAttribute(this.canvas, "aria-label", this.text.picture);
    const { low, high, start } = place.plane;
    this.outputs = low.map(() => element("output", { "aria-hidden": "true" }));
    this.sliders = low.map((_, i) => {
      const ends = { min: `${low[i]}`, max: `${high[i]}`, step: "0.01", value: `${start[i]}` };
      const input = slider({ ...ends, "data-testid": "latent-slider", "data-dim": `${i}` });
      input.setAttribute("aria-label", this.name(i));
      input.oninput = () => this.frames.ask();
      return input;
    });
    const settings = this.sliders.map((input, i) =>
      element(
        "label",
        { class: "setting" },
        element("span", {}, this.name(i)),
        this.outputs[i],
        input,
      ),
    );
    this.tools.append(...settings, this.line);
    this.root.append(this.canvas, this.tools);
  }

  async load() {
    this.network = readNetwork(await fetchFile(this.place.files.decoder));
    await super.load();
  }

  leave() {
    this.frames.leave();
  }

  /** @param {number} i */
  name(i) {
    return this.text.latent.replace("{number}", `${i + 1}`);
  }

  get state() {
    return { z: this.sliders.map((input) => Number(input.value)) };
  }

  paint() {
    this.frames.ask();
  }

  show() {
    const z = this.sliders.map((input) => Number(input.value));
    z.forEach((v, i) => setText(this.outputs[i], this.format(v, 2)));
    if (!this.network) return;
    const pixels = decode(this.network, Float32Array.from(z)).map((v) => 255 * v);
    paintDigit(this.canvas, pixels);
    this.say(pixels);
  }
}
