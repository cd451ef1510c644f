/** One product in a grid, and the grid. Below: dom.js, format.js. Above: every page of the storefront. */

import { h, icon } from "../dom.js";
import { formatMoney, formatRating } from "../format.js";
import { productAddress } from "./route.js";

/** @type {Record<string, string>} */
export const STOCK = { in_stock: "In stock", low_stock: "Only a few left", stores_only: "In stores only", out_of_stock: "Out of stock", not_for_sale: "Not for sale" };

/** @param {import("./shop_api.js").Brief} product @param {string} locale */
export function priceNode(product, locale) {
  const from = product.price_max && product.price && Number(product.price_max.amount) > Number(product.price.amount);
  return h("p", { class: "price" }, product.price ? [from && h("span", { class: "from" }, "from "), formatMoney(product.price, locale)] : h("span", { class: "from" }, "Price on request"));
}

/** @param {number|null} rating @param {number} [count] */
export function ratingNode(rating, count) {
  if (!rating) return null;
  return h("p", { class: "rating", role: "img", "aria-label": `${formatRating(rating)} out of 5 stars${count ? `, ${count} ratings` : ""}` },
    icon("star"), formatRating(rating), count ? h("span", { class: "count" }, `(${count})`) : null);
}

/** @param {string} availability */
export function stockNode(availability) {
  return h("p", { class: `stock ${availability}` }, STOCK[availability] ?? availability.replaceAll("_", " "));
}

/** @param {import("./shop_api.js").Brief} product @param {string} locale @param {boolean} [eager] */
export function productTile(product, locale, eager = false) {
  const colours = product.options?.colour?.length ?? 0;
  return h("article", { class: "tile" },
    h("div", { class: "picture" }, h("img", { src: product.image_url, alt: "", width: 480, height: 480, loading: eager ? "eager" : "lazy", decoding: "async" })),
    h("p", { class: "brand" }, product.title.startsWith(product.brand) ? product.category.at(-1) : product.brand),
    h("h3", {}, h("a", { href: productAddress(product.id), class: "cover" }, product.title)),
    h("div", { class: "line" }, priceNode(product, locale), ratingNode(product.rating)),
    h("div", { class: "line" }, stockNode(product.availability), colours > 1 && h("p", { class: "colours" }, `${colours} colours`)));
}

/** @param {readonly import("./shop_api.js").Brief[]} products @param {string} locale @param {number} [eager] */
export function productGrid(products, locale, eager = 0) {
  return h("ul", { class: "grid", role: "list" }, products.map((product, n) => h("li", {}, productTile(product, locale, n < eager))));
}

/** The room that products will take, so that nothing moves when they come. @param {number} count */
export function emptyGrid(count) {
  return h("ul", { class: "grid waiting", "aria-hidden": "true" }, Array.from({ length: count }, () => h("li", {}, h("div", { class: "tile" }, h("div", { class: "picture" }), h("p", { class: "bone" }), h("p", { class: "bone short" }), h("p", { class: "bone" })))));
}
