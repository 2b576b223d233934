// The part "timeline": a run's latent means on their way through its moments, and ten test digits
// that sharpen meanwhile, with one slider for both. Where there is a view, also the decoded plane
// behind the points and one digit that is followed, and Python hears where the hand lets go.
import { Chosen } from "./followed_digit.js";
import { Drift } from "./moving_points.js";
import { paintInk } from "../../engine/ink.js";
import { telling } from "../../engine/page_changes.js";
import { readDecoders } from "../../engine/decoders.js";
import { readNetwork } from "../../engine/network.js";
import {
  DIGIT_SIDE, digitCanvas, element, fromBase64, leaving, paced, paintDigit, partAt, releases,
  setAttribute, setText,
} from "../../engine/dom.js";
import { Player } from "../../engine/player.js";
import { readSheet } from "../../engine/contact_sheet.js";
import { fetchFile } from "../../engine/files.js";
import { styleSheet, wear } from "../../engine/styles.js";

const STYLE = await styleSheet(new URL("../../engine/parts.css", import.meta.url));

// One round, in milliseconds: through the run, a rest on its last moment, and quickly back.
const ROUND = { forward: 8000, rest: 2000, back: 900, pause: 0, eased: false };
const DIGITS = 10;
const MOMENT_PACE = 50; // milliseconds between two things beside the points, in turn

/** The timeline of each place where the part is mounted: this runs again at each change of data. */
const timelines = new WeakMap();

/**
 * data: {
 *   points: base64 of (moments, points, 2) little-endian uint16: 0 is -span, 65535 is span,
 *   span: largest coordinate of the run,
 *   middle, reach: [x, y] of the map, which goes so far from there; the same for all moments,
 *   labels: base64 of one byte a point, its digit,
 *   strip: base64 of (moments, 10, 28, 28) bytes,
 *   at: epochs done at each moment,
 *   captions: a line for each moment, or none,
 *   colours: CSS colours of the ten digits,
 *   plane: { file: { key, url? } of all decoders, across, up, cell } or null,
 *   choice: { positions: base64 of uint16, the points' places in the test set; sheet, network:
 *     { key, url? } of all digits and of the trained network, or null } or null,
 *   view: { at, in epochs, or null; digit, a position; plane, 0 to 1; pair: base64 of (2, 28, 28)
 *     bytes, the digit and how it is drawn again, until the files are here } or null: what is seen
 *     when it is mounted and after each new turn,
 *   turn: number that Python raises to change the view,
 *   text: { label, play, pause, epoch, slider, choose, digit, now, trained, plane }; "{at}" in epoch
 *     and now, "{digit}" in digit stand for numbers,
 *   language: "en" or "tr",
 *   play: whether it plays by itself,
 *   height: height of the cloud in CSS pixels,
 * }
 * state: { view: { at, digit, plane, turn } }, at: null while it plays
 */
export default function timeline({ data, parentElement, setStateValue }) {
  wear(parentElement, STYLE);
  const shown = partAt(timelines, parentElement, () => new Timeline(data ?? {}));
  const tell = telling(setStateValue);
  shown.tell = (view) => tell("view", view);
  shown.follow(data ?? {});
  return leaving(timelines, parentElement);
}

class Timeline {
  moment = null; // the moment nearest to what is drawn
  turn = null; // the turn whose view was taken over
  decode = null; // decodes a code at a moment, once all decoders are here

  constructor({ play, view }) {
    this.showMoment = paced(
      MOMENT_PACE, () => this.showStrip(), () => this.showPlane(), () => this.showRest(),
    );
    this.player = new Player({
      testid: "epoch",
      round: ROUND,
      play: Boolean(play) && (view?.at ?? null) === null,
      show: (place) => this.draw(place),
      settle: () => {
        this.showMoment.now();
        this.report();
      },
    });
    this.player.go(1); // the first picture is the trained one
    this.drift = new Drift((point) => this.choose(point));
    this.digits = Array.from({ length: DIGITS }, (_, digit) =>
      digitCanvas({ "aria-label": String(digit), "data-testid": "epoch-digit" }));
    this.epoch = element("span", { class: "epoch", "aria-hidden": "true" });
    this.player.row.append(this.epoch);
    this.caption = element("div", { class: "note" });
    this.chosen = new Chosen();
    this.hint = element("div", { class: "note" });
    this.fade = element("input", {
      type: "range", min: "0", max: "1", step: "0.01", "data-testid": "epoch-fade",
    });
    this.fadeRow = element("label", { class: "fade" }, element("span"), this.fade);
    this.beside = element("div", { class: "beside" }, this.chosen.root, this.hint, this.fadeRow);
    const strip = element("div", { class: "strip" }, ...this.digits);
    this.root = element("div", { class: "timeline" }, element(
      "div", {}, this.drift.root, strip, this.player.row, this.caption, this.beside,
    ));

    this.drift.canvas.addEventListener("click", () => this.report());
    releases(this.drift.canvas, () => this.report());
    this.fade.oninput = () => this.drift.fade(Number(this.fade.value));
    releases(this.fade, () => this.report());
    this.player.watch(this.root);
  }

  /** Lets go of everything outside its own elements. */
  leave() {
    this.run = null;
    this.drift.leave();
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
    this.numbers = new Intl.NumberFormat(data.language, { maximumFractionDigits: 3 });
    this.label();
    if (!same) this.enter();
    const turned = data.turn !== this.turn;
    if (turned) this.take(data.view);
    this.moment = null; // its name may be in another language now
    this.player.follow(this.last, 1, this.text); // draws, also after a change of theme
    if (turned) this.told = JSON.stringify(this.view());
  }

  /** Puts texts, colours and sizes on everything. */
  label() {
    const { data, text } = this;
    const epochs = this.at.map((_, moment) => this.name(moment, text.epoch).length);
    this.epoch.style.minWidth = `${Math.max(0, ...epochs)}ch`; // so that the slider keeps its length
    this.digits.forEach((digit, i) => digit.style.setProperty("--digit", data.colours?.[i] ?? ""));
    this.drift.label(data, [text.label, text.choose].filter(Boolean).join(". "));
    this.root.classList.toggle("choosing", Boolean(data.choice));
    this.beside.hidden = !data.choice;
    this.fadeRow.hidden = !data.plane;
    this.hint.textContent = text.choose ?? "";
    this.fadeRow.firstChild.textContent = text.plane ?? "";
    setAttribute(this.fade, "aria-label", text.plane);
    this.caption.hidden = !data.captions?.length;
  }

  /** Another run: its arrays at once, its files when they come. */
  enter() {
    const { data, chosen } = this;
    this.pixels = fromBase64(data.strip);
    this.positions = Array.from(new Uint16Array(fromBase64(data.choice?.positions).buffer));
    this.drift.follow(data);
    this.decode = chosen.network = null;
    const run = (this.run = {});
    const bring = async (file, read, arrive) => {
      if (!file) return;
      const found = await read(await fetchFile(file));
      if (run !== this.run) return; // of a run that is gone
      arrive(found);
      this.choose(chosen.point);
    };
    bring(data.plane?.file, readDecoders, (decode) => {
      this.decode = decode;
      this.drift.planes.arrive(decode);
    });
    bring(data.choice?.network, readNetwork, (network) => (chosen.network = network));
    bring(chosen.sheet ? null : data.choice?.sheet, readSheet, (sheet) => (chosen.sheet = sheet));
  }

  /** Takes over what Python wants to be seen. */
  take(view) {
    this.turn = this.data.turn;
    if (!view) return;
    this.fade.value = String(view.plane);
    this.drift.fade(view.plane);
    this.chosen.paint(view.pair);
    this.choose(this.positions.indexOf(view.digit ?? -1));
    if (view.at === null) return;
    this.player.play(false);
    this.player.go(this.placeOf(view.at) / (this.last || 1));
  }

  // ---- moments, places and epochs

  /** A text with a moment's epoch in it: "Epoch 0.25". */
  name(moment, text) {
    return (text ?? "{at}").replace("{at}", this.numbers.format(this.at[moment] ?? 0));
  }

  /** The place of an epoch, counted in moments; the nearest one where it is outside. */
  placeOf(epoch) {
    const next = this.at.findIndex((at) => at > epoch);
    if (next <= 0) return next < 0 ? this.last : 0;
    return next - 1 + (epoch - this.at[next - 1]) / (this.at[next] - this.at[next - 1]);
  }

  /** The epoch of a place. */
  epochOf(place) {
    const moment = Math.min(Math.floor(place), this.last);
    const next = this.at[Math.min(moment + 1, this.last)];
    return this.at[moment] + (place - moment) * (next - this.at[moment]);
  }

  // ---- the hand

  view() {
    return {
      at: this.player.playing ? null : Math.round(1000 * this.epochOf(this.player.place())) / 1000,
      digit: this.positions[this.chosen.point] ?? null,
      plane: Number(this.fade.value),
      turn: this.turn,
    };
  }

  /** Tells Python what is seen, where it wants to know and does not know it yet. */
  report() {
    const view = this.view();
    const told = JSON.stringify(view);
    if (!this.data.view || told === this.told) return;
    this.told = told;
    this.tell(view);
  }

  /** Follows a point. */
  choose(point) {
    this.drift.chosen = point;
    this.chosen.choose(point);
    this.drawAgain();
    this.drift.draw(this.drift.place);
  }

  // ---- the picture

  /** Draws a place in the run: 0 is its first moment, 1.5 between the second and third. */
  draw(place) {
    if (place !== this.drift.place && !this.player.playing) this.drift.planes.move();
    const moment = Math.round(place);
    if (moment !== this.moment) {
      this.moment = moment;
      this.showMoment();
    }
    this.drift.draw(place);
  }

  /** The ten digits of the moment. */
  showStrip() {
    const size = DIGIT_SIDE * DIGIT_SIDE;
    this.digits.forEach((digit, i) => {
      const start = (this.moment * DIGITS + i) * size;
      paintDigit(digit, this.pixels.subarray(start, start + size));
    });
  }

  /** The decoded plane of the moment. */
  showPlane() {
    if (this.data.plane) this.drift.planes.show(this.moment);
  }

  /** What else is beside the points: the followed digit, the moment's name. */
  showRest() {
    this.drawAgain();
    const name = this.name(this.moment, this.text.epoch);
    setText(this.epoch, name);
    setText(this.caption, this.data.captions?.[this.moment] ?? "");
    setAttribute(this.player.slider, "aria-valuetext", name);
  }

  /** The followed digit as the decoder of the moment draws it, where there is one. */
  drawAgain() {
    const { point } = this.chosen;
    if (!this.data.choice || point < 0) return;
    const live = this.decode && this.moment !== null;
    if (live) paintInk(this.chosen.again, this.decode(this.moment, this.drift.code(point, this.moment)));
    this.chosen.name(
      this.text.digit.replace("{digit}", String(this.drift.labels[point])),
      live ? this.name(this.moment, this.text.now) : this.text.trained,
    );
  }
}
