// The static site: the app's own parts on plain pages, with nothing behind them but files.
import { readLink, toAddress } from "../engine/links.js";
import link from "../parts/copy_link/part.js";
import { element } from "../engine/dom.js";
import { arrivals } from "../engine/files.js";

const { lang: language, dataset: { page } } = document.documentElement;
const incomplete = () => (document.documentElement.dataset.incomplete = "");
arrivals.addEventListener("failed", incomplete);
addEventListener("unhandledrejection", incomplete);
const json = (name) => fetch(`${name}.json`).then((answer) => answer.json());
const [catalogue, fields, { default: show }] = await Promise.all([
  json(`texts/${language}`), json("data/links"), import(`./${page}.js`),
]);

/** The text of a key in the visitor's language, with its {places} filled in. */
export function t(key, places = {}) {
  return catalogue[key].replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
}

/** The text of a key; where there is none, the name itself, as a new model needs no text. */
const textOrName = (key, name) => catalogue[key] ?? name;

/** All texts whose keys begin so, by the rest of their keys; {places} are left to the part. */
function texts(prefix) {
  const keys = Object.keys(catalogue).filter((key) => key.startsWith(prefix));
  return Object.fromEntries(keys.map((key) => [key.slice(prefix.length), catalogue[key]]));
}

/** A place of its own for a part, as Streamlit gives it: its style sheet is for it alone. */
function placeFor(id) {
  const root = document.getElementById(id).attachShadow({ mode: "open" });
  const place = element("div");
  root.append(place);
  return place;
}

document.title = `${t(`${page}.menu`)} · ${t("app.name")}`;
for (const entry of document.querySelectorAll("#languages a")) {
  entry.onclick = (event) => {
    event.preventDefault();
    toAddress(fields.every, { lang: entry.lang }); // with all that is seen
    location.reload();
  };
}
toAddress(fields.every, { lang: language });
link({ data: { text: texts("link.") }, parentElement: placeFor("link") });
await show({
  t, textOrName, texts, language,
  asked: readLink(fields[page], new URLSearchParams(location.search)),
  note: (values) => toAddress(fields[page], values),
  place: placeFor("part"),
  choices: document.getElementById("choices"),
  get: (name) => json(`data/${name}`),
});
document.documentElement.dataset.state = "ready";
