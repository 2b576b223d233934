// The part "timeline": a run's latent means on their way through its moments, and ten test digits
// that sharpen meanwhile, with one slider for both. Python hears nothing of it.
import {
  DIGIT_SIDE, digitCanvas, element, fromBase64, paintDigit, setAttribute,
} from "./page.js";
import { Player, ease } from "./player.js";

// One round, in milliseconds: through the run, a rest on its last moment, and quickly back.
const ROUND = { forward: 8000, rest: 2000, back: 900, pause: 0, eased: false };

const DIGITS = 10;
const DOT = 2.4; // radius in CSS pixels
const LABEL = 21; // height of a cluster's label in CSS pixels
const HALO = 5; // thickness of the line around a label
const APART = 17; // labels keep this distance where clusters lie on each other
const EDGE = 8; // what stays free between the farthest point and the canvas's edge

/** The timeline of each place where the part is mounted: this runs again at each change of data. */
const timelines = new WeakMap();

/**
 * data: {
 *   points: base64 of (moments, points, 2) little-endian uint16: 0 is -span, 65535 is span,
 *   span: largest coordinate of the run,
 *   reach: [x, y], what must fit between the middle and the edges; the same for all moments,
 *   labels: base64 of one byte a point, its digit,
 *   strip: base64 of (moments, 10, 28, 28) bytes,
 *   at: epochs done at each moment,
 *   colours: CSS colours of the ten digits,
 *   text: { label, play, pause, epoch, slider }; "{at}" in epoch stands for the number,
 *   play: whether it plays by itself,
 *   height: height of the cloud in CSS pixels,
 * }
 */
export default function timeline({ data, parentElement }) {
  let shown = timelines.get(parentElement);
  if (!shown) timelines.set(parentElement, (shown = new Timeline(Boolean(data?.play))));
  if (shown.root.parentNode !== parentElement) parentElement.append(shown.root);
  shown.follow(data ?? {});
  return () => {
    timelines.delete(parentElement);
    shown.leave();
  };
}

class Timeline {
  moment = null; // the moment whose digits are painted

  constructor(play) {
    const show = (place) => this.draw(place);
    this.player = new Player({ testid: "epoch", round: ROUND, play, show });
    this.player.go(1); // the first picture is the trained one
    this.cloud = element("canvas", { class: "cloud", role: "img", "data-testid": "latent-cloud" });
    this.ink = this.cloud.getContext("2d");
    this.digits = Array.from({ length: DIGITS }, (_, digit) =>
      digitCanvas({ "aria-label": String(digit), "data-testid": "epoch-digit" }));
    this.epoch = element("span", { class: "epoch", "aria-hidden": "true" });
    this.player.row.append(this.epoch);
    this.root = element(
      "div", { class: "timeline" },
      this.cloud, element("div", { class: "strip" }, ...this.digits), this.player.row,
    );

    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.cloud);
    this.player.watch(this.root);
  }

  /** Lets go of everything outside its own elements. */
  leave() {
    this.resizing.disconnect();
    this.player.leave();
    this.root.remove();
  }

  // ---- what Python says

  /** Takes a run over. The same run again, after a rerun, changes nothing that is moving. */
  follow(data) {
    const same = data.points === this.data?.points && data.strip === this.data?.strip;
    this.data = data;
    this.text = data.text ?? {};
    this.at = data.at ?? [];
    this.last = Math.max(this.at.length - 1, 0);
    if (!same) {
      this.moment = null;
      this.pixels = fromBase64(data.strip);
      this.arrange(fromBase64(data.labels), new Uint16Array(fromBase64(data.points).buffer));
    }
    const epochs = this.at.map((_, moment) => this.name(moment).length);
    this.epoch.style.minWidth = `${Math.max(0, ...epochs)}ch`; // so that the slider keeps its length
    this.cloud.style.height = `${Number(data.height) || 360}px`;
    this.digits.forEach((digit, i) => digit.style.setProperty("--digit", data.colours?.[i] ?? ""));
    setAttribute(this.cloud, "aria-label", this.text.label);
    this.player.follow(this.last, 1, this.text); // draws, also after a change of theme
  }

  /** Puts the points of one digit side by side, for each colour is drawn in one go. */
  arrange(labels, steps) {
    const order = Array.from(labels.keys()).sort((a, b) => labels[a] - labels[b]);
    const unit = this.data.span / 32767.5;
    this.count = labels.length;
    this.places = new Float32Array(steps.length); // (moments, points, 2) in latent units
    for (let start = 0; start < steps.length; start += 2 * this.count) {
      order.forEach((point, i) => {
        this.places[start + 2 * i] = steps[start + 2 * point] * unit - this.data.span;
        this.places[start + 2 * i + 1] = steps[start + 2 * point + 1] * unit - this.data.span;
      });
    }
    this.ends = Array.from({ length: DIGITS }, (_, digit) =>
      labels.reduce((total, label) => total + (label <= digit), 0));
  }

  /** What a moment is called: "Epoch 0.25". */
  name(moment) {
    return (this.text.epoch ?? "{at}").replace("{at}", String(this.at[moment] ?? ""));
  }

  // ---- the picture

  /** As many device pixels as the screen has under the canvas. */
  resize() {
    this.sharpness = window.devicePixelRatio || 1;
    this.cloud.width = Math.round(this.cloud.clientWidth * this.sharpness);
    this.cloud.height = Math.round(this.cloud.clientHeight * this.sharpness);
    this.player.draw();
  }

  /** Draws a place in the run: 0 is its first moment, 1.5 between the second and third. */
  draw(place) {
    const moment = Math.round(place);
    if (moment !== this.moment) this.show(moment);
    if (this.sharpness && this.cloud.width) this.drawCloud(place);
  }

  /** The digits as the run made them at a moment, and the moment's name. */
  show(moment) {
    this.moment = moment;
    const size = DIGIT_SIDE * DIGIT_SIDE;
    this.digits.forEach((digit, i) => {
      const start = (moment * DIGITS + i) * size;
      paintDigit(digit, this.pixels.subarray(start, start + size));
    });
    this.epoch.textContent = this.name(moment);
    setAttribute(this.player.slider, "aria-valuetext", this.name(moment));
  }

  drawCloud(place) {
    const { ink, places, sharpness } = this;
    const { width, height } = this.cloud;
    const [across, up] = this.data.reach ?? [1, 1];
    const edge = 2 * EDGE * sharpness;
    // One scale for both axes, for distances are what the eye compares.
    const scale = Math.min((width - edge) / across, (height - edge) / up) / 2;
    const from = Math.floor(place);
    const now = from * this.count * 2;
    const next = Math.min(from + 1, this.last) * this.count * 2;
    const way = ease(place - from);
    const radius = DOT * sharpness;

    ink.clearRect(0, 0, width, height);
    ink.globalAlpha = 0.8;
    const centres = [];
    let point = 0;
    this.ends.forEach((end, digit) => {
      const first = point;
      let sumX = 0;
      let sumY = 0;
      ink.beginPath();
      for (; point < end; point++) {
        const i = 2 * point;
        const x = width / 2 + scale * (places[now + i] + way * (places[next + i] - places[now + i]));
        const y =
          height / 2 -
          scale * (places[now + i + 1] + way * (places[next + i + 1] - places[now + i + 1]));
        ink.moveTo(x + radius, y);
        ink.arc(x, y, radius, 0, 2 * Math.PI);
        sumX += x;
        sumY += y;
      }
      ink.fillStyle = this.data.colours[digit];
      ink.fill();
      const count = end - first;
      if (count) centres.push({ digit, x: sumX / count, y: sumY / count });
    });
    this.drawLabels(centres);
  }

  /**
   * Each digit at the middle of its cluster, in the theme's colours as they are now. Before there
   * are clusters, ten labels on one spot would only hide it: they appear as the clusters part.
   */
  drawLabels(centres) {
    const { ink, sharpness } = this;
    const spread = deviation(centres) / sharpness;
    ink.globalAlpha = ease(Math.min(Math.max((spread - APART / 2) / APART, 0), 1));
    if (!ink.globalAlpha) return;
    const style = getComputedStyle(this.cloud);
    ink.font = `700 ${LABEL * sharpness}px ${style.fontFamily}`;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    ink.lineJoin = "round";
    ink.lineWidth = HALO * sharpness;
    ink.strokeStyle = style.getPropertyValue("--ground");
    ink.fillStyle = style.color;
    part(centres, APART * sharpness);
    for (const { digit, x, y } of centres) {
      ink.strokeText(digit, x, y);
      ink.fillText(digit, x, y);
    }
  }
}

/** How far places lie from their middle, in the mean of squares. */
function deviation(places) {
  const mean = (value) => places.reduce((sum, place) => sum + value(place), 0) / places.length;
  const x = mean((place) => place.x);
  const y = mean((place) => place.y);
  return Math.sqrt(mean((place) => (place.x - x) ** 2 + (place.y - y) ** 2));
}

/** Pushes places that are closer than `distance` apart, each pair by halves, a few times over. */
function part(places, distance) {
  for (let turn = 0; turn < 12; turn++) {
    for (const one of places) {
      for (const other of places) {
        if (one.digit >= other.digit) continue;
        const x = other.x - one.x || 0.01;
        const y = other.y - one.y;
        const apart = Math.hypot(x, y);
        const push = Math.max(distance - apart, 0) / apart / 2;
        one.x -= push * x;
        one.y -= push * y;
        other.x += push * x;
        other.y += push * y;
      }
    }
  }
}
