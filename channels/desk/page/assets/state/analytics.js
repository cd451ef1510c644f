/**
 * How conversations went, as it is drawn: shares with their intervals, days as bars. Pure.
 *
 * Above: views/analytics.js. Below: nothing.
 *
 * @typedef {{share: number|null, low: number|null, high: number|null, count: number, n: number}} Share
 * @typedef {{name: string, count: number}} Counted
 * @typedef {{name: string, conversations: number, contained: Share, resolved: Share, silent: Share, not_understood: Share,
 *   searched_in_vain: Share, to_cart: Share, thumbs_up: Share, turns_p50: number|null, latency_p50: number|null}} Group
 * @typedef {{day: string, conversations: number, contained: Share, resolved: Share}} Day
 * @typedef {{name: string, of_all: Share, of_before: Share}} Step
 * @typedef {{from: string, to: string, read_at: string, all: Group, by_channel: Group[], by_language: Group[], by_store: Group[], by_day: Day[],
 *   why_resolved: Counted[], handoffs: Counted[], intents: Counted[], funnel: Step[], not_found: Counted[], opened_only: number, left_out: number}} Figures
 * @typedef {{days: number, channel: string, language: string}} Narrowed
 */

export const SPANS = Object.freeze([7, 30, 90]);
const DAY_MS = 86_400_000;

/** @returns {Narrowed} */
export function everything() {
  return { days: 30, channel: "", language: "" };
}

/** Whole days of UTC, up to now. @param {Narrowed} narrowed @param {number} now */
export function asked({ days, channel, language }, now) {
  const from = new Date(Math.floor(now / DAY_MS) * DAY_MS - (days - 1) * DAY_MS);
  const query = new URLSearchParams({ from: from.toISOString() });
  if (channel) query.set("channel", channel);
  if (language) query.set("language", language);
  return query.toString();
}

/** "62 %"; a dash where there is nothing to count. @param {Share} share @param {string} language */
export function percent({ share }, language) {
  return share === null ? "–" : share.toLocaleString(language, { style: "percent", maximumFractionDigits: 0 });
}

/** "51–72 %": the interval in which the true share lies, 19 times of 20. @param {Share} share @param {string} language */
export function interval({ low, high }, language) {
  if (low === null || high === null) return "";
  return `${Math.round(low * 100)}–${high.toLocaleString(language, { style: "percent", maximumFractionDigits: 0 })}`;
}

/** Where dot and whiskers stand on a scale of 100. @param {Share} share */
export function whisker({ share, low, high }) {
  if (share === null || low === null || high === null) return null;
  return { at: share * 100, from: low * 100, to: high * 100 };
}

/** Every day from the first to the last, those without a conversation too. @param {Day[]} rows @returns {Day[]} */
export function daily(rows) {
  if (!rows.length) return [];
  const byDay = new Map(rows.map((row) => [row.day, row]));
  const none = { share: null, low: null, high: null, count: 0, n: 0 };
  const first = Date.parse(rows[0].day);
  const count = Math.min(400, Math.round((Date.parse(rows[rows.length - 1].day) - first) / DAY_MS) + 1);
  return Array.from({ length: count }, (_, n) => {
    const day = new Date(first + n * DAY_MS).toISOString().slice(0, 10);
    return byDay.get(day) ?? { day, conversations: 0, contained: none, resolved: none };
  });
}

/** "policy:returns" -> ["policy", "returns"]. @param {string} intent @returns {[string, string]} */
export function intentParts(intent) {
  const [family, ...rest] = intent.split(":");
  return [family, rest.join(" ").replaceAll("_", " ")];
}
