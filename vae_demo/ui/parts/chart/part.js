// The part "chart": a Plotly figure. New figures of the same revision keep what the visitor has
// zoomed into and hidden.
import { element, setAttribute } from "../../engine/dom.js";
import { mountPart } from "../../engine/mount.js";
import { styleSheet } from "../../engine/styles.js";
import { template } from "./theme.js";

const STYLES = [await styleSheet(new URL("./part.css", import.meta.url))];

// What Plotly says in English: name of our text -> Plotly's.
const WORDS = {
  zoom_out: "Double-click to zoom back out",
  isolate: "Double-click on legend to isolate one trace",
  lasso: "Lasso Select",
  save: "Download plot as a PNG",
  preparing: "Preparing image - this may take a few seconds",
  saved: "Image download succeeded",
};
const RANGE = /^([xy]axis\d*)\.(?:range|autorange)/;

/**
 * @typedef {Object} ChartData
 * @property {string} figure  JSON, without a template
 * @property {string} alt  description for screen readers
 * @property {?string} revision  the visitor's view stays while this does; null: while the numbers do
 * @property {boolean} selectable  whether points can be selected
 * @property {string} language
 * @property {string} separators  decimal mark and thousands separator
 * @property {Object<keyof WORDS, string>} text
 * @property {string} plotly  address of Plotly's script
 */

/**
 * @typedef {Object} Figure
 * @property {Object<string, any>[]} data
 * @property {Object<string, any>} layout
 */

/** @typedef {{ points?: { customdata?: number }[] }} Selection */

/**
 * An element in which Plotly has drawn.
 * @typedef {HTMLElement & {
 *   layout?: Object<string, any>,
 *   on?: (name: string, listener: (event: any) => void) => void,
 *   removeListener?: (name: string, listener: (event: any) => void) => void,
 * }} Plot
 */

/**
 * @typedef {Object} Plotly
 * @property {(plot: HTMLElement, data: Object[], layout: Object, config: Object) => void} react
 * @property {(plot: HTMLElement) => void} purge
 */

/** @type {Map<string, Promise<Plotly>>} */
const loaded = new Map();

/**
 * Loads Plotly; again only if that failed.
 * @param {string} address
 * @returns {Promise<Plotly>}
 */
function load(address) {
  const found =
    loaded.get(address) ??
    import(new URL(address, document.baseURI).href).then(() => Reflect.get(globalThis, "Plotly"));
  loaded.set(address, found);
  found.catch(() => loaded.delete(address));
  return found;
}

/**
 * What must stay the same for the visitor's view to stay: by default the numbers of the figure, and
 * not its words, which change with the language.
 * @param {ChartData} data
 * @returns {string}
 */
function revisionOf({ revision, figure }) {
  if (revision !== null) return revision;
  const { data } = /** @type {Figure} */ (JSON.parse(figure));
  return JSON.stringify(data.map(({ type, x, y }) => [type, x, y]));
}

export default mountPart(STYLES, () => new Chart(), "point");

class Chart {
  root = element("div", { class: "vae-chart", role: "figure" });
  /** @type {Plot} */
  plot = element("div");
  /** @type {?ChartData} */
  data = null;
  /** @type {?Plotly} */
  plotly = null;
  /** @type {((point: ?number) => void)|undefined} */
  send;
  view = 0; // increased when the visitor's view ends
  drawings = 0;
  drawn = ""; // what the last drawing was made of
  held = false; // whether the visitor drags: then the chart must not change
  removed = false;
  /**
   * What the visitor has set of each axis.
   * @type {Map<string, Object>}
   */
  axes = new Map();
  /**
   * What the visitor has hidden and shown in the legend: number of the trace -> its `visible`.
   * @type {Map<number, boolean|string>}
   */
  visible = new Map();
  observer = new ResizeObserver(() => this.draw());
  /** @type {Object<string, (event: any) => void>} */
  listeners = {
    plotly_relayout: (event) => this.setAxes(event),
    plotly_restyle: ([changed, traces]) => this.setVisible(changed.visible, traces),
    plotly_doubleclick: () => this.zoomOut(),
    plotly_selected: (event) => this.select(event),
    plotly_deselect: () => this.send?.(null),
  };

  constructor() {
    this.root.append(this.plot);
    this.observer.observe(this.root);
    this.root.addEventListener("pointerdown", () => this.hold(), true);
    // Plotly would keep a finger from scrolling the page, also over a chart in which nothing can be
    // selected; a tap still shows the numbers of a point.
    const touched = (/** @type {Event} */ event) =>
      this.data?.selectable || event.stopPropagation();
    this.root.addEventListener("touchstart", touched, { capture: true, passive: true });
  }

  /** @param {ChartData} data */
  follow(data) {
    const before = this.data;
    this.data = data;
    if (!before || revisionOf(before) !== revisionOf(data)) {
      this.view += 1;
      this.axes.clear();
      this.visible.clear();
    }
    setAttribute(this.root, "aria-label", data.alt);
    load(data.plotly).then((plotly) => {
      this.plotly = plotly;
      this.draw();
    });
  }

  /** Draws the figure, if anything has changed. */
  draw() {
    const width = this.root.clientWidth;
    if (!this.data || !this.plotly || !width || this.held || this.removed) return;
    const { figure } = this.data;
    const config = this.config();
    const look = template(this.root);
    const made = JSON.stringify([width, look, config, [...this.axes], this.view]) + figure;
    if (made === this.drawn) return;
    this.drawn = made;
    const { data, layout } = this.figure();
    Object.assign(layout, { width, template: look });
    this.plotly.react(this.plot, data, layout, config);
    // Now, since Plotly has no events before it has drawn, and may forget the listeners of them.
    for (const [name, listener] of Object.entries(this.listeners)) {
      this.plot.removeListener?.(name, listener);
      this.plot.on?.(name, listener);
    }
  }

  /**
   * The figure as Plotly is given it. Plotly keeps what the visitor selects, but forgets what is
   * hidden when the language changes, and a zoom when the new figure has other ranges than the old
   * one, so both are set here.
   * @returns {Figure}
   */
  figure() {
    const { figure, separators, selectable } = /** @type {ChartData} */ (this.data);
    /** @type {Figure} */
    const { data, layout } = JSON.parse(figure);
    this.drawings += 1;
    for (const name of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) {
      layout[name] = { ...layout[name], ...this.axes.get(name), uirevision: this.drawings };
    }
    for (const [i, trace] of data.entries()) trace.uid = String(i);
    for (const [i, visible] of this.visible) if (data[i]) data[i].visible = visible;
    Object.assign(layout, { separators, uirevision: this.view });
    if (selectable) {
      Object.assign(layout, { dragmode: "pan", clickmode: "event+select", hovermode: "closest" });
    }
    return { data, layout };
  }

  config() {
    const { language, selectable, text } = /** @type {ChartData} */ (this.data);
    const names = /** @type {(keyof WORDS)[]} */ (Object.keys(WORDS));
    const dictionary = Object.fromEntries(names.map((name) => [WORDS[name], text[name]]));
    return {
      displayModeBar: selectable,
      displaylogo: false,
      modeBarButtons: selectable ? [["lasso2d", "toImage"]] : false,
      doubleClick: false, // see `zoomOut`
      locale: language,
      locales: { [language]: { dictionary } },
    };
  }

  /** @param {?Selection} event */
  select(event) {
    const point = event?.points?.find((each) => each.customdata !== undefined);
    if (point) this.send?.(point.customdata ?? null);
  }

  /** @param {Object<string, any>} event  what the visitor has changed in the layout */
  setAxes(event) {
    for (const name of Object.keys(event)) {
      const [, axis] = RANGE.exec(name) ?? [];
      if (!axis) continue;
      const ends = event[`${axis}.range`] ?? [event[`${axis}.range[0]`], event[`${axis}.range[1]`]];
      this.axes.set(axis, { range: ends, autorange: false });
    }
  }

  /**
   * @param {(boolean|string)[]|boolean|string|undefined} visible  what the visitor has set, in turn
   * @param {number[]} traces
   */
  setVisible(visible, traces) {
    if (visible === undefined) return;
    const set = [visible].flat();
    for (const [i, trace] of traces.entries()) this.visible.set(trace, set[i % set.length]);
  }

  /** Shows the figure's own ranges; if it does, all that is in the figure. */
  zoomOut() {
    if (this.plot.layout?.dragmode === "lasso") return;
    if (this.axes.size) this.axes.clear();
    else {
      for (const axis of Object.keys(this.plot.layout ?? {}).filter((key) =>
        /^[xy]axis/.test(key),
      )) {
        this.axes.set(axis, { range: null, autorange: true });
      }
    }
    setTimeout(() => this.draw()); // Plotly is not yet done with the click
  }

  /** Lets the chart be until the pointer is lifted. */
  hold() {
    if (this.held) return;
    this.held = true;
    const release = () => {
      removeEventListener("pointerup", release, true);
      removeEventListener("pointercancel", release, true);
      setTimeout(() => {
        this.held = false;
        if (this.removed) this.leave();
        else this.draw();
      });
    };
    addEventListener("pointerup", release, true);
    addEventListener("pointercancel", release, true);
  }

  leave() {
    this.removed = true;
    this.observer.disconnect();
    if (!this.held) this.plotly?.purge(this.plot);
  }
}
