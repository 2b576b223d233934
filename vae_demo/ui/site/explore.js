// The page "explore" of the static site.
import { box } from "./choices.js";
import explorer from "../parts/explorer/part.js";

export default async function explore({ t, texts, language, asked, note, place, choices, get }) {
  const { runs, first } = await get("explore");
  const text = texts("explorer.");

  async function show(run, { z, digit, plane, temperature } = {}) {
    const data = await get(`explore-${run}`);
    if (z?.length === data.latent) Object.assign(data.view, { z: [...z], digit });
    data.view.plane = plane ?? data.view.plane;
    data.view.temperature = temperature ?? data.view.temperature;
    const setStateValue = (_, view) => note({
      run, z: view.z, digit: view.digit, plane: view.plane, temperature: view.temperature,
    });
    explorer({ data: { ...data, text, language }, parentElement: place, setStateValue });
    note({ run });
  }

  const named = Object.fromEntries(runs.map((run) => [run, run]));
  const run = runs.includes(asked.run) ? asked.run : first;
  choices.append(box(t("frame.run"), named, run, (chosen) => {
    note({ z: null, digit: null, plane: null, temperature: null });
    show(chosen);
  }));
  await show(run, asked);
}
