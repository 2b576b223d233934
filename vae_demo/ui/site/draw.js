// The page "draw" of the static site.
import { checks } from "./choices.js";
import { readMask, writeMask } from "../engine/links.js";
import part from "../parts/draw/part.js";
import { digitCanvas, element, fromBase64, paintDigit, toBase64 } from "../engine/dom.js";

const PAD = 280; // pixels, as the pad has

export default async function draw({ t, textOrName, texts, language, asked, note, place, choices, get }) {
  const { data, stages, runs, first } = await get("draw");
  const text = {
    ...texts("draw.part."),
    pad: texts("draw.pad."),
    noises: texts("noise."),
    stageNames: names(texts("stage."), (key) => !key.includes(".")),
    stageAbouts: names(texts("stage."), (key) => key.endsWith(".about")),
  };
  const models = Object.fromEntries(runs.map((model) => [
    model.run, { run: model.run, kind: textOrName(`model.${model.family}.short`, model.family), file: model.file },
  ]));
  restore(data, asked);

  function show(chosen) {
    const setStateValue = (_, work) => {
      const noisy = work.kind !== "none";
      const off = stages.filter((stage) => !work.stages.includes(stage));
      note({
        digit: work.untouched ? asked.digit : work.png && fromBase64(work.digit),
        noise: work.kind,
        strength: noisy ? work.strength : null,
        seed: noisy ? work.seed : null,
        mask: noisy && work.mask ? readMask(work.mask) : null,
        without: off,
      });
    };
    const map = { ...data.map, title: t("draw.map", { run: data.map.run }) };
    const given = { ...data, text, language, map, models: chosen.map((run) => models[run]) };
    given.answer = null; // nobody is there to check
    part({ data: given, parentElement: place, setStateValue });
  }

  const wanted = asked.runs?.filter((run) => run in models);
  const shown = wanted?.length || asked.runs?.length === 0 ? wanted : first;
  choices.append(checks(t("draw.runs"), names(models, () => true, (model) => model.run), shown,
    (chosen) => {
      note({ runs: chosen });
      show(chosen);
    }));
  show(shown);
}

/** Puts into the data what a link holds. */
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

/** A digit on the pad: the URL of a PNG. */
function enlarged(digit) {
  const small = digitCanvas();
  paintDigit(small, digit);
  const large = element("canvas", { width: String(PAD), height: String(PAD) });
  const ink = large.getContext("2d");
  ink.imageSmoothingQuality = "high";
  ink.drawImage(small, 0, 0, PAD, PAD);
  return large.toDataURL("image/png");
}

/** The entries that are wanted, by the first word of their keys. */
function names(entries, wanted, value = (entry) => entry) {
  const kept = Object.entries(entries).filter(([key]) => wanted(key));
  return Object.fromEntries(kept.map(([key, entry]) => [key.split(".")[0], value(entry)]));
}
