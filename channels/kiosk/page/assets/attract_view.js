/** The first screen: what this is, in every language it speaks, and one touch to begin. Above: kiosk_element.js. */

import { h } from "/assets/dom.js";
import { LANGUAGES, speaking } from "./words.js";

/**
 * @param {string} language of the headline
 * @param {string} store its name, "" where none is known
 * @param {string} shop
 * @param {(language: string) => void} begin
 */
export function attractView(language, store, shop, begin) {
  const t = speaking(language);
  const ordered = [language, ...Object.keys(LANGUAGES).filter((one) => one !== language)];
  return h("main", { class: "attract" },
    h("img", { class: "art", src: "/assets/art/hero.svg", alt: "" }),
    h("header", {}, h("img", { src: "/assets/art/mark.svg", alt: "", width: 88, height: 88 }),
      h("p", {}, h("strong", {}, shop), store && h("span", {}, store))),
    h("div", { class: "pitch" },
      h("h1", {}, t("headline")),
      h("p", {}, t("promise")),
      h("ul", { role: "list" }, ordered.map((one) => h("li", {}, h("button", { type: "button", lang: one, onclick: () => begin(one) },
        h("strong", {}, LANGUAGES[one].greeting), h("span", {}, LANGUAGES[one].begin)))))));
}
