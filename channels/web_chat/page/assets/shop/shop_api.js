/**
 * The shop's catalogue over HTTP. Below: chat/api.js. Above: the pages.
 *
 * @typedef {import("../chat/wire.js").Money} Money
 * @typedef {{id: string, title: string, brand: string, category: string[], price: Money|null, price_max: Money|null,
 *   rating: number|null, rating_count: number, image_url: string, availability: string,
 *   options: Record<string, string[]>}} Brief
 * @typedef {{id: string, options: Record<string, string>, price: Money|null, availability: string,
 *   stock: Record<string, number>}} Variant
 * @typedef {Brief & {description: string, attributes: Record<string, string>, variants: Variant[],
 *   reviews: {rating: number, text: string, author?: string}[], similar: Brief[]}} Product
 * @typedef {{value: string, count: number}} Facet
 * @typedef {{products: Brief[], total: number, page: number, facets: Record<string, Facet[]>}} Found
 * @typedef {{id: string, name: string, address: Record<string, string>, opening_hours: Record<string, string>,
 *   latitude: number, longitude: number, distance_km: number|null}} Store
 * @typedef {{path: string[], count: number}} Category
 */

import { call } from "../chat/api.js";
import { filterParams } from "./route.js";

const BASE = new URL("../../", import.meta.url).href;

/** @type {Map<string, Promise<any>>} what does not change while a page is open */
const kept = new Map();

/** @param {string} path @returns {Promise<any>} */
function once(path) {
  const known = kept.get(path) ?? call(BASE, path);
  kept.set(path, known);
  known.catch(() => kept.delete(path));
  return known;
}

/** @returns {Promise<{name: string, currency: string, locale: string}>} */
export const shop = () => once("v1/shop");

/** @returns {Promise<Category[]>} */
export const categories = () => once("v1/categories").then((found) => found.categories);

/** @returns {Promise<Store[]>} */
export const stores = () => once("v1/stores").then((found) => found.stores);

/** @param {string} id @returns {Promise<Product>} */
export const product = (id) => call(BASE, `v1/products/${encodeURIComponent(id)}`);

/**
 * @param {readonly string[]} category
 * @param {import("./route.js").Filters & {limit: string}} filters
 * @returns {Promise<Found>}
 */
export function products(category, filters) {
  const params = filterParams(filters);
  if (category.length) params.set("category", category.join("/"));
  return call(BASE, `v1/products?${params}`);
}
