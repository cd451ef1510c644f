/** How conversations went, for supervisors and buyers: shares with their intervals, the way to the cart, what was not found. Below: state/analytics.js. */

import { icon } from "../icons.js";
import { v } from "../paint.js";
import { SPANS, daily, interval, intentParts, percent, whisker } from "../state/analytics.js";
import { scale, shares } from "../state/plots.js";
import { worded } from "../words.js";
import { driftView } from "./drift.js";

const WIDTH = 720;
const HEIGHT = 190;
const PAD = { left: 44, right: 8, top: 10, bottom: 24 };

/** @param {import("../app.js").App} app */
export function analyticsView(app) {
  const figures = app.state.analytics;
  return v("div", { class: "analytics" }, narrowing(app),
    figures === null ? v("div", { class: "skeleton tall", role: "status", "aria-label": app.t("loading") })
      : figures.all.conversations || figures.left_out ? found(app, figures)
        : v("div", { class: "card empty" }, icon("chart"), v("p", {}, app.t(figures.read_at ? "an_none" : "an_never"))));
}

/** @param {import("../app.js").App} app */
function narrowing({ state, t, lead }) {
  const { days, channel, language } = state.analyticsOf;
  const figures = state.analytics;
  const choice = (/** @type {"channel"|"language"} */ name, /** @type {any} */ word, /** @type {string} */ chosen, /** @type {string} */ family, /** @type {any[]} */ groups) =>
    v("label", { class: "row tight", key: name }, v("span", { class: "soft" }, t(word)),
      v("select", { onchange: (/** @type {any} */ event) => lead.analytics({ [name]: event.target.value }) }, v("option", { value: "", selected: !chosen }, t("an_all")),
        [...new Set([...groups.map((one) => one.name), chosen])].filter(Boolean).map((one) => v("option", { key: one, value: one, selected: one === chosen }, family ? worded(t, family, one) : one.toUpperCase()))));
  return v("div", { class: "an-bar" },
    v("div", { class: "modes", role: "group", "aria-label": t("an_span") }, SPANS.map((one) => v("button", { key: String(one), class: "mode", "aria-pressed": String(days === one), onclick: () => lead.analytics({ days: one }) }, t("an_days", { n: one })))),
    choice("channel", "an_channel", channel, "channel", state.analyticsNames.channels), choice("language", "an_language", language, "", state.analyticsNames.languages),
    v("span", { class: "grow" }),
    figures?.read_at ? v("span", { class: "soft small-text" }, t("an_read", { when: new Date(figures.read_at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) })) : null,
    v("button", { class: "small", onclick: () => lead.analyticsFile() }, icon("download"), "CSV"));
}

/** @param {import("../app.js").App} app @param {import("../state/analytics.js").Figures} figures */
function found(app, figures) {
  const { t } = app;
  const card = (/** @type {any} */ word, /** @type {any} */ picture, /** @type {any} */ content, kind = "", hint = "") =>
    v("section", { class: `card ${kind}`, key: word }, v("h2", {}, icon(picture), t(word)), hint ? v("p", { class: "soft small-text an-hint" }, hint) : null, content);
  return v("div", { class: "floor-grid" }, tiles(app, figures),
    card("an_by_day", "chart", daysPlot(app, figures.by_day), "span-two"),
    card("an_why", "check", bars(app, figures.why_resolved, (name) => worded(t, "because", name)), "", t("an_why_hint")),
    card("an_not_found", "search", notFound(app, figures), "", t("an_not_found_hint")),
    card("an_funnel", "bag", funnel(app, figures.funnel), "", t("an_funnel_hint")),
    card("drift", "swap", driftView(app), "", t("drift_hint")),
    card("an_handoffs", "flag", bars(app, figures.handoffs, (name) => worded(t, "reason", name))),
    card("an_intents", "chat", bars(app, figures.intents, (name) => intentWords(app, name), 12), "", t("an_intents_hint")),
    v("div", { class: "span-two an-groups", key: "groups" },
      card("channels", "globe", groupsTable(app, figures.by_channel, (name) => worded(t, "channel", name))),
      card("an_languages", "translate", groupsTable(app, figures.by_language, (name) => called(app, name))),
      figures.by_store.length ? card("an_stores", "bag", groupsTable(app, figures.by_store, (name) => name)) : null),
    v("p", { class: "soft small-text span-all", key: "beside" }, t("an_beside", { opened: figures.opened_only, left: figures.left_out })));
}

/** @param {import("../app.js").App} app @param {import("../state/analytics.js").Figures} figures */
function tiles({ t, language }, { all }) {
  const tile = (/** @type {any} */ word, /** @type {import("../state/analytics.js").Share} */ share, /** @type {any} */ of) =>
    v("div", { class: "tile", key: word }, v("dt", {}, t(word)), v("dd", {}, v("strong", {}, percent(share, language)), v("span", { class: "soft" }, interval(share, language)), whiskers(share), v("span", { class: "soft an-n" }, t(of, { count: share.count, n: share.n }))));
  return v("dl", { class: "tiles span-all" },
    v("div", { class: "tile", key: "count" }, v("dt", {}, t("an_conversations")), v("dd", {}, v("strong", {}, all.conversations.toLocaleString(language)),
      v("span", { class: "soft" }, all.turns_p50 === null ? "" : t("an_turns", { n: all.turns_p50.toLocaleString(language) })), v("span", { class: "soft an-n" }, all.latency_p50 === null ? "" : t("an_seconds", { n: all.latency_p50.toLocaleString(language, { maximumFractionDigits: 2 }) })))),
    tile("an_contained", all.contained, "an_of"), tile("an_resolved", all.resolved, "an_of_decided"), tile("an_silent", all.silent, "an_of"),
    tile("an_vain", all.searched_in_vain, "an_of_searches"), tile("an_unclear", all.not_understood, "an_of_replies"), tile("an_thumbs", all.thumbs_up, "an_of_thumbs"));
}

/** The share and where it may lie. @param {import("../state/analytics.js").Share} share */
function whiskers(share) {
  const found = whisker(share);
  return v("svg", { class: "an-whisker", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    v("rect", { x: 0, y: 4, width: 100, height: 2, class: "bar-track" }),
    found ? [v("rect", { x: found.from.toFixed(1), y: 3, width: Math.max(0.6, found.to - found.from).toFixed(1), height: 4, class: "an-range" }), v("rect", { x: (Math.min(99, found.at) - 0.5).toFixed(1), y: 0, width: 1.4, height: 10, class: "an-at" })] : null);
}

/** Conversations a day; of them those that the assistant served alone. @param {import("../app.js").App} app @param {import("../state/analytics.js").Day[]} given */
function daysPlot({ t, language }, given) {
  const rows = daily(given);
  if (!rows.length) return v("p", { class: "empty" }, t("no_figures"));
  const { top, ticks } = scale(Math.max(...rows.map(({ conversations }) => conversations)));
  const step = (WIDTH - PAD.left - PAD.right) / rows.length;
  const wide = Math.min(34, step * 0.66);
  const x = (/** @type {number} */ n) => PAD.left + step * (n + 0.5);
  const y = (/** @type {number} */ value) => HEIGHT - PAD.bottom - (value / top) * (HEIGHT - PAD.top - PAD.bottom);
  const every = Math.ceil(rows.length / 9);
  const date = (/** @type {string} */ day) => new Date(`${day}T12:00:00Z`).toLocaleDateString(language, { day: "numeric", month: "short" });
  const bar = (/** @type {number} */ n, /** @type {number} */ value, /** @type {string} */ kind) => v("rect", { x: (x(n) - wide / 2).toFixed(1), width: wide.toFixed(1), y: y(value).toFixed(1), height: Math.max(0, HEIGHT - PAD.bottom - y(value)).toFixed(1), rx: 2, class: kind });
  return v("figure", { class: "plot" },
    v("div", { class: "scroll-x", tabindex: 0, role: "region", "aria-label": t("an_by_day") }, v("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": rows.map((row) => `${date(row.day)}: ${row.conversations}, ${percent(row.contained, language)}`).join("; ") },
      ticks.map((tick) => v("g", { key: `t${tick}` }, v("line", { x1: PAD.left, x2: WIDTH - PAD.right, y1: y(tick), y2: y(tick), class: "grid" }), v("text", { x: PAD.left - 6, y: y(tick) + 4, class: "tick end" }, String(tick)))),
      rows.map((row, n) => v("g", { key: row.day }, v("title", {}, `${date(row.day)} · ${row.contained.count} / ${row.conversations}`), bar(n, row.conversations, "bar asked"), bar(n, row.contained.count, "bar claimed"), n % every ? null : v("text", { x: x(n), y: HEIGHT - 6, class: "tick middle" }, date(row.day)))))),
    v("figcaption", { class: "legend" }, v("span", {}, v("i", { class: "asked", "aria-hidden": "true" }), t("an_conversations")), v("span", {}, v("i", { class: "claimed", "aria-hidden": "true" }), t("an_contained"))));
}

/** @param {import("../app.js").App} app @param {import("../state/analytics.js").Counted[]} rows @param {(name: string) => string} told @param {number} [most] */
function bars({ t }, rows, told, most = 8) {
  if (!rows.length) return v("p", { class: "empty" }, t("no_figures"));
  return v("ul", { class: "bars" }, shares(rows, most).map((row) => v("li", { key: row.name },
    v("span", { class: "bars-name", title: told(row.name) }, told(row.name)), track(row.share), v("span", { class: "bars-count" }, row.count))));
}

/** @param {number} part */
function track(part) {
  return v("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, v("rect", { x: 0, y: 0, width: 100, height: 8, rx: 2, class: "bar-track" }), v("rect", { x: 0, y: 0, width: (part * 100).toFixed(1), height: 8, rx: 2, class: "bar claimed" }));
}

/** @param {import("../app.js").App} app @param {import("../state/analytics.js").Figures} figures */
function notFound({ t }, figures) {
  if (!figures.not_found.length) return v("p", { class: "empty" }, t("an_all_found"));
  return v("div", { class: "an-scroll", tabindex: 0, role: "region", "aria-label": t("an_not_found") },
    v("ol", { class: "an-list" }, figures.not_found.map((one) => v("li", { key: one.name }, v("span", {}, one.name), v("strong", {}, one.count)))));
}

/** @param {import("../app.js").App} app @param {import("../state/analytics.js").Step[]} steps */
function funnel({ t, language }, steps) {
  return v("ol", { class: "an-funnel" }, steps.map(({ name, of_all: all, of_before: before }, n) => v("li", { key: name },
    v("span", { class: "an-step" }, worded(t, "step", name), v("strong", {}, all.count)), track(all.share ?? 0),
    v("span", { class: "soft small-text" }, n ? t("an_step", { share: percent(before, language), interval: interval(before, language) }) : ""))));
}

/** @param {import("../app.js").App} app @param {import("../state/analytics.js").Group[]} groups @param {(name: string) => string} told */
function groupsTable({ t, language }, groups, told) {
  if (!groups.length) return v("p", { class: "empty" }, t("no_figures"));
  const cell = (/** @type {import("../state/analytics.js").Share} */ share) => v("td", {}, v("strong", {}, percent(share, language)), v("span", { class: "soft small-text an-range-words" }, interval(share, language), share.n ? ` · n ${share.n}` : ""));
  return v("div", { class: "scroll-x", tabindex: 0, role: "region", "aria-label": t("an_groups") }, v("table", { class: "table tight" },
    v("thead", {}, v("tr", {}, [" ", "n", t("an_contained"), t("an_resolved"), t("an_silent"), t("an_vain"), t("an_cart")].map((word) => v("th", { scope: "col", key: word }, word)))),
    v("tbody", {}, groups.map((one) => v("tr", { key: one.name }, v("th", { scope: "row" }, told(one.name)), v("td", {}, one.conversations), cell(one.contained), cell(one.resolved), cell(one.silent), cell(one.searched_in_vain), cell(one.to_cart))))));
}

/** @param {import("../app.js").App} app @param {string} name */
function called({ language }, name) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(name) ?? name;
  } catch {
    return name;
  }
}

/** @param {import("../app.js").App} app @param {string} intent */
function intentWords({ t }, intent) {
  const [family, of] = intentParts(intent);
  return of ? `${worded(t, "intent", family)}: ${of}` : worded(t, "intent", family);
}
