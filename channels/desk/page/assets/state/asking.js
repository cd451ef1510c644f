/**
 * Ask-anything: one list of what was found, walked through with arrows; and the palette's search over everything that can be done.
 * Pure. Above: views/ask.js, views/palette.js.
 *
 * @typedef {{kind: "policy"|"product"|"talk"|"past", id: string, title: string, quote: string, extra: any}} Found
 */

/** @param {any} found of GET /v1/desk/search @returns {Found[]} */
export function listed(found) {
  const policies = (found.policies ?? []).slice(0, 3).map((/** @type {any} */ one) => ({ kind: "policy", id: one.id, title: one.title, quote: one.quote, extra: one }));
  const products = (found.products ?? []).slice(0, 6).map((/** @type {any} */ one) => ({ kind: "product", id: one.id, title: one.title, quote: "", extra: one }));
  const talks = (found.conversations ?? []).slice(0, 4).map((/** @type {any} */ one) => ({ kind: "talk", id: one.conversation_id, title: one.customer_id, quote: one.last_words, extra: one }));
  const open = new Set(talks.map((/** @type {any} */ one) => one.id));
  const past = (found.past ?? []).filter((/** @type {any} */ one) => !open.has(one.conversation_id)).slice(0, 6)
    .map((/** @type {any} */ one) => ({ kind: "past", id: one.conversation_id, title: one.customer_name || one.customer_id, quote: one.words, extra: one }));
  return [...policies, ...products, ...talks, ...past];
}

/** @param {number} at @param {number} by @param {number} count */
export function stepped(at, by, count) {
  return count ? (at + by + count) % count : -1;
}

/**
 * How well words fit: every letter in order, better at the start of words and together. 0: they do not.
 * @param {string} text
 * @param {string} typed
 */
export function fit(text, typed) {
  const plain = (/** @type {string} */ one) => one.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const [hay, needle] = [plain(text), plain(typed).replace(/\s+/g, " ").trim()];
  if (!needle) return 1;
  const at = hay.indexOf(needle);
  if (at >= 0) return 100 - Math.min(40, at) + (at === 0 || /[\s(]/.test(hay[at - 1]) ? 50 : 0);
  let place = 0;
  let score = 20;
  for (const letter of needle.replaceAll(" ", "")) {
    const next = hay.indexOf(letter, place);
    if (next < 0) return 0;
    score -= Math.min(3, (next - place) * 0.5);
    place = next + 1;
  }
  return score < 14 ? 0 : score;
}

/** @template {{label: string, also?: string}} T @param {T[]} all @param {string} typed @param {number} most @returns {T[]} */
export function best(all, typed, most = 12) {
  const rated = all.map((one, n) => ({ one, n, score: Math.max(fit(one.label, typed), fit(one.also ?? "", typed) * (typed ? 0.8 : 0)) }));
  return rated.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || a.n - b.n).slice(0, most).map(({ one }) => one);
}
