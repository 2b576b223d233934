// The slider that fades the decoded plane in behind the points.
import { element, onRelease, setAttribute, setText } from "../../engine/dom.js";
import { slider } from "../../engine/slider.js";

/** A slider with its name. */
export class PlaneOpacity {
  /**
   * @param {(opacity: number) => void} fade  called with the opacity, 0 to 1, while it changes
   * @param {() => void} release
   */
  constructor(fade, release) {
    this.fade = fade;
    this.slider = slider({ min: "0", max: "1", step: "0.01", "data-testid": "epoch-fade" });
    this.label = element("span");
    this.root = element("label", { class: "fade" }, this.label, this.slider);
    this.slider.oninput = () => fade(this.value);
    onRelease(this.slider, release);
  }

  get value() {
    return Number(this.slider.value);
  }

  /** @param {number} opacity  0 to 1 */
  set(opacity) {
    this.slider.value = String(opacity);
    this.fade(opacity);
  }

  /**
   * @param {string} text  the name of the plane
   * @param {boolean} shown  whether the run has a plane
   */
  name(text, shown) {
    this.root.hidden = !shown;
    setText(this.label, text);
    setAttribute(this.slider, "aria-label", text);
  }
}
