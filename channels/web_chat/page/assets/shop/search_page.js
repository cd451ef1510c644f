/** Results with facets; every state of it is an address. Below: shop_api.js, route.js. Above: storefront.js. */

import { h, put } from "../dom.js";
import * as api from "./shop_api.js";
import { emptyGrid, productGrid } from "./product_tile.js";
import { searchAddress } from "./route.js";

const PER_PAGE = 24;
const SHOWN_FACETS = 8;
const SORTS = { "": "Best match", rating: "Best rated", price: "Price, low to high", price_desc: "Price, high to low" };

/**
 * @param {import("./storefront.js").Shop} shop
 * @param {Extract<import("./route.js").Route, {page: "search"}>} route
 */
export function searchPage(shop, route) {
  const { category, filters } = route;
  const title = filters.q ? `“${filters.q}”` : category.at(-1) ?? "All products";
  const total = h("p", { class: "total", role: "status" }, "\u00a0");
  const results = h("div", { class: "results" }, emptyGrid(9));
  const facets = h("form", { class: "facets", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() });
  Promise.all([api.products(category, { ...filters, limit: String(PER_PAGE) }), shop.ready]).then(([found]) => {
    put(total, found.total === 1 ? "1 product" : `${found.total} products`);
    put(facets, facetNodes(shop, route, found));
    put(results, h("h2", { class: "sr" }, "Results"), found.products.length ? productGrid(found.products, shop.locale, 6) : nothing(shop, filters.q), pager(route, found));
  }, () => put(results, h("p", { class: "nothing" }, "The shop cannot be reached just now. Please try again in a moment.")));
  return [
    crumbs(category),
    h("div", { class: "heading search-heading" }, h("div", {}, h("h1", {}, title), total), sortChoice(shop, route)),
    h("div", { class: "search-body" }, h("details", { class: "facet-place", open: matchMedia("(min-width: 900px)").matches }, h("summary", {}, "Filters"), facets), results),
  ];
}

/** @param {readonly string[]} category */
export function crumbs(category) {
  return h("nav", { class: "crumbs", "aria-label": "You are here" }, h("ol", { role: "list" }, h("li", {}, h("a", { href: "/" }, "Home")),
    category.map((name, n) => h("li", {}, h("a", { href: searchAddress(category.slice(0, n + 1)), "aria-current": n === category.length - 1 ? "page" : null }, name)))));
}

/** @param {import("./storefront.js").Shop} shop @param {Extract<import("./route.js").Route, {page: "search"}>} route */
function sortChoice(shop, { category, filters }) {
  return h("label", { class: "sort" }, h("span", {}, "Sort"), h("select", {
    onchange: (event) => shop.go(searchAddress(category, { ...filters, page: "", sort: /** @type {HTMLSelectElement} */ (event.target).value })),
  }, Object.entries(SORTS).map(([value, name]) => h("option", { value, selected: value === (filters.sort ?? "") }, name))));
}

/**
 * @param {import("./storefront.js").Shop} shop
 * @param {Extract<import("./route.js").Route, {page: "search"}>} route
 * @param {import("./shop_api.js").Found} found
 */
function facetNodes(shop, { category, filters }, found) {
  /** @param {import("./route.js").Filters} change */
  const go = (change) => shop.go(searchAddress(category, { ...filters, page: "", ...change }));
  /** @param {"brand"|"colour"} name @param {string} label */
  const ticks = (name, label) => {
    const values = found.facets?.[name] ?? [];
    const chosen = filters[name] ?? [];
    const missing = chosen.filter((value) => !values.some((one) => same(one.value, value))).map((value) => ({ value, count: 0 }));
    const shown = [...missing, ...values.slice(0, SHOWN_FACETS)];
    if (!shown.length) return null;
    return h("fieldset", {}, h("legend", {}, label), shown.map(({ value, count }) => {
      const on = chosen.some((one) => same(one, value));
      const next = on ? chosen.filter((one) => !same(one, value)) : [...chosen, value];
      return h("label", { class: "tick" }, h("input", { type: "checkbox", checked: on, onchange: () => go({ [name]: next }) }),
        h("span", {}, capital(value)), count > 0 && h("span", { class: "count" }, count));
    }));
  };
  const lowest = h("input", { type: "number", min: 0, inputmode: "numeric", placeholder: "from", "aria-label": "Lowest price", value: filters.min_price ?? "" });
  const highest = h("input", { type: "number", min: 0, inputmode: "numeric", placeholder: "to", "aria-label": "Highest price", value: filters.max_price ?? "" });
  const price = () => go({ min_price: lowest.value, max_price: highest.value });
  [lowest, highest].forEach((field) => field.addEventListener("change", price));
  return [
    filters.q ? foundCategories(category, filters, found) : categoryLinks(shop, category),
    h("fieldset", {}, h("legend", {}, "Price"), h("div", { class: "range" }, lowest, h("span", {}, "–"), highest)),
    h("fieldset", {}, h("label", { class: "tick" }, h("input", { type: "checkbox", checked: filters.in_stock === "true", onchange: () => go({ in_stock: filters.in_stock === "true" ? "" : "true" }) }), h("span", {}, "In stock online"))),
    ticks("brand", "Brand"), ticks("colour", "Colour"),
    Object.keys(filters).some((name) => !["q", "sort", "page"].includes(name)) && h("p", {}, h("a", { href: searchAddress(category, { q: filters.q }) }, "Clear filters")),
  ];
}

/** @param {string} one @param {string} other */
function same(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * Among the results of a search: the categories that they are in.
 * @param {readonly string[]} category
 * @param {import("./route.js").Filters} filters
 * @param {import("./shop_api.js").Found} found
 */
function foundCategories(category, filters, found) {
  const values = (found.facets?.category ?? []).filter(({ value, count }) => count < found.total && !category.some((name) => same(name, value))).slice(0, SHOWN_FACETS);
  if (!values.length) return null;
  return h("fieldset", {}, h("legend", {}, "Category"), h("ul", { class: "below", role: "list" }, values.map(({ value, count }) =>
    h("li", {}, h("a", { href: searchAddress([...category, value], { ...filters, page: "" }) }, value), " ", h("span", { class: "count" }, count)))));
}

/** The next level below where we are. @param {import("./storefront.js").Shop} shop @param {readonly string[]} category */
function categoryLinks(shop, category) {
  const depth = category.length;
  const below = new Map();
  for (const { path, count } of shop.categories) {
    if (path.length > depth && category.every((name, n) => path[n] === name)) below.set(path[depth], (below.get(path[depth]) ?? 0) + count);
  }
  if (!below.size) return null;
  return h("fieldset", {}, h("legend", {}, depth ? category[depth - 1] : "Departments"), h("ul", { class: "below", role: "list" },
    [...below].map(([name, count]) => h("li", {}, h("a", { href: searchAddress([...category, name]) }, name), " ", h("span", { class: "count" }, count)))));
}

/** @param {import("./storefront.js").Shop} shop @param {string|undefined} words */
function nothing(shop, words) {
  return h("div", { class: "nothing" }, h("p", {}, "Nothing fits that."),
    h("p", {}, h("button", { type: "button", class: "solid", onclick: () => shop.chat.ask(words ? `I am looking for ${words}` : "Help me find something") }, "Ask the assistant")));
}

/** @param {Extract<import("./route.js").Route, {page: "search"}>} route @param {import("./shop_api.js").Found} found */
function pager({ category, filters }, found) {
  const page = Number(filters.page) || 1;
  const pages = Math.ceil(found.total / PER_PAGE);
  if (pages < 2) return null;
  /** @param {number} to @param {string} label */
  const link = (to, label) => (to >= 1 && to <= pages ? h("a", { class: "plain", href: searchAddress(category, { ...filters, page: String(to) }) }, label) : h("span", {}));
  return h("nav", { class: "pager", "aria-label": "Pages" }, link(page - 1, "Previous"), h("span", {}, `Page ${page} of ${pages}`), link(page + 1, "Next"));
}

/** @param {string} text */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
