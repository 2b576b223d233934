// The static site: the parts of the app on plain pages, without a server program.
import { element } from "../engine/dom.js";
import { arrivals } from "../engine/files.js";
import { readLink, toAddress } from "../engine/links.js";
import link from "../parts/copy_link/part.js";

/**
 * @import { Place } from "../engine/dom.js"
 * @import { Field } from "../engine/links.js"
 */

/**
 * @typedef {Object} Page  what a page's script receives
 * @property {(key: string, places?: Object<string, string>) => string} t
 * @property {(key: string, name: string) => string} textOrName
 * @property {(prefix: string) => Object<string, string>} texts
 * @property {string} language
 * @property {Object<string, any>} asked  the fields of the address
 * @property {(values: Object<string, any>) => void} note  writes fields into the address
 * @property {Place} place  for the part
 * @property {HTMLElement} choices  for the controls around the part
 * @property {(name: string) => Promise<any>} get  loads a file of the folder "data"
 */

const { lang: language, dataset } = document.documentElement;
const page = dataset.page ?? "";
const incomplete = () => {
  dataset.incomplete = "";
};
arrivals.addEventListener("failed", incomplete);
addEventListener("unhandledrejection", incomplete);
/** @param {string} name @returns {Promise<any>} */
const json = (name) => fetch(`${name}.json`).then((answer) => answer.json());
/**
 * @type {[
 *   Object<string, string>,
 *   Object<string, Object<string, Field>>,
 *   { default: (page: Page) => Promise<void> },
 * ]}
 */
const [catalogue, fields, { default: show }] = await Promise.all([
  json(`texts/${language}`),
  json("data/links"),
  import(`./${page}.js`),
]);

/**
 * The text of a key in the visitor's language, with its {placeholders} replaced.
 * @param {string} key
 * @param {Object<string, string>} places
 */
function t(key, places = {}) {
  return catalogue[key].replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
}

/**
 * The text of a key, or the name if there is none, so that a new model needs no text.
 * @param {string} key
 * @param {string} name
 */
const textOrName = (key, name) => catalogue[key] ?? name;

/**
 * All texts whose keys begin with the prefix, by the rest of the key. The part replaces the
 * {placeholders}.
 * @param {string} prefix
 * @returns {Object<string, string>}
 */
function texts(prefix) {
  const keys = Object.keys(catalogue).filter((key) => key.startsWith(prefix));
  return Object.fromEntries(keys.map((key) => [key.slice(prefix.length), catalogue[key]]));
}

/** @param {string} id  of an element of the page */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * A place for a part, as in Streamlit: a shadow root, so that its style sheet applies to it only.
 * @param {string} id
 */
function placeFor(id) {
  const root = byId(id).attachShadow({ mode: "open" });
  const place = element("div");
  root.append(place);
  return place;
}

document.title = `${t(`${page}.menu`)} · ${t("app.name")}`;
/** @type {NodeListOf<HTMLAnchorElement>} */
const languages = document.querySelectorAll("#languages a");
for (const entry of languages) {
  entry.onclick = (event) => {
    event.preventDefault();
    toAddress(fields.every, { lang: entry.lang }); // keeps the other fields
    location.reload();
  };
}
toAddress(fields.every, { lang: language });
const { copy, copied, failed } = texts("copy_link.");
link({
  data: { text: { copy, copied, failed } },
  parentElement: placeFor("link"),
  setStateValue() {},
});
await show({
  t,
  textOrName,
  texts,
  language,
  asked: readLink(fields[page], new URLSearchParams(location.search)),
  note: (values) => toAddress(fields[page], values),
  place: placeFor("part"),
  choices: byId("choices"),
  get: (name) => json(`data/${name}`),
});
dataset.state = "ready";
