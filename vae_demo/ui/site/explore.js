// The page "explore" of the static site.
import { box } from "./choices.js";
import { readCode, toAddress, writeCode } from "./links.js";
import explorer from "../parts/explorer/part.js";

export default async function explore({ t, texts, language, asked, place, choices, get }) {
  const { runs, first } = await get("explore");
  const text = texts("explorer.");

  async function show(run, wanted = new URLSearchParams()) {
    const data = await get(`explore-${run}`);
    const z = readCode(wanted.get("z"), data.latent);
    if (z) {
      data.view = {
        z: [...z],
        digit: position(wanted.get("digit")),
        plane: number(wanted.get("plane"), 1, 0),
        temperature: number(wanted.get("temperature"), data.maxTemperature, 1),
      };
    }
    const setStateValue = (_, view) => toAddress({
      run, z: writeCode(view.z), digit: view.digit, plane: view.plane,
      temperature: view.temperature,
    });
    explorer({ data: { ...data, text, language }, parentElement: place, setStateValue });
    toAddress({ run });
  }

  const named = Object.fromEntries(runs.map((run) => [run, run]));
  const run = runs.includes(asked.get("run")) ? asked.get("run") : first;
  choices.append(box(t("frame.run"), named, run, (chosen) => {
    toAddress({ z: null, digit: null });
    show(chosen);
  }));
  await show(run, asked);
}

function position(text) {
  return /^\d{1,5}$/.test(text ?? "") ? Number(text) : null;
}

function number(text, most, otherwise) {
  const value = text === null || text === "" ? NaN : Number(text);
  return value >= 0 ? Math.min(value, most) : otherwise;
}
