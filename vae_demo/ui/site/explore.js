// The page "explore" of the static site.
import { readCode, writeCode } from "../engine/code_text.js";
import { DECIMALS } from "../parts/explore/data.js";
import explorePart from "../parts/explore/part.js";
import { box } from "./choices.js";

/**
 * @import { ExploreData, View } from "../parts/explore/data.js"
 * @import { Page } from "./site.js"
 */

/** @param {Page} page */
export default async function explore({ t, texts, language, asked, note, place, choices, get }) {
  /** @type {{ runs: string[], first: string }} */
  const { runs, first } = await get("explore");
  const text = { ...texts("explore.part."), percent: texts("frame.").percent };

  /**
   * Shows a run.
   * @param {string} run
   * @param {Object<string, any>} fields  the fields of a link to show
   */
  async function show(run, { z, digit, plane, temperature, reading, spacing } = {}) {
    /** @type {ExploreData & { latent: number }} */
    const data = await get(`explore-${run}`);
    if (z?.length === data.latent) Object.assign(data.view, { z: writeCode(z, DECIMALS), digit });
    data.view.plane = plane ?? data.view.plane;
    data.view.temperature = temperature ?? data.view.temperature;
    data.view.reading = reading === "yes";
    data.view.spacing = spacing ?? data.view.spacing;
    /** @param {string} _ @param {View} view */
    const setStateValue = (_, view) => {
      const { z, digit, plane, temperature, spacing } = view;
      const reading = view.reading ? "yes" : "no";
      note({ run, z: readCode(z, DECIMALS), digit, plane, temperature, reading, spacing });
    };
    explorePart({ data: { ...data, text, language }, parentElement: place, setStateValue });
    note({ run });
  }

  const named = Object.fromEntries(runs.map((run) => [run, run]));
  const run = runs.includes(asked.run) ? asked.run : first;
  choices.append(
    box(t("frame.run"), named, run, (chosen) => {
      note({ z: null, digit: null, plane: null, temperature: null, reading: null, spacing: null });
      show(chosen);
    }),
  );
  await show(run, asked);
}
