// The view of a part whose whole state stands in the link of its page; see ui/frame/link_view.py.
import { readLink, writeLink } from "./links.js";

/** @import { Field } from "./links.js" */

/**
 * @typedef {Object} LinkData
 * @property {Object<string, Field>} fields  by name
 * @property {Object<string, ?string>} link  their texts; null for the default
 * @property {number} version  another one for values that Python has set
 */

/** @typedef {{ version: number, link: Object<string, ?string> }} LinkMessage */

/** The fields of a link that a part shows and sets. */
export class LinkView {
  /** @type {Object<string, any>} */
  values = {};
  /** @type {LinkData} */
  data = { fields: {}, link: {}, version: -1 };

  /**
   * Takes Python's values, unless they are those that the visitor has changed since.
   * @param {LinkData} data
   * @returns {boolean}  whether it has taken them
   */
  follow(data) {
    if (data.version === this.data.version) return false;
    this.data = data;
    const texts = Object.entries(data.link).filter(([, text]) => text !== null);
    this.values = readLink(data.fields, new URLSearchParams(/** @type {any} */ (texts)));
    return true;
  }

  /**
   * The message for Python with the current values.
   * @returns {LinkMessage}
   */
  message() {
    const { fields, version } = this.data;
    return { version, link: writeLink(fields, this.values) };
  }
}
