// The page "home" of the static site.
import home from "../parts/home/part.js";

/** @import { Page } from "./site.js" */

/** @param {Page} page */
export default async function show({ t, texts, language, place, get }) {
  const { places, ...data } = await get("home");
  const about = t("home.part.about", places[language]);
  const text = { ...texts("epochs.part."), ...texts("home.part."), about };
  home({ data: { ...data, text, language }, parentElement: place, setStateValue() {} });
}
