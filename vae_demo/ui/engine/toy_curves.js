// The curves of vae_demo/toys/curves.py, number for number.

/** @typedef {(t: number) => number[]} Curve  place from 0 to 1 -> a point of the plane or of space */

/** The shortest stroke, in units of the plane. */
export const SHORTEST = 0.5;

/** @type {(radius: number, angle: number) => number[]} */
const polar = (radius, angle) => [radius * Math.cos(angle), radius * Math.sin(angle)];

/**
 * The curves in the plane.
 * @type {Object<string, Curve>}
 */
export const CURVES = {
  arms(t) {
    const u = 2 * t - 1;
    return [1.5 * u ** 2 - 0.8, 0.75 * u];
  },
  spiral: (t) => polar(0.2 + 0.7 * t, 3 * Math.PI * t),
  circle: (t) => polar(0.75, 2 * Math.PI * t),
  moons(t) {
    const [x, y] = polar(0.6, 2 * Math.PI * t);
    const side = t < 0.5 ? 1 : -1;
    return [x - 0.3 * side, y - 0.15 * side];
  },
};

/**
 * The curves in space.
 * @type {Object<string, Curve>}
 */
export const SPACE_CURVES = {
  helix: (t) => [...polar(0.45, 5 * Math.PI * t), 2 * t - 1],
  cone: (t) => [...polar(0.15 + 0.5 * t, 3 * Math.PI * t), 2 * t - 1],
  knot(t) {
    const a = 2 * Math.PI * (0.02 + 0.96 * t);
    const x = Math.sin(a) + 2 * Math.sin(2 * a);
    const y = Math.cos(a) - 2 * Math.cos(2 * a);
    return [x / 3, y / 3, (-2 * Math.sin(3 * a)) / 3];
  },
};

/**
 * The straight lines between points, followed at constant speed.
 * @param {ArrayLike<number>} points  (m * 2)
 * @returns {?Curve}  null if they are shorter than `SHORTEST`
 */
export function strokeCurve(points) {
  const walked = [0];
  for (let i = 2; i < points.length; i += 2) {
    const step = Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]);
    walked.push(walked[walked.length - 1] + step);
  }
  const length = walked[walked.length - 1];
  if (!(length >= SHORTEST)) return null;
  return (t) => {
    const place = t * length;
    let next = 1;
    while (next < walked.length - 1 && walked[next] < place) next++;
    const share = (place - walked[next - 1]) / (walked[next] - walked[next - 1] || 1);
    const at = 2 * next;
    return [0, 1].map((k) => points[at - 2 + k] + share * (points[at + k] - points[at - 2 + k]));
  };
}

/**
 * Points at equal steps of t.
 * @param {Curve} curve
 * @param {number} count
 * @returns {Float64Array}  (count * dimensions)
 */
export function pointsOf(curve, count) {
  const points = Array.from({ length: count }, (_, i) => curve((i + 0.5) / count));
  return Float64Array.from(points.flat());
}
