// The page "draw" of the static site.
import {
  contextOf,
  digitCanvas,
  element,
  fromBase64,
  paintDigit,
  toBase64,
} from "../engine/dom.js";
import { PAD_SIDE } from "../engine/ink_canvas.js";
import { readMask, writeMask } from "../engine/links.js";
import part from "../parts/draw/part.js";
import { checks } from "./choices.js";

/**
 * @import { FileAddress } from "../engine/files.js"
 * @import { DrawData, MapData, Message, Texts } from "../parts/draw/data.js"
 * @import { Page } from "./site.js"
 */

/**
 * @typedef {Object} DrawFile  the page's file
 * @property {DrawData & { map: ?(MapData & { run: string }) }} data
 * @property {string[]} stages
 * @property {{ run: string, family: string, file: FileAddress }[]} runs
 * @property {string[]} first  the runs that are shown at first
 */

/** @param {Page} page */
export default async function draw(page) {
  const { t, textOrName, texts, language, asked, note, place, choices, get } = page;
  /** @type {DrawFile} */
  const { data, stages, runs, first } = await get("draw");
  const text = /** @type {Texts} */ ({
    ...texts("draw.part."),
    pad: texts("draw.pad."),
    noises: texts("noise."),
    stageNames: stageTexts(texts("stage."), (key) => !key.includes(".")),
    stageAbouts: stageTexts(texts("stage."), (key) => key.endsWith(".about")),
  });
  const models = new Map(
    runs.map(({ run, family, file }) => [
      run,
      { run, family: textOrName(`model.${family}.short`, family), file },
    ]),
  );
  restore(data, asked);

  /** @param {string[]} chosen  runs */
  function show(chosen) {
    /** @param {string} _ @param {Message} message */
    const setStateValue = (_, message) => {
      const noisy = message.kind !== "none";
      const off = stages.filter((stage) => !message.stages.includes(stage));
      note({
        digit: message.untouched ? asked.digit : message.png && fromBase64(message.digit),
        noise: message.kind,
        strength: noisy ? message.strength : null,
        seed: noisy ? message.seed : null,
        mask: noisy && message.mask ? readMask(message.mask) : null,
        without: off,
      });
    };
    const map = data.map && { ...data.map, title: t("draw.map", { run: data.map.run }) };
    const shown = chosen.flatMap((run) => models.get(run) ?? []);
    // There is no server to compare with.
    const given = { ...data, text, language, map, models: shown, answer: null };
    part({ data: given, parentElement: place, setStateValue });
  }

  /** @type {string[]|undefined} */
  const wanted = asked.runs?.filter((/** @type {string} */ run) => models.has(run));
  const shown = wanted && (wanted.length || asked.runs.length === 0) ? wanted : first;
  const names = Object.fromEntries(runs.map(({ run }) => [run, run]));
  choices.append(
    checks(t("draw.runs"), names, shown, (chosen) => {
      note({ runs: chosen });
      show(chosen);
    }),
  );
  show(shown);
}

/**
 * Sets the data to the values of a link.
 * @param {DrawData} data
 * @param {Object<string, any>} asked  the link's fields
 */
function restore(data, asked) {
  if (asked.digit) {
    data.digit = toBase64(asked.digit);
    data.isExample = false;
    data.picture = enlarged(asked.digit);
  }
  const { settings } = data;
  settings.kind = asked.noise;
  settings.strength = asked.strength;
  if (data.noises.some((noise) => noise.seed === asked.seed)) settings.seed = asked.seed;
  settings.mask = asked.mask && writeMask(asked.mask);
  settings.stages = settings.stages.filter((stage) => !asked.without.includes(stage));
}

/**
 * A digit, enlarged to the size of the pad.
 * @param {Uint8Array} digit  (784)
 * @returns {string}  the URL of a PNG
 */
function enlarged(digit) {
  const small = digitCanvas();
  paintDigit(small, digit);
  const side = String(PAD_SIDE);
  const large = element("canvas", { width: side, height: side });
  const ink = contextOf(large);
  ink.imageSmoothingQuality = "high";
  ink.drawImage(small, 0, 0, PAD_SIDE, PAD_SIDE);
  return large.toDataURL("image/png");
}

/**
 * The wanted texts by stage, which is the first word of their keys.
 * @param {Object<string, string>} texts
 * @param {(key: string) => boolean} wanted
 */
function stageTexts(texts, wanted) {
  const found = Object.entries(texts).filter(([key]) => wanted(key));
  return Object.fromEntries(found.map(([key, text]) => [key.split(".")[0], text]));
}
