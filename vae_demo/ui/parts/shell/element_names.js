// Streamlit names its own elements in English only. Here they get names in the visitor's language,
// which screen readers say, and so do the texts of the field for an upload.

const TEXTS = "[data-testid=stFileUploaderDropzone]"; // where the visible texts are

/** @type {typeof globalThis & { vaeDemoLabels?: Labels }} */
const shared = globalThis; // with other versions of the app's scripts

class Labels {
  /** @type {Object<string, string>}  Streamlit's label -> the visitor's */
  names = {};
  /** @type {WeakMap<Element|Text, { original: string, shown: string }>} */
  changed = new WeakMap();

  constructor() {
    const settings = { attributeFilter: ["aria-label"], childList: true, subtree: true };
    new MutationObserver(() => this.apply()).observe(document.body, settings);
  }

  apply() {
    for (const element of document.querySelectorAll("[aria-label]")) {
      const label = element.getAttribute("aria-label") ?? "";
      const name = this.nameOf(element, label);
      if (name !== label) element.setAttribute("aria-label", name);
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
   */
  nameOf(target, label) {
    const before = this.changed.get(target);
    const original = before?.shown === label ? before.original : label;
    const [, number, words] = /^([\d.]*)(.*)$/s.exec(original) ?? [];
    const shown = Object.hasOwn(this.names, words) ? number + this.names[words] : original;
    if (shown !== label) this.changed.set(target, { original, shown });
    return shown;
  }
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
