/** The queue: who waits, how long, why, in which mood; mine, laid aside, call-backs. Below: the state, paint.js. */

import { channelIcon, icon } from "../icons.js";
import { v } from "../paint.js";
import { called, groups, shown } from "../state/desk.js";
import { fresh } from "../state/talk.js";
import { clock, moment, ticking, urgency, waited } from "../state/times.js";
import { reasonWords, worded } from "../words.js";

const TARGET_SECONDS = 60;

/** @param {import("../app.js").App} app */
export function queueView(app) {
  const { state, t } = app;
  return v("nav", { class: `queue column ${state.left ? "out" : ""}`, "aria-label": t("queue") },
    groupTabs(app),
    state.tab === "callbacks" ? callbacks(app) : lines(app));
}

/** @param {import("../app.js").App} app */
function groupTabs({ state, t, show }) {
  const all = groups(state);
  const one = (/** @type {import("../state/desk.js").Tab} */ tab, /** @type {any} */ word, /** @type {number} */ count, /** @type {any} */ picture) =>
    v("button", { key: tab, class: "group", "aria-pressed": String(state.tab === tab), title: t(word), onclick: () => show.group(tab) },
      icon(picture), v("span", { class: "group-name" }, t(word)), v("span", { class: `count ${tab === "waiting" && count ? "hot" : ""}` }, count));
  return v("div", { class: "groups", role: "group", "aria-label": t("groups") },
    one("waiting", "group_waiting", all.waiting.length, "people"),
    one("mine", "group_mine", all.mine.length, "person"),
    one("snoozed", "group_snoozed", all.snoozed.length, "moon"),
    one("callbacks", "group_callbacks", state.callbacksOpen, "call"),
    one("others", "group_others", all.others.length, "eye"));
}

/** @param {import("../app.js").App} app */
function lines(app) {
  const { state, t } = app;
  if (!state.loaded) return v("div", { class: "skeletons", "aria-label": t("loading"), role: "status" }, [0, 1, 2].map((n) => v("div", { class: "skeleton", key: `s${n}` })));
  const found = shown(state);
  const empty = { waiting: t("empty_waiting"), mine: t("empty_mine"), snoozed: t("empty_snoozed"), others: t("empty_others"), callbacks: "" }[state.tab];
  return found.length ? v("ul", { class: "lines" }, found.map((line) => lineView(line, app)))
    : v("div", { class: "empty" }, icon(state.tab === "snoozed" ? "moon" : "check"), v("p", {}, empty));
}

/**
 * @param {import("../state/desk.js").Line} line
 * @param {import("../app.js").App} app
 */
function lineView(line, app) {
  const { state, t, now, language, handle } = app;
  const id = line.conversation_id;
  const talk = state.talks[id];
  const count = talk && id !== state.current ? fresh(talk) : 0;
  const waits = line.status === "waiting_for_agent";
  return v("li", { key: id },
    v("button", { class: `line ${line.sentiment} p${line.priority ?? 0}`, "aria-current": state.current === id ? "true" : null, "data-id": id, onclick: () => handle.open(id) },
      v("span", { class: "line-top" },
        icon(channelIcon(line.channel), worded(t, "channel", line.channel)),
        v("strong", { class: "line-name" }, called(line, talk?.details, t("guest"))),
        count ? v("span", { class: "unread" }, t("n_new", { n: count })) : null,
        line.snoozed_until ? v("span", { class: "wait" }, icon("moon"), moment(line.snoozed_until, language, now))
          : v("time", { datetime: line.waiting_since, class: `wait ${waits ? urgency(line.waiting_since, now, TARGET_SECONDS) : "calm"}` }, waits ? ticking(line.waiting_since, now) : waited(line.waiting_since, now))),
      v("span", { class: "line-words" }, talk?.typing ? v("em", {}, t("typing_short")) : line.snoozed_until && line.snooze_note ? line.snooze_note : line.last_words || line.summary),
      v("span", { class: "tags" },
        (line.priority ?? 0) > 0 ? v("span", { class: `tag p${line.priority}` }, icon("flag"), t(/** @type {any} */ (`priority_${line.priority}`))) : null,
        line.sentiment === "upset" ? v("span", { class: "tag upset" }, t("upset")) : line.sentiment === "pleased" ? v("span", { class: "tag pleased" }, t("pleased")) : null,
        line.for_agent ? v("span", { class: "tag mine" }, t("for_agent", { name: line.for_agent.agent_id === state.me?.id ? t("you") : line.for_agent.name })) : null,
        (line.rule || line.reason) === "angry" && line.sentiment === "upset" ? null : v("span", { class: "tag" }, reasonWords(t, line.reason, line.rule)),
        v("span", { class: "tag" }, (line.language || "?").toUpperCase()),
        line.offered ? v("span", { class: "tag" }, t("offered")) : null,
        line.agent ? v("span", { class: "tag mine" }, line.agent.agent_id === state.me?.id ? t("you") : line.agent.name) : null)));
}

/** @param {import("../app.js").App} app */
function callbacks(app) {
  const { state, t } = app;
  const waiting = state.callbacks.filter((one) => one.state !== "done");
  if (!waiting.length) return v("div", { class: "empty" }, icon("call"), v("p", {}, t("empty_callbacks")));
  return v("ul", { class: "lines" }, waiting.map((one) => callback(one, app)));
}

/** @param {any} one @param {import("../app.js").App} app */
function callback(one, app) {
  const { state, t, language, now, serve, show, handle } = app;
  const mine = one.agent?.agent_id === state.me?.id;
  return v("li", { key: one.id, class: `callback ${one.state}` },
    v("p", { class: "line-top" }, icon(one.kind === "message" ? "chat" : "call"), v("strong", { class: "line-name" }, one.name || one.customer_id || t("guest")), v("span", { class: "wait" }, clock(one.asked_at, language))),
    v("p", { class: "callback-where" }, one.phone || one.contact || "–", one.when ? v("span", { class: "soft" }, ` · ${when(one.when, language, now)}`) : null),
    one.text ? v("p", { class: "line-words" }, one.text) : null,
    v("p", { class: "row tight" },
      one.state === "open" ? v("button", { class: "small primary", onclick: () => serve.callback(one, "take") }, t("callback_take")) : null,
      one.state === "taken" && !mine ? v("span", { class: "tag mine" }, one.agent?.name) : null,
      mine ? [v("button", { class: "small primary", onclick: () => show.over("callback", { one }) }, t("callback_done")), v("button", { class: "small", onclick: () => serve.callback(one, "release") }, t("callback_release"))] : null,
      v("button", { class: "small quiet", onclick: () => handle.open(one.conversation_id) }, t("open_conversation"))));
}

/** A time, or the customer's own words for one. @param {string} text @param {string} language @param {number} now */
function when(text, language, now) {
  return Number.isNaN(Date.parse(text)) ? text : moment(text, language, now);
}
