/**
 * How somebody comes to the app: with a code from another screen, with a shared product, by a shortcut, or just so. Pure.
 *
 * Above: mobile_element.js.
 *
 * @typedef {{kind: "code", code: string} | {kind: "product", id: string, title: string} | {kind: "words", text: string}
 *   | {kind: "ask", about: "order"|"person"} | {kind: "nothing"}} Arrival
 */

const CODE = /^#(?:transfer=)?([\w-]{4,40})$/;
const ADDRESS = /https?:\/\/\S+/;
const LONGEST = 1_000;

/**
 * @param {URL} address where the app was opened
 * @returns {Arrival}
 */
export function readArrival(address) {
  const code = CODE.exec(address.hash)?.[1];
  if (code) return { kind: "code", code };
  const ask = address.searchParams.get("ask");
  if (ask === "order" || ask === "person") return { kind: "ask", about: ask };
  return address.pathname.endsWith("/share") ? readShared(address) : { kind: "nothing" };
}

/** Telephones put a link into `url` or into `text`, as they like. @param {URL} address @returns {Arrival} */
function readShared(address) {
  const [title, text, url] = ["title", "text", "url"].map((name) => (address.searchParams.get(name) ?? "").trim().slice(0, LONGEST));
  const link = url || ADDRESS.exec(text)?.[0] || "";
  const id = productOf(link, address.origin);
  if (id) return { kind: "product", id, title: title || text.replace(ADDRESS, "").trim() || id };
  const words = [...new Set([title, text, url].filter(Boolean))].join(" ");
  return words ? { kind: "words", text: words } : { kind: "nothing" };
}

/** The product that a link of this very shop leads to; "" for any other. @param {string} link @param {string} origin */
function productOf(link, origin) {
  try {
    const url = new URL(link);
    const id = url.origin === origin ? /^\/p\/(.+)$/.exec(url.pathname)?.[1] : undefined;
    return id ? decodeURIComponent(id) : "";
  } catch {
    return "";
  }
}
