// The page "morph" of the static site.
import { box } from "./choices.js";
import morph from "../parts/morph/part.js";
import { encode, readNetwork } from "../engine/network.js";
import { element, fromBase64, toBase64 } from "../engine/dom.js";
import { readSheet } from "../engine/contact_sheet.js";
import { fetchFile } from "../engine/files.js";

const SIZE = 784;
const NAMES = ["from", "to"]; // of the two ends

export default async function show({ t, texts, asked, note, place, choices, get }) {
  const { data, runs, sheet, labels, positions, ends } = await get("morph");
  for (const way of data.ways) way.name = t(way.name, runs);
  const kinds = fromBase64(labels);
  const chosen = ends.map((first, end) =>
    placeOf(positions.indexOf(asked[`${NAMES[end]}_index`]), NAMES[end], kinds.length) ?? first);
  if (asked.at !== null) Object.assign(data, { at: asked.at, play: false });
  const setStateValue = (_, at) => note({ at });
  const mount = (given) => morph({
    data: { ...given, text: texts("morph.part.") }, parentElement: place, setStateValue,
  });
  const digits = fetchFile(sheet).then(readSheet);
  const networks = new Map(); // key -> network, of those that are here
  let asShipped = String(chosen) === String(ends); // with all codes

  /** The ways between the digits that are chosen now; those of a network, as soon as it is here. */
  async function go() {
    asShipped = false;
    const all = await digits;
    const pixels = chosen.map((i) => all.subarray(SIZE * i, SIZE * (i + 1)));
    const inks = pixels.map((digit) => Float32Array.from(digit, (v) => v / 255));
    const codes = (network) => {
      const both = inks.flatMap((x) => [...encode(network, x).mean]);
      return toBase64(new Uint8Array(Float32Array.from(both).buffer));
    };
    mount({
      ...data,
      ends: toBase64(pixels.flatMap((digit) => [...digit])),
      ways: data.ways.map((way) => {
        const network = networks.get(way.file?.key);
        return way.file ? { ...way, codes: network ? codes(network) : null } : way;
      }),
      pictures: "",
    });
  }

  /** The next digit of a kind after the one that is chosen. */
  function next(end, kind) {
    const after = (i) => (chosen[end] + 1 + i) % kinds.length;
    for (let i = 0; i < kinds.length; i++) {
      if (kinds[after(i)] !== kind) continue;
      chosen[end] = after(i);
      break;
    }
    another[end].textContent = t("digit_choice.another", { digit: String(kind) });
    note(Object.fromEntries(chosen.flatMap((i, end) => [
      [NAMES[end], String(kinds[i])], [`${NAMES[end]}_index`, positions[i]],
    ])));
    go();
  }

  const named = Object.fromEntries(Array.from({ length: 10 }, (_, kind) => [kind, String(kind)]));
  const another = chosen.map((position, end) => {
    const made = element("button", { type: "button" });
    made.textContent = t("digit_choice.another", { digit: String(kinds[position]) });
    made.onclick = () => next(end, kinds[chosen[end]]);
    return made;
  });
  choices.append(...chosen.map((position, end) => element(
    "div", { class: "pair" },
    box(t(end ? "morph.to" : "morph.from"), named, String(kinds[position]),
      (kind) => next(end, Number(kind))),
    another[end],
  )));
  if (asShipped) mount(data);
  else go();
  for (const { file } of data.ways.filter((way) => way.file)) {
    fetchFile(file).then((bytes) => {
      networks.set(file.key, readNetwork(bytes));
      if (!asShipped) go();
    });
  }
}

/** A digit's place in the probe; earlier links hold it in place of the kind, without an index. */
function placeOf(indexed, name, count) {
  if (indexed >= 0) return indexed;
  const query = new URLSearchParams(location.search);
  const place = /^\d{1,9}$/.test(query.get(name) ?? "") ? Number(query.get(name)) : count;
  return query.has(`${name}_index`) || place >= count ? null : place;
}
