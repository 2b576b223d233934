// The page "draw" of the static site.
import { checks } from "./choices.js";
import { readDigit, toAddress, writeDigit } from "./links.js";
import studio from "../parts/draw/part.js";
import { digitCanvas, element, fromBase64, paintDigit, toBase64 } from "../engine/dom.js";

const PAD = 280; // pixels, as the pad has

export default async function draw({ t, textOrName, texts, language, asked, place, choices, get }) {
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
      toAddress({
        digit: work.untouched ? asked.get("digit") : work.png && writeDigit(fromBase64(work.digit)),
        noise: noisy ? work.kind : null,
        strength: noisy ? work.strength : null,
        seed: noisy && work.seed ? work.seed : null,
        mask: noisy ? work.mask : null,
        without: off.length ? off.join() : null,
      });
    };
    const map = { ...data.map, title: t("draw.map", { run: data.map.run }) };
    const given = { ...data, text, language, map, models: chosen.map((run) => models[run]) };
    given.answer = null; // nobody is there to check
    studio({ data: given, parentElement: place, setStateValue });
  }

  const named = asked.get("runs");
  const wanted = (named ?? "").split(",").filter((run) => run in models);
  const shown = wanted.length || named === "" ? wanted : first;
  choices.append(checks(t("draw.runs"), names(models, () => true, (model) => model.run), shown,
    (chosen) => {
      toAddress({ runs: chosen.join() });
      show(chosen);
    }));
  show(shown);
}

/** Puts into the data what a link holds; what can't be read is as if it were not there. */
function restore(data, asked) {
  const digit = readDigit(asked.get("digit"));
  if (digit) {
    data.digit = toBase64(digit);
    data.example = false;
    data.picture = enlarged(digit);
  }
  const { settings } = data;
  const kind = asked.get("noise");
  if (kind in data.fields[0].kinds) settings.kind = kind;
  const strength = parseFloat(asked.get("strength"));
  if (strength >= 0) settings.strength = Math.min(strength, 0.9);
  const seed = Number(asked.get("seed"));
  if (data.fields.some((field) => field.seed === seed)) settings.seed = seed;
  if (/^[\w-]{131}$/.test(asked.get("mask") ?? "")) settings.mask = asked.get("mask");
  const off = (asked.get("without") ?? "").split(",");
  settings.stages = settings.stages.filter((stage) => !off.includes(stage));
}

/** A digit on the pad: base64 PNG. */
function enlarged(digit) {
  const small = digitCanvas();
  paintDigit(small, digit);
  const large = element("canvas", { width: String(PAD), height: String(PAD) });
  const ink = large.getContext("2d");
  ink.imageSmoothingQuality = "high";
  ink.drawImage(small, 0, 0, PAD, PAD);
  return large.toDataURL("image/png").split(",")[1];
}

/** The entries that are wanted, by the first word of their keys. */
function names(entries, wanted, value = (entry) => entry) {
  const kept = Object.entries(entries).filter(([key]) => wanted(key));
  return Object.fromEntries(kept.map(([key, entry]) => [key.split(".")[0], value(entry)]));
}
