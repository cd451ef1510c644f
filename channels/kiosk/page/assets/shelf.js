/**
 * What of a product lies in this store, and where. `stockHere` is pure. Below: the shop's products over HTTP.
 * Above: stay.js, kiosk_element.js.
 *
 * @typedef {{price: unknown, stock?: Record<string, number>}} Variant
 * @typedef {{variants?: Variant[], attributes?: Record<string, string>}} Product
 * @typedef {{count: number, place: string}} Here
 */

import { h, icon, put } from "/assets/dom.js";
import { call } from "/assets/aisle_client.js";

/** So many left are told as few. */
const FEW = 3;

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

/**
 * How many lie in this very store, beside what the shop says, and the way there.
 * @param {string} base @param {string} store @param {import("/assets/chat/wire.js").Card} card @param {import("./words.js").Translate} t
 * @param {(() => void)|null} map null where the store has no floor plan
 */
export function hereView(base, store, card, t, map) {
  if (card.kind !== "product") return null;
  const node = h("p", { class: "here" }, icon("pin"), h("span", {}, "…"));
  const way = map && h("button", { type: "button", class: "plain to-map", hidden: true, onclick: map }, icon("pin"), t("show_map"));
  void lookHere(base, card.id, store).then((here) => {
    if (!here) return node.remove();
    const key = here.count > FEW ? "here_many" : here.count > 0 ? "here_few" : "here_none";
    node.classList.add(here.count > FEW ? "good" : here.count > 0 ? "warn" : "bad");
    put(/** @type {Element} */ (node.lastElementChild), t(key, { n: here.count }), here.place && ` · ${here.place}`);
    if (way) way.hidden = here.count === 0;
  });
  return h("div", { class: "at-hand" }, node, way);
}
