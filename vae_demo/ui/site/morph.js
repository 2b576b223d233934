// The page "morph" of the static site.
import { readSheet } from "../engine/contact_sheet.js";
import { DIGIT_PIXELS, element, fromBase64, toBase64 } from "../engine/dom.js";
import { fetchFile } from "../engine/files.js";
import { encode, readNetwork } from "../engine/network.js";
import morph from "../parts/morph/part.js";
import { box } from "./choices.js";

/**
 * @import { FileAddress } from "../engine/files.js"
 * @import { Network } from "../engine/network.js"
 * @import { MorphData } from "../parts/morph/part.js"
 * @import { Page } from "./site.js"
 */

/**
 * @typedef {Object} MorphFile  the page's file
 * @property {MorphData} data
 * @property {Object<string, string>} runs  placeholder in the names of the interpolations -> run
 * @property {FileAddress} sheet  all digits of the probe
 * @property {string} labels  base64 of their labels, one byte each
 * @property {number[]} positions  their positions in the test set
 * @property {number[]} ends  the first two
 */

const NAMES = ["from", "to"]; // of the two ends

/** @param {Page} page */
export default async function show({ t, texts, language, asked, note, place, choices, get }) {
  /** @type {MorphFile} */
  const { data, runs, sheet, labels, positions, ends } = await get("morph");
  for (const interpolation of data.interpolations) interpolation.name = t(interpolation.name, runs);
  const kinds = fromBase64(labels);
  const chosen = ends.map(
    (first, end) =>
      placeOf(positions.indexOf(asked[`${NAMES[end]}_index`]), NAMES[end], kinds.length) ?? first,
  );
  if (asked.at !== null) Object.assign(data, { at: asked.at, play: false });
  /** @param {string} _ @param {number} at */
  const setStateValue = (_, at) => note({ at });
  /** @param {MorphData} given */
  const mount = (given) =>
    morph({
      data: {
        ...given,
        text: { ...texts("morph.part."), percent: texts("frame.").percent },
        language,
      },
      parentElement: place,
      setStateValue,
    });
  const digits = fetchFile(sheet).then(readSheet);
  /** @type {Map<string, Network>} */
  const networks = new Map(); // key of the file -> loaded network
  let asShipped = String(chosen) === String(ends); // which includes the codes

  /**
   * Shows the interpolations between the chosen digits; those of a network once it is loaded.
   */
  async function go() {
    asShipped = false;
    const all = await digits;
    const pixels = chosen.map((i) => all.subarray(DIGIT_PIXELS * i, DIGIT_PIXELS * (i + 1)));
    const inks = pixels.map((digit) => Float32Array.from(digit, (v) => v / 255));
    /** @param {Network} network */
    const codes = (network) => {
      const both = inks.flatMap((x) => [...encode(network, x).mean]);
      return toBase64(new Uint8Array(Float32Array.from(both).buffer));
    };
    mount({
      ...data,
      ends: toBase64(pixels.flatMap((digit) => [...digit])),
      interpolations: data.interpolations.map((interpolation) => {
        if (!interpolation.file) return interpolation;
        const network = networks.get(interpolation.file.key);
        return { ...interpolation, codes: network ? codes(network) : null };
      }),
      pictures: "",
    });
  }

  /**
   * Chooses the next digit of a class after the current one.
   * @param {number} end  0 or 1
   * @param {number} kind  0 to 9
   */
  function next(end, kind) {
    /** @param {number} i */
    const after = (i) => (chosen[end] + 1 + i) % kinds.length;
    for (let i = 0; i < kinds.length; i++) {
      if (kinds[after(i)] !== kind) continue;
      chosen[end] = after(i);
      break;
    }
    another[end].textContent = t("digit_choice.another", { digit: String(kind) });
    for (const [end, name] of NAMES.entries()) {
      const i = chosen[end];
      note({ [name]: String(kinds[i]), [`${name}_index`]: positions[i] });
    }
    go();
  }

  const named = Object.fromEntries(Array.from({ length: 10 }, (_, kind) => [kind, String(kind)]));
  const another = chosen.map((position, end) => {
    const button = element("button", { type: "button" });
    button.textContent = t("digit_choice.another", { digit: String(kinds[position]) });
    button.onclick = () => next(end, kinds[chosen[end]]);
    return button;
  });
  const pairs = chosen.map((position, end) => {
    const label = t(end ? "morph.to" : "morph.from");
    const kind = String(kinds[position]);
    const chooser = box(label, named, kind, (other) => next(end, Number(other)));
    return element("div", { class: "pair" }, chooser, another[end]);
  });
  choices.append(...pairs);
  if (asShipped) mount(data);
  else go();
  for (const { file } of data.interpolations) {
    if (!file) continue;
    fetchFile(file).then((bytes) => {
      networks.set(file.key, readNetwork(bytes));
      if (!asShipped) go();
    });
  }
}

/**
 * The position of a digit in the probe. Earlier links store it instead of the class, without an
 * index.
 * @param {number} indexed  the position of the link's index, or -1
 * @param {string} name  of the end
 * @param {number} count  of the digits
 * @returns {?number}  null if the link has none
 */
function placeOf(indexed, name, count) {
  if (indexed >= 0) return indexed;
  const query = new URLSearchParams(location.search);
  const text = query.get(name) ?? "";
  const place = /^\d{1,9}$/.test(text) ? Number(text) : count;
  return query.has(`${name}_index`) || place >= count ? null : place;
}
