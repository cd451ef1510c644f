/**
 * Addresses of the storefront as values, and back: pure.
 *
 * @typedef {{q?: string, brand?: string[], colour?: string[], min_price?: string, max_price?: string, in_stock?: string,
 *   store?: string, sort?: string, page?: string}} Filters
 * @typedef {{page: "home"} | {page: "cart"} | {page: "missing"} | {page: "product", id: string, colour: string}
 *   | {page: "search", category: string[], filters: Filters}} Route
 */

const ONE = ["q", "min_price", "max_price", "in_stock", "store", "sort", "page"];
const SEVERAL = ["brand", "colour"];

/**
 * @param {URL} url
 * @returns {Route}
 */
export function readRoute(url) {
  const [place, ...rest] = url.pathname.split("/").filter(Boolean).map(decode);
  if (place === undefined || (place === "index.html" && !rest.length)) return { page: "home" };
  if (place === "cart" && !rest.length) return { page: "cart" };
  if (place === "p" && rest.length === 1) return { page: "product", id: rest[0], colour: url.searchParams.get("colour") ?? "" };
  if (place === "search" || (place === "c" && rest.length)) return { page: "search", category: place === "c" ? rest : [], filters: readFilters(url.searchParams) };
  return { page: "missing" };
}

/** A broken escape is no reason to fall over. @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * @param {URLSearchParams} params
 * @returns {Filters}
 */
function readFilters(params) {
  const one = ONE.map((name) => [name, params.get(name)?.trim() ?? ""]);
  const several = SEVERAL.map((name) => [name, params.getAll(name).filter(Boolean)]);
  return Object.fromEntries([...one, ...several].filter(([, value]) => value.length));
}

/** Filters as the query of an address; empty ones are left out. @param {Filters} filters */
export function filterParams(filters) {
  return new URLSearchParams(Object.entries(filters).flatMap(([name, value]) => [value].flat().filter(Boolean).map((one) => [name, one])));
}

/**
 * @param {readonly string[]} category
 * @param {Filters} [filters]
 */
export function searchAddress(category, filters = {}) {
  const params = filterParams(filters);
  const path = category.length ? `/c/${category.map(encodeURIComponent).join("/")}` : "/search";
  return params.size ? `${path}?${params}` : path;
}

/** @param {string} id @param {string} [colour] */
export function productAddress(id, colour = "") {
  return `/p/${encodeURIComponent(id)}${colour ? `?colour=${encodeURIComponent(colour)}` : ""}`;
}
