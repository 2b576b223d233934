// Streamlit names its own elements in English only. Here they get names in the visitor's language,
// which screen readers say, and so do the texts that it shows itself. Its tables can be scrolled by
// the keyboard.

const ATTRIBUTES = ["aria-label", "placeholder"];
const TEXTS = [
  "stSkipToContent",
  "stFileUploaderDropzone",
  "stTooltipContent",
  "stToast",
  "stSelectboxVirtualDropdown",
  "stMultiSelectDropdown",
  "stDataFrameColumnMenu",
  "stDataFrameColumnVisibilityMenu",
]
  .map((id) => `[data-testid=${id}]`)
  .join(); // where the visible texts are
const ANY = "{name}"; // in Streamlit's label and the visitor's

/** @type {typeof globalThis & { vaeDemoLabels?: Labels }} */
const shared = globalThis; // with other versions of the app's scripts

class Labels {
  /** @type {Map<string, string>}  Streamlit's label -> the visitor's */
  words = new Map();
  /** @type {[RegExp, string][]}  the same of those with a "{name}" */
  patterns = [];
  /**
   * What was changed: name of the attribute, "" for a text -> where -> from what to what.
   * @type {Map<string, WeakMap<Element|Text, { original: string, shown: string }>>}
   */
  changed = new Map([...ATTRIBUTES, ""].map((attribute) => [attribute, new WeakMap()]));

  constructor() {
    const settings = { attributeFilter: ATTRIBUTES, childList: true, subtree: true };
    new MutationObserver(() => this.apply()).observe(document.body, settings);
  }

  /** @param {Object<string, string>} names */
  set names(names) {
    this.words = new Map(Object.entries(names));
    this.patterns = [...this.words]
      .filter(([label]) => label.includes(ANY))
      .map(([label, name]) => [patternOf(label), name]);
  }

  apply() {
    for (const table of document.querySelectorAll("[data-testid=stTable] table")) {
      table.parentElement?.setAttribute("tabindex", "0");
    }
    for (const attribute of ATTRIBUTES) {
      for (const element of document.querySelectorAll(`[${attribute}]`)) {
        const label = element.getAttribute(attribute) ?? "";
        const name = this.nameOf(element, label, attribute);
        if (name !== label) element.setAttribute(attribute, name);
      }
    }
    for (const place of document.querySelectorAll(TEXTS)) {
      const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const text = /** @type {Text} */ (texts.currentNode);
        const name = this.nameOf(text, text.data);
        if (name !== text.data) text.data = name;
      }
    }
  }

  /**
   * What something is to be called that is called `label` now.
   * @param {Element|Text} target
   * @param {string} label
   * @param {string} [attribute]  that holds the label
   */
  nameOf(target, label, attribute = "") {
    const changed = this.changed.get(attribute);
    const before = changed?.get(target);
    const original = before?.shown === label ? before.original : label;
    const shown = this.translated(original);
    if (shown !== label) changed?.set(target, { original, shown });
    return shown;
  }

  /** @param {string} label  in English; a number at its beginning is kept */
  translated(label) {
    const [, number, words] = /^([\d.]*)(.*)$/s.exec(label) ?? [];
    const known = this.words.get(words);
    if (known !== undefined) return number + known;
    for (const [pattern, name] of this.patterns) {
      const found = pattern.exec(label);
      if (found) return name.replace(ANY, () => found[1]);
    }
    return label;
  }
}

/** @param {string} label  with a "{name}" */
function patternOf(label) {
  const [before, after] = label.split(ANY).map((words) => words.replace(/[.*+?()[\]\\]/g, "\\$&"));
  return new RegExp(`^${before}(.+)${after}$`, "s");
}

/**
 * Names Streamlit's elements from now on, however often it is called.
 * @param {Object<string, string>} names  Streamlit's label -> the visitor's
 */
export function nameElements(names) {
  shared.vaeDemoLabels ??= new Labels();
  shared.vaeDemoLabels.names = names;
  shared.vaeDemoLabels.apply();
}
