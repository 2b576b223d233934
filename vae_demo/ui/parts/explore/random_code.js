// Random codes of a run, and their temperature: how far they are from the middle.

import { gaussian } from "../../engine/code_arithmetic.js";
import { EMPTY_SPACE } from "../../engine/code_space.js";

/** The last random code, as a direction from the middle. */
export class RandomCode {
  space = EMPTY_SPACE; // the run's
  temperature = 1;
  /** @type {?Float32Array} */
  direction = null; // from the centre to the code at temperature 1, if it is known

  /** The code has moved: its direction is another one. */
  forget() {
    this.direction = null;
  }

  /** Another random code. */
  draw() {
    this.direction = this.anyDirection();
    return this.space.drawn(this.temperature, this.direction);
  }

  /**
   * A code nearer to the middle, or farther from it; of the middle itself, a random one.
   * @param {Float32Array} z
   * @param {number} temperature
   * @returns {{ z: Float32Array, another: boolean }}  `another`: it is a random one
   */
  moved(z, temperature) {
    this.direction ??= this.space.direction(this.temperature, z);
    const another = !this.direction.some(Boolean);
    if (another) this.direction = this.anyDirection();
    this.temperature = temperature;
    return { z: this.space.drawn(temperature, this.direction), another };
  }

  anyDirection() {
    return this.space.scale.map((v) => v * gaussian());
  }
}
