/**
 * The first screen: real products that sell in this store, slowly one after the other; what this is, in every language it
 * speaks; one touch begins. Below: the store's bestsellers over HTTP. Above: kiosk_element.js.
 */

import { h, icon, put } from "/assets/dom.js";
import { call } from "/assets/aisle_client.js";
import { formatMoney, pictureAddress } from "/assets/format.js";
import { LANGUAGES, speaking } from "./words.js";

const EVERY = 9_000;
const MOST = 8;

/**
 * @typedef {{id: string, title: string, image_url: string, price: import("/assets/chat/wire.js").Money|null, category: string[]}} Product
 */

/** @param {string} base @param {string} store @returns {Promise<Product[]>} none where it cannot be told */
export function loadBestsellers(base, store) {
  if (!store) return Promise.resolve([]);
  return call(base, `v1/stores/${encodeURIComponent(store)}/bestsellers?limit=${MOST}`).then(({ products }) => products, () => []);
}

export class AttractView {
  /**
   * @param {{language: string, store: string, shop: string, base: string}} place store: its name, "" where none is known
   * @param {(language: string) => void} begin
   */
  constructor({ language, store, shop, base }, begin) {
    const t = this.t = speaking(language);
    this.base = base;
    this.language = language;
    this.heading = store ? t("from_store") : t("from_shop");
    const ordered = [language, ...Object.keys(LANGUAGES).filter((one) => one !== language)];
    this.shelf = h("div", { class: "window", "aria-hidden": "true" });
    this.node = h("main", { class: "attract" },
      h("img", { class: "art", src: "/assets/art/hero.svg", alt: "" }), this.shelf,
      h("header", {}, h("img", { src: "/assets/art/mark.svg", alt: "", width: 88, height: 88 }),
        h("p", {}, h("strong", {}, shop), store && h("span", {}, store))),
      h("div", { class: "pitch" },
        h("h1", {}, t("headline")),
        h("p", {}, t("promise")),
        h("ul", { role: "list" }, ordered.map((one) => h("li", {}, h("button", { type: "button", lang: one, onclick: () => begin(one) },
          h("strong", {}, LANGUAGES[one].greeting), h("span", {}, LANGUAGES[one].begin)))))));
    this.timer = 0;
  }

  /** @param {readonly Product[]} products */
  async play(products) {
    if (!products.length || this.timer < 0) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    await this.bring(products[0]);
    let at = 0;
    if (!still && products.length > 1 && this.timer === 0) this.timer = window.setInterval(() => void this.bring(products[++at % products.length]), EVERY);
  }

  /** The next one fades in over the last once its picture is there: nothing flickers. @param {Product} product */
  async bring(product) {
    const picture = h("img", { alt: "", src: pictureAddress(product.image_url, this.base), width: 800, height: 800, draggable: false });
    await picture.decode().catch(() => null);
    if (this.timer < 0) return;
    const slide = h("figure", { class: "slide" }, picture, h("figcaption", {}, h("span", { class: "tag" }, icon("star"), this.heading),
      h("strong", {}, product.title), product.price && h("span", { class: "price" }, formatMoney(product.price, this.language))));
    const before = [...this.shelf.children];
    this.shelf.append(slide);
    slide.addEventListener("animationend", (event) => { if (event.target === slide) before.forEach((one) => one.remove()); });
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) put(this.shelf, slide);
    this.node.classList.add("playing");
  }

  end() {
    clearInterval(this.timer);
    this.timer = -1;
  }
}
