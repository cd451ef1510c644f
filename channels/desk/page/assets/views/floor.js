/** The supervisor's view: who waits, who works, how well, why; canned replies and hours. Below: plots.js, replies.js. */

import { channelIcon, icon } from "../icons.js";
import { v } from "../paint.js";
import { called, groups, leads } from "../state/desk.js";
import { exactly, lasting, ticking, urgency, waited } from "../state/times.js";
import { reasonWords, worded } from "../words.js";
import { analyticsView } from "./analytics.js";
import { auditView } from "./audit.js";
import { barsView, hoursPlot, waitsPlot } from "./plots.js";
import { repliesView } from "./replies.js";
import { reviewView } from "./review.js";
import { initials } from "./top.js";

/** @param {import("../app.js").App} app */
export function floorView(app) {
  const { state, t, show } = app;
  const tab = (/** @type {string} */ name, /** @type {any} */ word, /** @type {any} */ picture) =>
    v("button", { class: "mode", "aria-pressed": String(state.floorTab === name), onclick: () => show.floor(name) }, icon(picture), t(word));
  return v("main", { class: "floor" },
    v("div", { class: "floor-bar" }, v("h1", {}, t(state.floorTab === "replies" ? "canned" : state.floorTab === "audit" ? "floor_audit" : state.floorTab === "analytics" ? "floor_analytics" : state.floorTab === "review" ? "floor_review" : "view_floor")),
      v("div", { class: "modes", role: "group", "aria-label": t("views") }, leads(state) ? [tab("live", "floor_live", "people"), tab("figures", "floor_figures", "chart"), tab("analytics", "floor_analytics", "chat"), tab("review", "floor_review", "book"), tab("audit", "floor_audit", "shield")] : null, tab("replies", "canned", "bolt"), tab("hours", "floor_hours", "clock")),
      v("span", { class: "grow" }),
      leads(state) && !["replies", "audit", "analytics", "review"].includes(state.floorTab) ? days(app) : null),
    state.floorTab === "replies" ? repliesView(app) : state.floorTab === "hours" || !leads(state) ? hoursView(app) : state.floorTab === "figures" ? figuresView(app) : state.floorTab === "audit" ? auditView(app) : state.floorTab === "analytics" ? analyticsView(app) : state.floorTab === "review" ? reviewView(app) : liveView(app));
}

/** @param {import("../app.js").App} app */
function days({ state, t, lead }) {
  return v("div", { class: "row tight" },
    v("label", { class: "row tight" }, v("span", { class: "soft" }, t("day")), v("input", { type: "date", value: state.figuresDay, max: new Date().toISOString().slice(0, 10), onchange: (/** @type {any} */ event) => lead.figuresOf(event.target.value) })),
    state.figuresDay ? v("button", { class: "small", onclick: () => lead.figuresOf("") }, t("today")) : null,
    v("button", { class: "small", onclick: () => lead.export("csv") }, icon("download"), "CSV"),
    v("button", { class: "small", onclick: () => lead.export("jsonl") }, icon("download"), "JSONL"));
}

/** @param {import("../app.js").App} app */
function liveView(app) {
  const { state, t } = app;
  return v("div", { class: "floor-grid" }, tiles(app),
    v("section", { class: "card span-two" }, v("h2", {}, icon("people"), t("queue")), queueTable(app)),
    v("section", { class: "card" }, v("h2", {}, icon("desk"), t("agents")), agentsView(app)),
    state.figures ? v("div", { class: "span-all pair" },
      v("section", { class: "card" }, v("h2", {}, icon("chart"), t("volume_by_hour")), hoursPlot(app, state.figures.by_hour)),
      v("section", { class: "card" }, v("h2", {}, icon("clock"), t("waits_by_hour")), waitsPlot(app, state.figures.by_hour, state.figures.level_seconds))) : null);
}

/** @param {import("../app.js").App} app */
function tiles({ state, t, now }) {
  const figures = state.figures;
  const all = groups(state);
  const longest = all.waiting.reduce((most, line) => Math.max(most, (now - Date.parse(line.waiting_since)) / 1000), 0);
  const percent = figures?.service_level === null || figures?.service_level === undefined ? "–" : `${Math.round(figures.service_level * 100)} %`;
  const tile = (/** @type {string} */ name, /** @type {string|number} */ value, /** @type {string} */ more, tone = "") =>
    v("div", { class: `tile ${tone}`, key: name }, v("dt", {}, name), v("dd", {}, v("strong", {}, value), v("span", { class: "soft" }, more)));
  const there = state.colleagues.filter(({ status }) => status === "available");
  const free = there.reduce((sum, one) => sum + Math.max(0, one.capacity - one.has), 0);
  return v("dl", { class: "tiles span-all" },
    tile(t("tile_waiting"), all.waiting.length, all.waiting.length ? t("tile_longest", { time: lasting(longest) }) : t("tile_nobody"), longest > 180 ? "bad" : longest > 60 ? "warn" : ""),
    tile(t("tile_level"), percent, t("tile_level_more", { n: figures?.level_seconds ?? 60 }), figures?.service_level < 0.6 ? "bad" : figures?.service_level < 0.8 ? "warn" : figures?.service_level ? "good" : ""),
    tile(t("tile_agents"), there.length, t("tile_agents_more", { n: free })),
    tile(t("tile_busy"), figures?.now?.with_agents ?? all.mine.length + all.others.length, t("tile_busy_more", { n: figures?.now?.snoozed ?? all.snoozed.length })),
    tile(t("tile_callbacks"), state.callbacksOpen, t("tile_callbacks_more")),
    tile(t("tile_left"), figures?.left_before ?? "–", figures ? t("tile_left_more", { n: figures.asked }) : ""));
}

/** @param {import("../app.js").App} app */
function queueTable(app) {
  const { state, t, now, handle } = app;
  if (!state.lines.length) return v("div", { class: "empty" }, icon("check"), v("p", {}, t("empty_waiting")));
  return v("div", { class: "scroll-x", tabindex: 0, role: "region", "aria-label": t("queue") }, v("table", { class: "table" },
    v("thead", {}, v("tr", {}, ["th_customer", "th_wait", "th_reason", "th_agent", "th_acts"].map((word) => v("th", { scope: "col" }, t(/** @type {any} */ (word)))))),
    v("tbody", {}, state.lines.map((line) => v("tr", { key: line.conversation_id, class: line.sentiment },
      v("td", {}, v("span", { class: "row tight nowrap" }, icon(channelIcon(line.channel), worded(t, "channel", line.channel)), v("strong", {}, called(line, state.talks[line.conversation_id]?.details, t("guest"))), v("span", { class: "tag" }, (line.language || "?").toUpperCase()), line.sentiment === "upset" ? v("span", { class: "tag upset" }, t("upset")) : null), v("span", { class: "soft one-line words" }, line.last_words)),
      v("td", {}, v("span", { class: `wait ${line.status === "waiting_for_agent" ? urgency(line.waiting_since, now, 60) : ""}` }, line.status === "waiting_for_agent" ? ticking(line.waiting_since, now) : waited(line.waiting_since, now))),
      v("td", {}, reasonWords(t, line.reason, line.rule)),
      v("td", {}, line.agent ? line.agent.name : v("span", { class: "soft" }, t("stands_waiting"))),
      v("td", {}, v("span", { class: "row tight nowrap" },
        v("button", { class: "small", onclick: () => handle.open(line.conversation_id) }, icon("eye"), t("read_along")),
        line.agent && line.agent.agent_id !== state.me?.id ? [
          v("button", { class: "small", onclick: () => handle.join(line.conversation_id) }, icon("whisper"), t("act_whisper")),
          v("button", { class: "small", onclick: () => handle.takeOver(line.conversation_id) }, t("act_take_over"))] : null)))))));
}

/** @param {import("../app.js").App} app */
function agentsView({ state, t }) {
  const rank = { available: 0, away: 1, offline: 2 };
  const all = [...state.colleagues].sort((a, b) => (rank[/** @type {"away"} */ (a.status)] ?? 3) - (rank[/** @type {"away"} */ (b.status)] ?? 3) || a.name.localeCompare(b.name));
  const done = new Map((state.figures?.agents ?? []).map((/** @type {any} */ one) => [one.agent_id, one]));
  return v("ul", { class: "agents" }, all.map((one) => {
    const figures = done.get(one.agent_id);
    return v("li", { key: one.agent_id },
      v("span", { class: `initials ${one.status}`, "aria-hidden": "true" }, initials(one.name)),
      v("div", { class: "grow" }, v("strong", {}, one.name), v("span", { class: "soft" }, ` ${worded(t, "status", one.status)}`),
        v("p", { class: "soft" }, figures ? t("agent_done", { n: figures.claimed, solved: figures.solved, time: figures.handle_p50 === null ? "–" : exactly(figures.handle_p50) }) : [...one.languages, ...one.skills].join(" · "))),
      v("span", { class: "slots", role: "img", "aria-label": t("agent_load", { n: one.has, of: one.capacity }) }, Array.from({ length: Math.max(one.capacity, one.has) }, (_, n) => v("i", { class: n < one.has ? (n >= one.capacity ? "over" : "full") : "" }))));
  }));
}

/** @param {import("../app.js").App} app */
function figuresView(app) {
  const { state, t } = app;
  const figures = state.figures;
  if (!figures) return v("div", { class: "floor-grid", role: "status", "aria-label": t("loading") }, v("div", { class: "skeleton tall span-all" }), v("div", { class: "skeleton tall" }), v("div", { class: "skeleton tall" }));
  const time = (/** @type {any} */ one, /** @type {string} */ which) => (one?.[which] === null || one?.[which] === undefined ? "–" : exactly(one[which]));
  const row = (/** @type {string} */ name, /** @type {any} */ one) => v("tr", { key: name }, v("th", { scope: "row" }, name), v("td", {}, time(one, "p50")), v("td", {}, time(one, "p95")), v("td", {}, one?.n ?? "–"));
  const drafts = figures.suggestions ?? {};
  return v("div", { class: "floor-grid" },
    v("section", { class: "card span-two" }, v("h2", {}, icon("chart"), t("volume_by_hour")), hoursPlot(app, figures.by_hour)),
    v("section", { class: "card" }, v("h2", {}, icon("clock"), t("times")), v("table", { class: "table tight" },
      v("thead", {}, v("tr", {}, [t("th_what"), t("median"), "95 %", "n"].map((word) => v("th", { scope: "col" }, word)))), v("tbody", {}, row(t("time_wait"), figures.wait), row(t("time_first"), figures.first_reply), row(t("time_handle"), figures.handle)))),
    v("section", { class: "card span-two" }, v("h2", {}, icon("clock"), t("waits_by_hour")), waitsPlot(app, figures.by_hour, figures.level_seconds)),
    v("section", { class: "card" }, v("h2", {}, icon("spark"), t("copilot")), v("dl", { class: "facts" },
      [[t("drafts_made"), drafts.made], [t("drafts_used"), drafts.used], [t("drafts_unedited"), drafts.unedited], [t("drafts_distance"), drafts.edit_distance_p50]].map(([name, value]) => v("div", { key: name }, v("dt", {}, name), v("dd", {}, value ?? "–"))))),
    v("section", { class: "card" }, v("h2", {}, icon("flag"), t("reasons")), barsView(app, figures.reasons ?? [], "reason")),
    v("section", { class: "card" }, v("h2", {}, icon("check"), t("outcomes")), barsView(app, figures.outcomes ?? [], "outcome")),
    v("section", { class: "card" }, v("h2", {}, icon("globe"), t("channels")), barsView(app, (figures.by_channel ?? []).map((/** @type {any} */ one) => ({ name: one.name, count: one.asked })), "channel")));
}

/** @param {import("../app.js").App} app */
function hoursView({ state, t }) {
  const hours = state.hours;
  if (!hours) return v("p", { class: "empty" }, t("hours_unknown"));
  const at = (/** @type {string|null} */ time) => (time ? new Date(time).toLocaleString([], { weekday: "long", hour: "2-digit", minute: "2-digit", timeZone: hours.time_zone || undefined }) : "–");
  return v("section", { class: "card hours" },
    v("p", { class: "hours-now" }, v("span", { class: `presence-dot ${hours.open ? "available" : "offline"}`, "aria-hidden": "true" }), v("strong", {}, t(hours.always ? "hours_always" : hours.open ? "hours_open" : "hours_shut"))),
    hours.always ? null : v("p", {}, hours.open ? t("hours_until", { when: at(hours.closes_at) }) : t("hours_from", { when: at(hours.opens_at) })),
    v("p", { class: "soft" }, t("hours_zone", { zone: hours.time_zone || "UTC" })),
    v("p", { class: "soft" }, t("hours_where")));
}
