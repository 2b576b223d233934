// The controls of a page: what a lesson can hide. Nobody lists them: they are the elements to which
// pages give keys, and what bears a test id inside the parts. Names of controls:
//
//   "run"                          the element with the key "run"
//   "morph_part/morph-slider"      what has the test id "morph-slider" in the part "morph_part"
//   "explore_part/latent-slider:7" the one of them with data-dim="7"
import { adoptStyles } from "./styles.js";

const KEY = "st-key-"; // the class of an element with a key begins with it
const LANGUAGE = /-(en|tr)$/; // some keys end with the language
const OWN = /^(lesson(_|$)|cards_)/; // what shows the lesson itself, and the links of Home
const TELLING = ["dim", "path", "run"]; // data attributes that tell controls with one test id apart
const MENU = "[data-testid=stSidebar], [data-testid=stExpandSidebarButton]";
const CONTROLS = "button, input, select, textarea, canvas, a"; // of what has a test id
const VALUE = /^[\w.-]+$/;
const LONGEST = 60; // characters of a label
const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
  [data-lesson="hidden"] { display: none !important; }
  [data-lesson="faint"] { opacity: 0.25; outline: 2px dashed; }
`);

/**
 * @typedef {Object} Control
 * @property {string} id
 * @property {string} label  in the language of the page
 * @property {HTMLElement[]} elements
 */

/** @returns {HTMLElement} */
function main() {
  return document.querySelector("[data-testid=stMain]") ?? document.body;
}

/** The menu, and the button that opens it. @returns {NodeListOf<HTMLElement>} */
function menu() {
  return document.querySelectorAll(MENU);
}

/** The elements of the page that have keys, by their keys. @returns {Map<string, HTMLElement>} */
function keyed() {
  const found = new Map();
  for (const holder of main().querySelectorAll(`[class*="${KEY}"]`)) {
    const name = [...holder.classList].find((each) => each.startsWith(KEY)) ?? "";
    const key = name.slice(KEY.length).replace(LANGUAGE, "");
    if (!OWN.test(key) && !found.has(key)) found.set(key, holder);
  }
  return found;
}

/** The shadow root of the part in an element. @param {Element} holder */
function shadowOf(holder) {
  for (const each of holder.querySelectorAll("*")) if (each.shadowRoot) return each.shadowRoot;
  return null;
}

/**
 * What is hidden with a control: its label, its caption, the canvases behind it.
 * @param {HTMLElement} control
 * @returns {HTMLElement}
 */
function whole(control) {
  const around = control.closest("label, figure");
  if (around instanceof HTMLElement) return around;
  const parent = control.parentElement;
  const layers = parent?.querySelectorAll(":scope > canvas") ?? [];
  const stacked = [...layers].some((layer) => getComputedStyle(layer).position === "absolute");
  return parent && control instanceof HTMLCanvasElement && stacked ? parent : control;
}

/** The labels of a control that are not around it. @param {HTMLElement} control */
function labelsOf(control) {
  const labels = /** @type {HTMLInputElement} */ (control).labels ?? [];
  return [...labels].filter((label) => !label.contains(control));
}

/**
 * The labels of a part that stand beside controls of which none is shown.
 * @param {ShadowRoot} root
 * @param {Set<Element>} hidden
 * @returns {HTMLElement[]}
 */
function orphans(root, hidden) {
  /** @param {?Element} at @returns {boolean} */
  const isHidden = (at) => at !== null && (hidden.has(at) || isHidden(at.parentElement));
  /** @type {HTMLElement[]} */
  const labels = [...root.querySelectorAll(/** @type {"span"} */ (".label"))];
  return labels.filter((label) => {
    const beside = [...(label.parentElement?.querySelectorAll("[data-testid]") ?? [])];
    const controls = beside.filter((each) => each.matches(CONTROLS));
    return controls.length > 0 && controls.every(isHidden);
  });
}

/** @param {string} key  of the part @param {HTMLElement} control */
function idOf(key, control) {
  const { dataset } = control;
  const value = TELLING.map((name) => dataset[name]).find((each) => each && VALUE.test(each));
  return `${key}/${dataset.testid}${value ? `:${value}` : ""}`;
}

/** @param {HTMLElement} control */
function labelOf(control) {
  const text =
    control.getAttribute("aria-label") ??
    control.closest("label")?.textContent ??
    labelsOf(control)[0]?.textContent ??
    control.textContent ??
    "";
  const first = text.split(/[:\n]/)[0].trim();
  return first.length > LONGEST ? `${first.slice(0, LONGEST)}…` : first;
}

/**
 * The controls of a part that are in sight.
 * @param {string} key
 * @param {ShadowRoot} root
 */
function controlsIn(key, root) {
  /** @type {Map<string, Control>} */
  const found = new Map();
  for (const each of root.querySelectorAll("[data-testid]")) {
    const control = /** @type {HTMLElement} */ (each);
    if (!control.matches(CONTROLS)) continue;
    const id = idOf(key, control);
    const label = labelOf(control);
    const known = found.get(id);
    const shown = control.checkVisibility() || whole(control).dataset.lesson;
    const elements = [whole(control), ...labelsOf(control)];
    if (known) known.elements.push(...elements);
    else if (label && shown) found.set(id, { id, label, elements });
  }
  return [...found.values()];
}

/**
 * All controls of the page that are in sight, in their order; those in a part follow the part.
 * @param {Record<string, string>} names  of elements that don't show one
 * @returns {Control[]}
 */
export function controlsOfPage(names) {
  /** @type {Control[]} */
  const found = [{ id: "menu", label: names.menu, elements: [...menu()] }];
  for (const [key, holder] of keyed()) {
    if (holder.closest(`.${KEY}try`) && key !== "try") continue; // all of its buttons or none
    const root = shadowOf(holder);
    const inside = root && !holder.matches(`.${KEY}link`) ? controlsIn(key, root) : [];
    const label = names[key] ?? (inside.length ? names.part : labelOfElement(holder));
    if (label) found.push({ id: key, label, elements: [holder] }, ...inside);
  }
  return found;
}

/** The label of an element, or the text that it shows without icons. @param {Element} holder */
function labelOfElement(holder) {
  const inside = shadowOf(holder)?.querySelector("[aria-label]");
  if (inside) return labelOf(/** @type {HTMLElement} */ (inside));
  const [first] = holder.querySelectorAll("h2, h3, label, summary, [aria-label], button");
  const named = first ?? holder;
  const copy = /** @type {HTMLElement} */ (named.cloneNode(true));
  for (const icon of copy.querySelectorAll("[data-testid*=Icon]")) icon.remove();
  return labelOf(copy);
}

/** Hides controls as long as it is told to, those that are added to the page later as well. */
export class HiddenControls {
  /** @type {string[]} */
  ids = [];
  /** @type {Set<HTMLElement>}  what is hidden now */
  marked = new Set();
  /** @type {Set<Node>}  where changes are watched */
  watched = new Set();
  observer = new MutationObserver(() => this.apply());

  /** @param {"hidden"|"faint"} look  of a hidden control; its maker is to see it */
  constructor(look) {
    this.look = look;
  }

  /** @param {string[]} ids  of all controls that are to be hidden; the others are shown */
  set(ids) {
    if (ids.join() === this.ids.join()) return;
    this.ids = ids;
    this.observer.disconnect();
    this.watched.clear();
    if (ids.length) this.watch(main());
    this.apply();
  }

  apply() {
    const wanted = this.wanted();
    for (const each of this.marked) if (!wanted.has(each)) delete each.dataset.lesson;
    for (const each of wanted) {
      if (each.dataset.lesson === this.look) continue;
      adoptStyles(each, STYLE);
      each.dataset.lesson = this.look;
    }
    this.marked = wanted;
  }

  /** What is to be hidden of the page as it is now; a part may use an element for another control. */
  wanted() {
    const holders = keyed();
    /** @type {Set<HTMLElement>} */
    const found = new Set(this.ids.includes("menu") ? menu() : []);
    for (const id of this.ids) {
      const [key, inside] = id.split("/");
      const holder = holders.get(key);
      const root = inside && holder ? shadowOf(holder) : null;
      if (holder && !inside) found.add(holder);
      if (!root) continue;
      this.watch(root);
      const testid = CSS.escape(inside.split(":")[0]);
      for (const each of root.querySelectorAll(`[data-testid="${testid}"]`)) {
        const control = /** @type {HTMLElement} */ (each);
        if (idOf(key, control) !== id) continue;
        for (const each of [whole(control), ...labelsOf(control)]) found.add(each);
      }
    }
    for (const root of this.watched) {
      if (root instanceof ShadowRoot) for (const each of orphans(root, found)) found.add(each);
    }
    return found;
  }

  /** @param {Node} root */
  watch(root) {
    if (this.watched.has(root)) return;
    this.watched.add(root);
    const attributeFilter = ["class", ...TELLING.map((name) => `data-${name}`)];
    this.observer.observe(root, { childList: true, subtree: true, attributeFilter });
  }
}
