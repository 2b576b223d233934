// The two pictures of a straightened curve: the curve in space, and its codes on a line.

/**
 * @import { SpaceView } from "./space_view.js"
 * @import { Straight } from "./straight.js"
 */

const FLOOR = -1.1; // its height in space
const CORNERS = [-1, 1].flatMap((x) => [-1, 1].map((y) => [0.8 * x, 0.8 * x * y]));
const DOT = 2.6; // radius of a point of the curve in CSS pixels
const EDGE = 10; // CSS pixels at both ends of the line, half of the slider's thumb
const TICK = 14; // height of a code's tick in CSS pixels; those in the ball are twice as high

// Colours from the least code to the largest.
const COLOURS = Array.from({ length: 100 }, (_, i) => `hsl(${260 - 220 * (i / 99)} 75% 55%)`);

/**
 * The colour of a code.
 * @param {number} share  from 0 for the least code to 1 for the largest
 */
function colourOf(share) {
  return COLOURS[Math.round(share * (COLOURS.length - 1))];
}

/**
 * Draws the curve, its decoded line, the point of a code and the ball around it.
 * @param {SpaceView} view
 * @param {Straight} straight
 * @param {Float64Array} point  (3)
 * @param {number} radius  of the ball
 * @param {string} accent  the colour of the point
 */
export function drawSpace(view, straight, point, radius, accent) {
  const { ink, width, height, sharpness, theme } = view;
  if (!theme) return;
  ink.clearRect(0, 0, width, height);
  const { points, shares, inside, line, count } = straight;
  drawFloor(view, points);
  const centre = view.see(point);
  ink.beginPath();
  ink.arc(centre.x, centre.y, radius * centre.size, 0, 2 * Math.PI);
  ink.globalAlpha = 0.14;
  ink.fillStyle = accent;
  ink.fill();
  ink.globalAlpha = 0.6;
  ink.strokeStyle = theme.text;
  ink.lineWidth = 1.2 * sharpness;
  ink.beginPath();
  for (let i = 0; i < line.length; i += 3) {
    const { x, y } = view.see(line, i);
    ink.lineTo(x, y);
  }
  ink.stroke();
  const seen = Array.from({ length: count }, (_, i) => ({ i, ...view.see(points, 3 * i) }));
  for (const { i, x, y, near } of seen.sort((a, b) => a.near - b.near)) {
    ink.globalAlpha = 0.35 + 0.65 * near;
    ink.beginPath();
    ink.arc(x, y, DOT * sharpness * (0.7 + 0.6 * near) * (inside[i] ? 1.7 : 1), 0, 2 * Math.PI);
    ink.fillStyle = colourOf(shares[i]);
    ink.fill();
  }
  ink.globalAlpha = 1;
  ink.beginPath();
  ink.arc(centre.x, centre.y, 7 * sharpness, 0, 2 * Math.PI);
  ink.fillStyle = accent;
  ink.fill();
  ink.strokeStyle = theme.ground;
  ink.lineWidth = 2 * sharpness;
  ink.stroke();
}

/**
 * Draws a floor below the curve with the curve's shadow, by which the eye judges depth.
 * @param {SpaceView} view
 * @param {Float64Array} points  (n * 3)
 */
function drawFloor(view, points) {
  const { ink, sharpness, theme } = view;
  ink.strokeStyle = ink.fillStyle = theme?.text ?? "";
  ink.lineWidth = sharpness;
  ink.beginPath();
  for (const [x, y] of CORNERS) {
    const corner = view.see([x, y, FLOOR]);
    ink.lineTo(corner.x, corner.y);
  }
  ink.closePath();
  ink.globalAlpha = 0.05;
  ink.fill();
  ink.globalAlpha = 0.25;
  ink.stroke();
  ink.beginPath();
  for (let i = 0; i < points.length; i += 3) {
    const { x, y } = view.see([points[i], points[i + 1], FLOOR]);
    ink.lineTo(x, y);
  }
  ink.lineWidth = 3 * sharpness;
  ink.stroke();
}

/**
 * Draws the codes of all points as ticks on a line.
 * @param {CanvasRenderingContext2D} ink
 * @param {Straight} straight
 * @param {number} sharpness  device pixels per CSS pixel
 */
export function drawCodes(ink, { shares, inside }, sharpness) {
  const { width, height } = ink.canvas;
  ink.clearRect(0, 0, width, height);
  ink.lineWidth = 1.5 * sharpness;
  shares.forEach((share, i) => {
    const x = (EDGE + share * (width / sharpness - 2 * EDGE)) * sharpness;
    ink.beginPath();
    ink.moveTo(x, height);
    ink.lineTo(x, height - TICK * (inside[i] ? 2 : 1) * sharpness);
    ink.strokeStyle = colourOf(share);
    ink.globalAlpha = inside[i] ? 1 : 0.5;
    ink.stroke();
  });
  ink.globalAlpha = 1;
}
