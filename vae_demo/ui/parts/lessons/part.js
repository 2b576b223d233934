// The part "lessons": the lessons that come with the app, with links and a large QR code of one.
import { element, setAttribute, setText } from "../../engine/dom.js";
import { LinkView } from "../../engine/link_view.js";
import { mountPart } from "../../engine/mount.js";
import { PARTS_STYLE, styleSheet } from "../../engine/styles.js";

/** @import { LinkData, LinkMessage } from "../../engine/link_view.js" */

const STYLES = await Promise.all([PARTS_STYLE, styleSheet(new URL("./part.css", import.meta.url))]);

/** @typedef {Record<"name"|"title"|"about"|"facts"|"open"|"adapt", string>} LessonCard */

/**
 * @typedef {LinkData & {
 *   lessons: LessonCard[],
 *   code: { picture: ?string, link: string },
 *   make: string,
 *   text: Record<"list"|"open"|"adapt"|"code"|"alt"|"make"|"how", string>,
 * }} LessonsData  `code` is that of the lesson of the link; `make` is an address
 */

export default mountPart(STYLES, () => new Lessons(), "view");

class Lessons {
  view = new LinkView();
  list = element("ul");
  picture = element("img", { "data-testid": "lesson-code" });
  link = element("a", { class: "link" });
  caption = element("figcaption", {}, this.link);
  figure = element("figure", {}, this.picture, this.caption);
  how = element("p", { class: "about" });
  make = element("a", { class: "button", "data-testid": "make-first" });
  side = element("div", { class: "side" }, this.figure, this.how, this.make);
  root = element("div", { class: "lessons" }, this.list, this.side);
  /** @type {(message: LinkMessage) => void} given by `mountPart` */
  send = () => {};

  /** @param {LessonsData} data */
  follow(data) {
    this.view.follow(data);
    const { text, code } = data;
    const shown = data.lessons.find(({ name }) => name === this.view.values.shown);
    setAttribute(this.list, "aria-label", text.list);
    this.list.replaceChildren(...data.lessons.map((lesson) => this.card(lesson, text)));
    setAttribute(this.picture, "src", code.picture);
    setAttribute(this.picture, "alt", text.alt.replace("{title}", shown?.title ?? ""));
    setAttribute(this.link, "href", shown?.open);
    setText(this.link, code.link);
    setText(this.how, text.how);
    setText(this.make, text.make);
    setAttribute(this.make, "href", data.make);
  }

  /** @param {LessonCard} lesson @param {LessonsData["text"]} text */
  card(lesson, text) {
    const { shown } = this.view.values;
    const code = element("button", {
      type: "button",
      class: "text",
      "aria-pressed": String(lesson.name === shown),
      "data-testid": `code-${lesson.name}`,
    });
    code.textContent = text.code;
    code.onclick = () => {
      this.view.values.shown = lesson.name;
      this.send(this.view.message());
    };
    const open = element("a", {
      class: "button first",
      href: lesson.open,
      "data-testid": `open-${lesson.name}`,
    });
    open.textContent = text.open;
    const adapt = element("a", { class: "button", href: lesson.adapt }, text.adapt);
    setAttribute(adapt, "aria-label", `${text.adapt}: ${lesson.title}`);
    setAttribute(open, "aria-label", `${text.open}: ${lesson.title}`);
    setAttribute(code, "aria-label", `${text.code}: ${lesson.title}`);
    return element(
      "li",
      {},
      element(
        "div",
        { class: "said" },
        element("strong", {}, lesson.title),
        element("span", {}, lesson.about),
        element("span", { class: "about" }, lesson.facts),
      ),
      element("div", { class: "row" }, open, code, adapt),
    );
  }
}
