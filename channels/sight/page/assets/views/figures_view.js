/** The last hour in six figures, and what is going on now. Below: state/sight.js, paint.js. */

import { v } from "/desk/assets/paint.js";
import { costEach, hourly, lasting, level, money, number, share } from "../state/sight.js";

/** @typedef {{t: import("../words.js").Translate, language: string, now: number}} View */

/** @param {View} view @param {any} seen */
export function hourView({ t, language }, seen) {
  const hour = seen.hour;
  const turn = seen.stages.find((/** @type {any} */ one) => one.stage === "turn");
  const each = costEach(hour);
  const part = (/** @type {number} */ count) => (hour.turns ? t("of_turns", { share: share(count, hour.turns, language) }) : "");
  return v("section", { class: "hour", "aria-labelledby": "hour", key: "hour" }, v("h2", { id: "hour" }, hourOf(t, seen)),
    v("dl", { class: "tiles" },
      tile(t("turns"), number(hour.turns, language), hour.turns ? t("interrupted", { count: number(hour.interrupted, language) }) : t("nothing_yet")),
      tile(t("turn_p95"), lasting(turn?.p95, language), turn ? `${t("median")} ${lasting(turn.p50, language)}` : ""),
      tile(t("failed"), number(hour.failed, language), part(hour.failed), level(hour.failed, hour.turns, 0.001, 0.01)),
      tile(t("not_grounded"), number(hour.not_grounded, language), part(hour.not_grounded), level(hour.not_grounded, hour.turns, 0.02, 0.1)),
      tile(t("fallbacks"), number(hour.fallbacks, language), part(hour.fallbacks), level(hour.fallbacks, hour.turns, 0.1, 0.5)),
      tile(t("cost"), each === null ? t("cost_none") : money(each, seen.currency, language), !hour.turns ? "" : t("cost_detail", { tokens: number(hour.tokens, language), cpu: number(hour.cpu_seconds, language), count: number(hour.conversations, language) }), "", each === null ? t("cost_how") : "")));
}

/** @param {import("../words.js").Translate} t @param {any} seen */
function hourOf(t, seen) {
  if (seen.shown) return t("last_hour_of", { name: seen.shown });
  return seen.replicas.length > 1 ? t("last_hour_all", { count: seen.replicas.filter((/** @type {any} */ one) => one.hour_turns !== null && one.state !== "silent").length }) : t("last_hour");
}

/** @param {string} name @param {string} value @param {string} detail @param {string} [kind] @param {string} [more] */
function tile(name, value, detail, kind = "", more = "") {
  return v("div", { class: `tile ${kind}`, key: name }, v("dt", {}, name), v("dd", { class: "value" }, value), detail ? v("dd", { class: "soft small" }, detail) : null, more ? v("dd", { class: "soft small" }, more) : null);
}

/** Turns by minute, those that failed beneath. @param {View} view @param {any} seen */
export function turnsPlot({ t, language, now }, seen) {
  const places = hourly(seen.minutes, now);
  const of = (/** @type {string} */ name) => places.map((place) => (place < 0 ? 0 : seen.minutes[place][name]));
  const turns = of("turns");
  const failed = of("failed");
  const top = Math.max(1, ...turns);
  const bar = (/** @type {number} */ n, /** @type {number} */ value, /** @type {string} */ kind) => (value ? v("rect", { key: `${kind}${n}`, x: n * 10 + 1, width: 8, y: (60 - (value / top) * 58).toFixed(1), height: ((value / top) * 58).toFixed(1), rx: 1.5, class: kind }) : null);
  return v("figure", { class: "turns", key: "turns" }, v("figcaption", {}, v("span", {}, t("turns_plot")), v("span", { class: "soft" }, turns.some(Boolean) ? t("most", { count: number(top, language) }) : "")),
    v("svg", { viewBox: "0 0 600 62", preserveAspectRatio: "none", role: "img", "aria-label": `${t("turns_plot")}: ${turns.join(", ")}` },
      v("line", { x1: 0, x2: 600, y1: 61, y2: 61, class: "ground" }), turns.map((value, n) => bar(n, value, "bar")), failed.map((value, n) => bar(n, value, "bar bad"))));
}

/** @param {View} view @param {any} seen */
export function nowView({ t, language }, seen) {
  const now = seen.now;
  const row = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ rest) => v("div", { key: name }, v("dt", {}, name), v("dd", {}, v("b", {}, value), rest ? v("span", { class: "soft" }, ` ${rest}`) : null));
  const refused = /** @type {[string, number][]} */ (Object.entries(now.refused));
  return v("section", { class: "card", "aria-labelledby": "now", key: "now" }, v("h2", { id: "now" }, t("now")),
    v("dl", { class: "rows" },
      row(t("turns_now"), number(now.turns, language), t("of_most", { most: number(now.turns_most, language) })),
      row(t("connections"), number(now.connections, language), t("of_most", { most: number(now.connections_most, language) })),
      row(t("waiting_people"), now.waiting_for_people === null ? "–" : number(now.waiting_for_people, language), ""),
      now.queues.map((/** @type {any} */ queue) => row(t("queue", { name: queue.name }), number(queue.waiting, language), t("queue_detail", queue))),
      row(t("refused_count"), number(refused.reduce((sum, [, count]) => sum + count, 0), language), refused.filter(([, count]) => count).map(([name, count]) => `${name} ${number(count, language)}`).join(", "))));
}
