/**
 * What of a product lies in this store, and where. `stockHere` is pure. Below: the shop's products over HTTP.
 * Above: kiosk_element.js.
 *
 * @typedef {{price: unknown, stock?: Record<string, number>}} Variant
 * @typedef {{variants?: Variant[], attributes?: Record<string, string>}} Product
 * @typedef {{count: number, place: string}} Here
 */

import { call } from "/assets/chat/api.js";

/** How a shop may name the place in its product data. */
const PLACE = /^(aisle|shelf|bay|location in store|gang|regal|pasillo|allée|rayon)$/i;

/**
 * @param {Product} product
 * @param {string} store
 * @returns {Here}
 */
export function stockHere(product, store) {
  const counts = (product.variants ?? []).map((variant) => variant.stock?.[store] ?? 0);
  const place = Object.entries(product.attributes ?? {}).find(([name, value]) => PLACE.test(name) && value);
  return { count: counts.reduce((sum, one) => sum + one, 0), place: place ? `${place[0]} ${place[1]}` : "" };
}

/** @param {string} base @param {string} productId @param {string} store @returns {Promise<Here|null>} null when it cannot be told */
export function lookHere(base, productId, store) {
  return call(base, `v1/products/${encodeURIComponent(productId)}`).then((product) => stockHere(product, store), () => null);
}

/** @param {string} base @param {string} store @returns {Promise<string>} the store's name; "" when there is none like it */
export async function storeName(base, store) {
  const { stores } = await call(base, "v1/stores").catch(() => ({ stores: [] }));
  return stores.find((/** @type {{id: string}} */ one) => one.id === store)?.name ?? "";
}
