// The part "timeline": a run's latent means on their way through its moments, and ten test digits
// that sharpen meanwhile, with one slider for both. Python hears nothing of it.
import {
  DIGIT_SIDE, digitCanvas, element, fromBase64, paintDigit, setAttribute,
} from "./page.js";

// One round, in milliseconds: through the run, a rest on its last moment, and quickly back.
const FORWARD = 8000;
const REST = 2000;
const BACK = 900;
const LONGEST_STEP = 100; // a page that was away for a minute goes on where it was left

const DIGITS = 10;
const DOT = 2.4; // radius in CSS pixels
const LABEL = 21; // height of a cluster's label in CSS pixels
const HALO = 5; // thickness of the line around a label
const APART = 17; // labels keep this distance where clusters lie on each other
const EDGE = 8; // what stays free between the farthest point and the canvas's edge
const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
const PLAY = "M8 5l11 7-11 7Z";
const PAUSE = "M8 5v14M16 5v14";

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
  clock = FORWARD; // the first picture is the trained one
  moment = null; // the moment whose digits are painted
  visible = false;
  frame = 0; // the animation frame that is asked for, 0 for none
  before = null; // when the last animation frame was

  constructor(play) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.playing = play && !calm;
    this.cloud = element("canvas", { class: "cloud", role: "img", "data-testid": "latent-cloud" });
    this.ink = this.cloud.getContext("2d");
    this.digits = Array.from({ length: DIGITS }, (_, digit) =>
      digitCanvas({ "aria-label": String(digit), "data-testid": "epoch-digit" }));
    this.button = element("button", { type: "button", "data-testid": "epoch-play" });
    this.button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path/></svg>';
    this.slider = element("input", {
      type: "range", min: "0", step: "any", "data-testid": "epoch-slider",
    });
    this.epoch = element("span", { class: "epoch", "aria-hidden": "true" });
    this.tools = element("div", { class: "scrub" }, this.button, this.slider, this.epoch);
    this.root = element(
      "div", { class: "timeline" },
      this.cloud, element("div", { class: "strip" }, ...this.digits), this.tools,
    );

    this.button.onclick = () => this.toggle();
    this.slider.onpointerdown = () => this.play(false);
    this.slider.oninput = () => this.take(Number(this.slider.value));
    this.slider.onkeydown = (event) => this.key(event);

    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.cloud);
    this.watching = new IntersectionObserver((entries) => {
      this.visible = entries.at(-1).isIntersecting;
      this.run();
    });
    this.watching.observe(this.root);
    this.awake = () => this.run();
    document.addEventListener("visibilitychange", this.awake);
  }

  /** Lets go of everything outside its own elements. */
  leave() {
    this.resizing.disconnect();
    this.watching.disconnect();
    document.removeEventListener("visibilitychange", this.awake);
    this.visible = false;
    this.run();
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
    this.slider.max = String(this.last);
    this.tools.hidden = this.last === 0;
    setAttribute(this.cloud, "aria-label", this.text.label);
    setAttribute(this.slider, "aria-label", this.text.slider);
    this.play(this.playing);
    this.draw(); // also after a change of theme
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

  // ---- time

  play(playing) {
    this.playing = playing;
    const name = playing ? this.text.pause : this.text.play;
    setAttribute(this.button, "aria-label", name);
    setAttribute(this.button, "title", name);
    setAttribute(this.button.querySelector("path"), "d", playing ? PAUSE : PLAY);
    this.run();
  }

  toggle() {
    if (!this.playing && progress(this.clock) === 1) this.clock = FORWARD + REST; // no rest first
    this.play(!this.playing);
  }

  /** The hand takes over and goes to a place in the run: 0 is its first moment, 1.5 between two. */
  take(place) {
    this.play(false);
    this.clock = (Math.min(Math.max(place, 0), this.last) / (this.last || 1)) * FORWARD;
    this.draw();
  }

  /** The arrow keys go from moment to moment; the other keys are the slider's own. */
  key(event) {
    const way = ARROWS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const place = this.place();
    this.take(way > 0 ? Math.floor(place + 1e-6) + 1 : Math.ceil(place - 1e-6) - 1);
  }

  /** Asks for animation frames while they are of use, and only then. */
  run() {
    const wanted = this.playing && this.visible && !document.hidden && this.last > 0;
    if (wanted && !this.frame) {
      this.before = null;
      this.frame = requestAnimationFrame((now) => this.tick(now));
    } else if (!wanted) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
    }
  }

  tick(now) {
    const step = Math.min(now - (this.before ?? now), LONGEST_STEP);
    this.before = now;
    this.clock = (this.clock + step) % (FORWARD + REST + BACK);
    this.frame = requestAnimationFrame((next) => this.tick(next));
    this.draw();
  }

  /** Where in the run the clock stands: 0 is the first moment, 1.5 between the second and third. */
  place() {
    return progress(this.clock) * this.last;
  }

  // ---- the picture

  /** As many device pixels as the screen has under the canvas. */
  resize() {
    this.sharpness = window.devicePixelRatio || 1;
    this.cloud.width = Math.round(this.cloud.clientWidth * this.sharpness);
    this.cloud.height = Math.round(this.cloud.clientHeight * this.sharpness);
    this.draw();
  }

  draw() {
    const place = this.place();
    const moment = Math.round(place);
    this.slider.value = String(Math.round(place * 1000) / 1000);
    this.slider.style.setProperty("--done", `${(100 * place) / (this.last || 1)}%`);
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
    setAttribute(this.slider, "aria-valuetext", this.name(moment));
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

/** How much of the run, 0 to 1, is behind when the clock of a round shows this. */
function progress(clock) {
  const back = Math.max(clock - FORWARD - REST, 0) / BACK;
  return back ? 1 - ease(Math.min(back, 1)) : Math.min(clock / FORWARD, 1);
}

/** 0 to 1, with a gentle start and end. */
function ease(share) {
  return share * share * (3 - 2 * share);
}
