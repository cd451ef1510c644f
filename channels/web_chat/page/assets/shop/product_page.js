/** One product: pictures by colour, choices, stock by store, facts, reviews. Below: variants.js. Above: storefront.js. */

import { h, icon, put } from "../dom.js";
import { formatMoney } from "../format.js";
import * as api from "./shop_api.js";
import { productGrid, ratingNode, stockNode } from "./product_tile.js";
import { productAddress } from "./route.js";
import { capital, crumbs } from "./search_page.js";
import { choosing, firstChoice, isOpen, variantOf } from "./variants.js";

/** Colours by their common names; a name that is not here gets its letters only. */
const SWATCHES = /** @type {Record<string, string>} */ ({
  black: "#1c1f20", white: "#f7f6f2", grey: "#8b9192", gray: "#8b9192", silver: "#c4c8ca", charcoal: "#3c4244", stone: "#a39c8f", sand: "#cdb691", beige: "#d8c7a6", cream: "#f0e6cf", brown: "#6d4b33", tan: "#b98b5c",
  navy: "#22385c", blue: "#2f66a8", "sky blue": "#86b9dc", teal: "#1f7674", turquoise: "#3fb0ac", green: "#2f7a4d", forest: "#2f5d46", olive: "#6b6f3a", moss: "#6f7f45", sage: "#9dae8f", mint: "#a6d8c0",
  red: "#b3262e", burgundy: "#6d1f2f", rust: "#b4532a", orange: "#de7a2b", coral: "#e8745f", yellow: "#e6be3c", mustard: "#c9992b", pink: "#dd8aa6", purple: "#6b4a8b", lilac: "#b7a2d0", copper: "#b3703f", oak: "#b48a5a", walnut: "#5e4331" });

/**
 * @param {import("./storefront.js").Shop} shop
 * @param {Extract<import("./route.js").Route, {page: "product"}>} route
 */
export function productPage(shop, route) {
  const place = h("div", { class: "product-place waiting" }, h("div", { class: "gallery" }, h("div", { class: "picture" })), h("div", {}, h("h1", { class: "bone" }, "\u00a0")));
  Promise.all([api.product(route.id), shop.ready]).then(
    ([product]) => {
      if (!place.isConnected) return;
      const view = new ProductView(shop, product, route.colour);
      shop.title(product.title);
      shop.onChange(() => view.showAdd());
      place.replaceWith(...view.nodes());
    },
    () => place.replaceWith(h("section", { class: "nothing" }, h("h1", {}, "This product is not here any more"), h("p", {}, h("a", { href: "/search" }, "See all products")))));
  return [place];
}

class ProductView {
  /**
   * @param {import("./storefront.js").Shop} shop
   * @param {import("./shop_api.js").Product} product
   * @param {string} colour
   */
  constructor(shop, product, colour) {
    this.shop = shop;
    this.product = product;
    this.choice = firstChoice(product.variants, { colour });
    this.picture = h("img", { alt: product.title, width: 480, height: 480, fetchpriority: "high" });
    this.thumbs = h("div", { class: "thumbs" });
    this.price = h("p", { class: "price big" });
    this.stock = h("div", { class: "stock-line" });
    this.options = h("div", { class: "options" });
    this.stores = h("div", { class: "stores" });
    this.add = h("button", { type: "button", class: "solid wide", onclick: () => this.buy() });
    this.quantity = h("select", { "aria-label": "Quantity" }, [1, 2, 3, 4, 5, 6].map((n) => h("option", { value: n }, n)));
    /** @type {import("./shop_api.js").Store[]} */
    this.shops = [];
    void api.stores().then((found) => { this.shops = found; this.show(); }, () => undefined);
    this.show();
  }

  nodes() {
    const { product, shop } = this;
    return [
      crumbs(product.category),
      h("article", { class: "product-place" },
        h("div", { class: "gallery" }, h("div", { class: "picture" }, this.picture), this.thumbs),
        h("div", { class: "buy" },
          h("p", { class: "brand" }, product.brand), h("h1", {}, product.title), ratingNode(product.rating, product.rating_count),
          this.price, this.stock, this.options,
          h("div", { class: "buy-line" }, this.quantity, this.add),
          h("button", { type: "button", class: "plain wide ask", onclick: () => shop.chat.askAbout(product.id, product.title) }, icon("chat"), "Ask about this product"),
          this.stores)),
      h("div", { class: "facts" },
        h("section", {}, h("h2", {}, "About it"), h("p", { class: "description" }, product.description), this.reviews()),
        Object.keys(product.attributes ?? {}).length > 0 && h("section", {}, h("h2", {}, "Details"),
          h("table", {}, h("tbody", {}, Object.entries(product.attributes).map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, capital(name.replaceAll("_", " "))), h("td", {}, String(value)))))))),
      product.similar?.length > 0 && h("section", {}, h("h2", {}, "You may also like"), productGrid(product.similar.slice(0, 4), shop.locale)),
    ].filter((node) => node instanceof Node);
  }

  show() {
    const { product, choice, shop } = this;
    const variant = variantOf(product.variants, choice);
    const colours = product.options?.colour ?? [];
    const address = pictureOf(product, choice.colour);
    if (this.picture.getAttribute("src") !== address) this.picture.src = address;
    put(this.thumbs, colours.length > 1 ? colours.map((colour) => this.thumb(colour)) : null);
    put(this.price, variant?.price ?? product.price ? formatMoney(variant?.price ?? product.price, shop.locale) : "Price on request");
    put(this.stock, stockNode(variant?.availability ?? product.availability));
    put(this.options, Object.entries(product.options ?? {}).map(([name, values]) => this.option(name, values)));
    put(this.stores, this.storeList(variant));
    this.showAdd();
  }

  showAdd() {
    const variant = variantOf(this.product.variants, this.choice);
    const sellable = variant !== null && ["in_stock", "low_stock"].includes(variant.availability) && variant.price !== null;
    const busy = variant !== null && this.shop.isAdding(variant.id);
    this.add.disabled = !sellable || busy;
    put(this.add, busy ? "Adding…" : sellable ? "Add to cart" : variant?.availability === "stores_only" ? "Only in stores" : "Sold out online");
  }

  /** @param {string} colour */
  thumb(colour) {
    return h("button", { type: "button", "aria-label": capital(colour), "aria-pressed": String(colour === this.choice.colour), onclick: () => this.choose("colour", colour) },
      h("img", { src: pictureOf(this.product, colour), alt: "", width: 96, height: 96, loading: "lazy" }));
  }

  /** @param {string} name @param {readonly string[]} values */
  option(name, values) {
    return h("fieldset", { class: "option" }, h("legend", {}, `${capital(name)}: `, h("strong", {}, capital(this.choice[name] ?? ""))),
      h("div", { class: "values" }, values.map((value) => {
        const open = isOpen(this.product.variants, this.choice, name, value);
        const swatch = name === "colour" ? SWATCHES[value.toLowerCase()] : undefined;
        const dot = swatch ? h("span", { class: "dot" }) : null;
        if (dot && swatch) dot.style.background = swatch;
        return h("label", { class: open ? "value" : "value shut", title: open ? "" : "Sold out" },
          h("input", { type: "radio", name: `option-${name}`, value, checked: this.choice[name] === value, onchange: () => this.choose(name, value) }), dot, h("span", {}, capital(value)));
      })));
  }

  /** @param {string} name @param {string} value */
  choose(name, value) {
    this.choice = choosing(this.product.variants, this.choice, name, value);
    history.replaceState(history.state, "", productAddress(this.product.id, this.choice.colour ?? ""));
    this.show();
    const input = this.options.querySelector(`input[name="option-${CSS.escape(name)}"]:checked`);
    if (input instanceof HTMLElement) input.focus({ preventScroll: true });
  }

  buy() {
    const variant = variantOf(this.product.variants, this.choice);
    if (!variant) return;
    this.shop.addToCart(this.product, variant.id, Number(this.quantity.value));
    this.show();
  }

  /** @param {import("./shop_api.js").Variant|null} variant */
  storeList(variant) {
    const rows = this.shops.map((store) => ({ store, units: variant?.stock?.[store.id] ?? 0 })).filter(({ units }) => units > 0);
    const label = rows.length ? `In stock in ${rows.length} ${rows.length === 1 ? "store" : "stores"}` : "Not in a store just now";
    if (!this.shops.length) return null;
    if (!rows.length) return h("p", { class: "no-store" }, icon("pin"), label);
    return h("details", {}, h("summary", {}, icon("pin"), label), h("ul", { role: "list" }, rows.map(({ store, units }) => h("li", {},
      h("span", {}, store.name.replace(`${this.shop.name} `, "")), h("span", { class: units < 3 ? "stock low_stock" : "stock in_stock" }, units < 3 ? `${units} left` : `${units} pieces`)))));
  }

  reviews() {
    const { reviews } = this.product;
    if (!reviews?.length) return null;
    return h("div", { class: "reviews" }, h("h2", {}, "What people say"), h("ul", { role: "list" }, reviews.map((review) => h("li", {},
      ratingNode(review.rating), h("blockquote", {}, review.text), review.author && h("p", { class: "author" }, review.author)))));
  }
}

/** @param {import("./shop_api.js").Product} product @param {string|undefined} colour */
function pictureOf(product, colour) {
  return colour ? `${product.image_url}${product.image_url.includes("?") ? "&" : "?"}colour=${encodeURIComponent(colour)}` : product.image_url;
}
