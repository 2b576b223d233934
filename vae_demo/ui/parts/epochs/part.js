// The part "epochs": a run's latent means on their way through the snapshots of its training,
// with ten test digits that sharpen, the loss, one digit to follow and, behind the points of two
// latents, the decoded plane, all moved by one slider. Python gets the view when the visitor releases
// a control.
import { element, onRelease, setAttribute, setText, throttled } from "../../engine/dom.js";
import { fetchFile } from "../../engine/files.js";
import { paintInk } from "../../engine/ink.js";
import { mountPart } from "../../engine/mount.js";
import { shortFormat } from "../../engine/number_format.js";
import { Player } from "../../engine/player.js";
import { epochOf, placeOf, readSnapshots } from "../../engine/snapshots.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";
import { DigitStrip } from "./digit_strip.js";
import { FollowedDigit } from "./followed_digit.js";
import { LossCurve } from "./loss_curve.js";
import { PlaneOpacity } from "./plane_opacity.js";
import { PointsToFollow } from "./points_to_follow.js";
import { SnapshotDecoders } from "./snapshot_decoders.js";

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

// One round, in milliseconds: through the run, a pause at its last snapshot, and quickly back.
const ROUND = { forward: 8000, rest: 2000, back: 900, pause: 0, eased: false };
const SNAPSHOT_PACE = 50; // milliseconds between two updates of the things beside the points

/**
 * @import { Snapshots } from "../../engine/snapshots.js"
 * @import { Following, EpochsData, View } from "./data.js"
 */

export default mountPart(
  STYLES,
  /** @param {EpochsData} data */ (data) => new Epochs(data),
  "view",
);

class Epochs {
  /** @type {?Snapshots} */
  run = null; // once its file is loaded
  last = 0; // its last snapshot
  /** @type {?string} */
  key = null; // of its file
  /** @type {?number} */
  snapshot = null; // the snapshot nearest to the drawn position
  /** @type {?number} */
  version = null; // of the current view
  /** @type {?SnapshotDecoders} */
  decoders = null; // if there is a plane
  sent = ""; // the last view that was sent to Python, as JSON
  /** @type {(view: View) => void} */
  send = () => {};

  /** @param {EpochsData} data */
  constructor(data) {
    this.data = data;
    this.text = data.text;
    this.number = shortFormat(data.language);
    this.showSnapshot = throttled(
      SNAPSHOT_PACE,
      () => this.showStrip(),
      () => this.showPlane(),
      () => this.showRest(),
    );
    this.player = new Player({
      testid: "epoch",
      round: ROUND,
      play: data.following.view.at === null,
      show: (place) => this.draw(place),
      settle: () => {
        this.showSnapshot.now();
        this.report();
      },
    });
    this.player.go(1); // the first picture shows the trained model
    this.player.wait(false);
    this.points = new PointsToFollow((point) => this.choose(point));
    this.strip = new DigitStrip();
    this.epoch = element("span", { class: "epoch", "aria-hidden": "true" });
    this.curve = new LossCurve();
    const column = element("div", { class: "curved" }, this.curve.root);
    this.player.slider.replaceWith(column); // the curve is aligned with the slider
    column.append(this.player.slider);
    this.player.row.append(this.epoch);
    this.caption = element("div", { class: "note" });
    this.followed = new FollowedDigit();
    this.hint = element("div", { class: "note" });
    this.opacity = new PlaneOpacity(
      (opacity) => this.points.fade(opacity),
      () => this.report(),
    );
    this.beside = element(
      "div",
      { class: "beside" },
      this.followed.root,
      this.hint,
      this.opacity.root,
    );
    this.root = element(
      "div",
      { class: "epochs layer" },
      element(
        "div",
        {},
        this.points.root,
        this.strip.root,
        this.player.row,
        this.caption,
        this.beside,
      ),
    );

    this.points.canvas.addEventListener("click", () => this.report());
    onRelease(this.points.canvas, () => this.report());
    this.player.watch(this.root);
  }

  /** Releases resources outside its own elements. */
  leave() {
    this.key = null;
    this.decoders?.leave();
    this.points.leave();
    this.player.leave();
  }

  // ---- the data

  /**
   * Shows a run. The same run, after a rerun, does not interrupt the animation.
   * @param {EpochsData} data
   */
  follow(data) {
    this.data = data;
    this.text = data.text;
    this.number = shortFormat(data.language);
    if (data.file.key !== this.key) this.fetch();
    if (this.run) this.show(this.run);
  }

  /** Fetches the snapshots of another run. */
  async fetch() {
    const key = (this.key = this.data.file.key);
    this.version = null;
    this.run = null;
    this.root.inert = true; // the content is of the previous run
    this.root.setAttribute("aria-busy", "true");
    const run = readSnapshots(await fetchFile(this.data.file));
    if (key !== this.key) return;
    this.root.inert = false;
    this.enter(run);
    this.show(run);
    this.player.wait(true);
    this.root.removeAttribute("aria-busy");
  }

  /**
   * Shows another run: its arrays immediately, its other files once they are loaded.
   * @param {Snapshots} run
   */
  enter(run) {
    this.run = run;
    this.last = run.epochs.length - 1;
    this.curve.follow(run.losses);
    this.decoders?.leave();
    this.decoders = null;
    if (run.decoders.length) {
      this.decoders = new SnapshotDecoders(run.decoders, (snapshot) => this.arrive(snapshot));
    }
    this.points.follow(run, this.decoders?.networks ?? []);
    this.followed.load(
      this.data.following,
      () => run === this.run,
      () => this.choose(this.followed.point),
    );
  }

  /** @param {Snapshots} run */
  show(run) {
    const { following } = this.data;
    this.label(run);
    const renewed = following.version !== this.version;
    if (renewed) this.applyView(run, following);
    this.snapshot = null; // the language of its name may have changed
    this.player.follow(this.last, 1, this.text); // draws, also after a change of theme
    if (renewed) this.sent = JSON.stringify(this.view(run));
  }

  /**
   * Sets all texts, colours and sizes.
   * @param {Snapshots} run
   */
  label(run) {
    const { text } = this;
    const widths = run.epochs.map((epoch) => this.name(epoch, text.epoch).length);
    this.epoch.style.minWidth = `${Math.max(0, ...widths)}ch`; // so that the slider keeps its length
    this.strip.name(run);
    this.points.readTheme();
    setAttribute(this.points.canvas, "aria-label", `${text.label}. ${text.choose}`);
    setText(this.hint, text.choose);
    this.opacity.name(text.plane, Boolean(run.plane));
  }

  /**
   * Shows a view from Python.
   * @param {Snapshots} run
   * @param {Following} following
   */
  applyView(run, { view, version, pair }) {
    this.version = version;
    this.opacity.set(view.plane);
    this.followed.paint(pair);
    this.choose(run.positions.indexOf(view.digit ?? -1));
    if (view.at === null) return;
    this.player.play(false);
    this.player.go(placeOf(run, view.at) / (this.last || 1));
  }

  /** @param {number} snapshot  whose decoder is loaded */
  arrive(snapshot) {
    if (this.decoders?.nearest(this.snapshot ?? 0) === snapshot) this.showSnapshot();
    this.points.plane.resume();
  }

  // ---- texts

  /**
   * A text with an epoch, such as "Epoch 0.25".
   * @param {number} epoch
   * @param {string} text
   */
  name(epoch, text) {
    return text.replace("{at}", this.number(epoch));
  }

  // ---- the visitor

  /**
   * The current view of a run.
   * @param {Snapshots} run
   * @returns {View}
   */
  view(run) {
    const { player } = this;
    return {
      at: player.playing ? null : Math.round(1000 * epochOf(run, player.place())) / 1000,
      digit: run.positions[this.followed.point] ?? null,
      plane: this.opacity.value,
      version: this.version,
    };
  }

  /** Sends the view to Python if it is new. */
  report() {
    if (!this.run) return;
    const view = this.view(this.run);
    const message = JSON.stringify(view);
    if (message === this.sent) return;
    this.sent = message;
    this.send(view);
  }

  /**
   * Follows a point.
   * @param {number} point
   */
  choose(point) {
    this.points.chosen = point;
    this.followed.choose(point);
    this.drawFollowed();
    this.points.draw(this.points.place);
  }

  // ---- the picture

  /**
   * Draws a position in the run.
   * @param {number} place  0 is the first snapshot, 1.5 is halfway between the second and the third
   */
  draw(place) {
    if (!this.run) return;
    if (place !== this.points.place && !this.player.playing) {
      this.points.plane.pause();
      this.decoders?.pause();
    }
    const snapshot = Math.round(place);
    if (snapshot !== this.snapshot) {
      this.snapshot = snapshot;
      this.showSnapshot();
    }
    this.points.draw(place);
    this.curve.draw(place);
  }

  /** Shows the ten digits of the snapshot. */
  showStrip() {
    const { run, snapshot } = this;
    if (!run || snapshot === null) return;
    this.strip.show(run, snapshot);
  }

  /** Shows the decoded plane of the snapshot, or of the nearest one whose decoder is loaded. */
  showPlane() {
    if (!this.decoders || this.snapshot === null) return;
    this.decoders.want(this.snapshot);
    const nearest = this.decoders.nearest(this.snapshot);
    if (nearest >= 0) this.points.plane.show(nearest);
  }

  /** Updates what is beside the points: the followed digit and the name of the snapshot. */
  showRest() {
    const { run, snapshot } = this;
    if (!run || snapshot === null) return;
    this.drawFollowed();
    const name = this.name(run.epochs[snapshot], this.text.epoch);
    setText(this.epoch, name);
    setText(this.caption, this.data.captions[snapshot] ?? "");
    setAttribute(this.player.slider, "aria-valuetext", name);
  }

  /** Shows the followed digit decoded by the snapshot, or by the nearest one that is loaded. */
  drawFollowed() {
    const { run, decoders, text } = this;
    const { point } = this.followed;
    if (!run || point < 0) return;
    const nearest = decoders?.nearest(this.snapshot ?? 0) ?? -1;
    let name = text.trained;
    if (decoders && nearest >= 0) {
      paintInk(
        this.followed.reconstruction,
        decoders.decode(nearest, this.points.code(point, nearest)),
      );
      name = this.name(run.epochs[nearest], text.now);
    }
    const label = run.labels[point];
    const digit = run.kinds ? (run.kinds[label] ?? "") : String(label);
    this.followed.name(text.digit.replace("{digit}", digit), name);
  }
}
