/** Money, stars and stock as a customer reads them. Below: the wire's words. Above: every view. */

/**
 * @param {import("./chat/wire.js").Money|null|undefined} money
 * @param {string} locale
 */
export function formatMoney(money, locale) {
  if (!money) return "";
  const amount = Number(money.amount);
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency: money.currency }).format(amount);
  } catch {
    return `${money.amount} ${money.currency}`;
  }
}

/** @param {number} rating */
export function formatRating(rating) {
  return (Math.round(rating * 10) / 10).toFixed(1);
}

/**
 * An address that a picture may be loaded from, or none: http(s) and drawn data pictures only.
 * @param {string|undefined|null} address
 * @param {string} base
 */
export function pictureAddress(address, base) {
  if (!address) return "";
  try {
    const url = new URL(address, base);
    return ["http:", "https:"].includes(url.protocol) || address.startsWith("data:image/") ? url.href : "";
  } catch {
    return "";
  }
}

/**
 * An address that a link may lead to, or none: http(s) alone, so that no "javascript:" is ever followed on a page without a policy.
 * @param {string|undefined|null} address
 * @param {string} base
 */
export function linkAddress(address, base) {
  if (!address) return null;
  try {
    const url = new URL(address, base);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
