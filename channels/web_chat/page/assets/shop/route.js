/**
 * Addresses of the storefront as values, and back: pure.
 *
 * @typedef {Record<"q"|"brand"|"colour"|"min_price"|"max_price"|"in_stock"|"store"|"sort"|"page", string>} Filters
 * @typedef {{page: "home"} | {page: "cart"} | {page: "missing"} | {page: "product", id: string, colour: string}
 *   | {page: "search", category: string[], filters: Partial<Filters>}} Route
 */

const FILTERS = /** @type {const} */ (["q", "brand", "colour", "min_price", "max_price", "in_stock", "store", "sort", "page"]);

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
 * @returns {Partial<Filters>}
 */
function readFilters(params) {
  return Object.fromEntries(FILTERS.map((name) => [name, params.get(name)?.trim() ?? ""]).filter(([, value]) => value));
}

/**
 * @param {readonly string[]} category
 * @param {Partial<Filters>} [filters] empty ones are left out
 */
export function searchAddress(category, filters = {}) {
  const params = new URLSearchParams(Object.entries(filters).filter(([, value]) => value));
  const path = category.length ? `/c/${category.map(encodeURIComponent).join("/")}` : "/search";
  return params.size ? `${path}?${params}` : path;
}

/** @param {string} id @param {string} [colour] */
export function productAddress(id, colour = "") {
  return `/p/${encodeURIComponent(id)}${colour ? `?colour=${encodeURIComponent(colour)}` : ""}`;
}
