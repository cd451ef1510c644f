/** One conversation: who is in it, from where, and what is said as it is written. Below: bubbles.js, paint.js. */

import { channelIcon, icon } from "../icons.js";
import { later, v } from "../paint.js";
import { bubbles } from "../state/bubbles.js";
import { asleep, called, front, leads, lineOf, stands } from "../state/desk.js";
import { collision, devices, waits } from "../state/talk.js";
import { clock, moment } from "../state/times.js";
import { reasonWords, worded } from "../words.js";
import { markup } from "./markup.js";

/** @param {import("../app.js").App} app */
export function talkBar(app) {
  const { state, t, now, language } = app;
  const talk = front(state);
  if (!talk) return null;
  const line = lineOf(state, talk.id);
  const until = asleep(state);
  return v("header", { class: "talk-bar" },
    v("div", { class: "talk-who" },
      v("h1", {}, called(line, talk.details, t("guest"))),
      v("span", { class: "devices" }, devices(talk).map(({ channel, online }) =>
        v("span", { key: channel, class: `device ${online ? "on" : ""}`, title: `${worded(t, "channel", channel)} · ${t(online ? "online" : "gone")}` }, icon(channelIcon(channel), `${worded(t, "channel", channel)}: ${t(online ? "online" : "gone")}`)))),
      v("span", { class: "tag" }, (talk.details?.language ?? line?.language ?? "").toUpperCase()),
      standingTag(app, talk),
      until ? v("span", { class: "tag" }, icon("moon"), t("asleep_until", { when: moment(until, language, now) })) : null),
    v("div", { class: "talk-acts" }, acts(app)));
}

/** @param {import("../app.js").App} app @param {import("../state/talk.js").Talk} talk */
function standingTag({ state, t }, talk) {
  const stand = stands(state);
  const owner = lineOf(state, talk.id)?.agent?.name ?? talk.details?.agent?.name ?? t("a_colleague");
  const words = { mine: t("stands_mine"), theirs: t("stands_theirs", { name: owner }), free: waits(talk.events) ? t("stands_waiting") : t("stands_assistant"), closed: t("stands_closed") };
  return v("span", { class: `standing ${stand} ${stand === "free" && waits(talk.events) ? "waiting" : ""}` }, words[stand]);
}

/** @param {import("../app.js").App} app */
function acts(app) {
  const { state, t, handle, show } = app;
  const stand = stands(state);
  const talk = front(state);
  const button = (/** @type {any} */ picture, /** @type {any} */ word, /** @type {string} */ key, /** @type {() => void} */ run, kind = "") =>
    v("button", { key: word, class: kind, "aria-label": t(word), title: `${t(word)}${key ? ` (${key})` : ""}`, onclick: run }, icon(picture), v("span", { class: "act-words" }, t(word)), key ? v("kbd", {}, key) : null);
  if (stand === "free") return button("person", "act_claim", "c", () => handle.claim(), "primary");
  if (stand === "theirs" && leads(state)) return [button("whisper", "act_whisper", "h", () => handle.join(state.current)), button("person", "act_take_over", "o", () => handle.takeOver(state.current))];
  if (stand !== "mine") return null;
  return [
    button("swap", "act_transfer", "t", () => show.over("transfer")),
    talk?.details?.on_call ? button("call", "act_dial", "", () => show.over("dial")) : null,
    asleep(state) ? button("bell", "act_wake", "z", () => handle.wake(state.current)) : button("moon", "act_snooze", "z", () => show.over("snooze")),
    button("back", "act_back", "b", () => handle.handBack()),
    button("check", "act_close", "x", () => show.over("close")),
  ];
}

/** @param {import("../app.js").App} app */
export function transcript(app) {
  const { state, t, language } = app;
  const talk = front(state);
  if (!talk) return [nothing(app)];
  if (talk.failed && !talk.events.length) return [v("li", { class: "empty", key: "failed" }, icon("alert"), v("p", {}, t(talk.failed === "not_found" ? "talk_missing" : "talk_failed")), v("button", { onclick: () => app.handle.details(talk.id, 0) }, t("again")))];
  if (!talk.events.length && !talk.live) return [0, 1, 2].map((n) => v("li", { class: `skeleton bubble-skeleton s${n}`, key: `s${n}` }));
  const shown = bubbles(talk.events);
  const nodes = shown.map((bubble, n) => later("li", `b${bubble.seq}`, `${language}${bubble.mark}${talk.translations[bubble.seq] ?? ""}${talk.details?.translates ?? ""}`, () => bubbleView(bubble, shown[n - 1], app)));
  return [...nodes, ...ahead(talk, app)];
}

/** What is not yet said: words as they are written, heard or typed. @param {import("../state/talk.js").Talk} talk @param {import("../app.js").App} app */
function ahead(talk, { t }) {
  const all = [];
  if (talk.writing) all.push(v("li", { key: "writing", class: "bubble assistant writing" }, v("span", { class: "bubble-who" }, t("who_assistant")), v("div", { class: "bubble-text" }, markup(talk.writing.text))));
  else if (talk.stage) all.push(v("li", { key: "stage", class: "event-line" }, v("span", { class: "dots" }, v("i"), v("i"), v("i")), talk.stage));
  if (talk.heard) all.push(v("li", { key: "heard", class: "bubble customer caption" }, v("span", { class: "bubble-who" }, icon("call"), t("caption")), v("div", { class: "bubble-text" }, v("p", {}, talk.heard))));
  if (talk.typing) all.push(v("li", { key: "typing", class: "event-line left" }, v("span", { class: "dots" }, v("i"), v("i"), v("i")), t("typing_customer")));
  return all;
}

/** @param {import("../app.js").App} app */
function nothing({ state, t, handle }) {
  const first = state.lines.some((line) => line.status === "waiting_for_agent");
  return v("li", { class: "empty wide", key: "nothing" }, icon("desk"), v("h2", {}, t(first ? "nothing_open" : "all_quiet")),
    v("p", {}, t(first ? "nothing_open_more" : "all_quiet_more")),
    first ? v("button", { class: "primary", onclick: () => handle.next() }, icon("bolt"), t("cmd_next"), v("kbd", {}, "n")) : null);
}

/** @param {import("../state/bubbles.js").Bubble} bubble @param {import("../state/bubbles.js").Bubble|undefined} before @param {import("../app.js").App} app */
function bubbleView(bubble, before, app) {
  const { t, language } = app;
  if (bubble.who === "event") return eventView(bubble, app);
  const again = before && bubble.who !== "note" && before.who === bubble.who && before.name === bubble.name && Date.parse(bubble.at) - Date.parse(before.at) < 120_000;
  const kind = bubble.who === "note" ? bubble.event.data.kind ?? "note" : "";
  return v("li", { class: `bubble ${bubble.who} ${kind} ${again ? "again" : ""}` },
    v("span", { class: "bubble-who" },
      bubble.who === "note" ? icon(kind === "whisper" ? "whisper" : kind === "transfer" ? "swap" : kind === "call" ? "call" : "note") : null,
      who(bubble, kind, app), v("time", { datetime: bubble.at }, clock(bubble.at, language)),
      bubble.mark ? v("span", { class: `mark m-${bubble.mark}` }, worded(t, "mark", bubble.mark)) : null),
    v("div", { class: "bubble-text" }, markup(bubble.text)),
    translation(bubble, app),
    bubble.event.type === "assistant_said" ? v("button", { class: "why", onclick: () => app.show.why(bubble.seq) }, icon("why"), t("why_this")) : null);
}

/** @param {import("../state/bubbles.js").Bubble} bubble @param {string} kind @param {import("../app.js").App} app */
function who(bubble, kind, { state, t }) {
  if (bubble.who === "customer") return t("who_customer");
  if (bubble.who === "assistant") return t("who_assistant");
  const mine = bubble.event.data.agent_id === state.me?.id;
  const name = mine ? t("you") : state.colleagues.find(({ agent_id }) => agent_id === bubble.event.data.agent_id)?.name ?? (bubble.name || t("a_colleague"));
  if (bubble.who === "agent") return name;
  return kind === "whisper" ? t("who_whisper", { name }) : kind === "joined" ? t("who_joined", { name }) : kind === "transfer" ? t("who_transfer", { name }) : t("who_note", { name });
}

/** Only where the shop's model can. @param {import("../state/bubbles.js").Bubble} bubble @param {import("../app.js").App} app */
function translation(bubble, { state, t, language, write }) {
  const talk = front(state);
  const ours = (bubble.event.data.language ?? talk?.details?.language ?? language).slice(0, 2) === language;
  if (!talk?.details?.translates || bubble.who === "note" || ours) return null;
  const made = talk.translations[bubble.seq];
  return [
    made ? v("div", { class: "translated", lang: language }, v("p", {}, made)) : null,
    v("button", { class: "why", onclick: () => write.translate(String(bubble.seq), bubble.text, language) }, icon("translate"), t(made ? "translation_off" : "translation_on"))];
}

/** @param {import("../state/bubbles.js").Bubble} bubble @param {import("../app.js").App} app */
function eventView(bubble, { t, language, now }) {
  const values = { ...bubble.values };
  if (values.channel) values.channel = worded(t, "channel", values.channel);
  if (values.reason) values.reason = bubble.mark === "conversation_closed" ? worded(t, "outcome", values.reason) : reasonWords(t, values.reason, bubble.event.data.rule);
  if (values.why) values.why = worded(t, "ended", values.why);
  if (values.rule) values.rule = worded(t, "reason", values.rule);
  if (values.how) values.how = worded(t, "method", values.how);
  if (values.outcome) values.outcome = worded(t, "outcome", values.outcome);
  if (values.until) values.until = moment(values.until, language, now);
  if (values.when && !Number.isNaN(Date.parse(values.when))) values.when = moment(values.when, language, now);
  return v("li", { class: `event-line ${bubble.mark}` }, t(/** @type {any} */ (bubble.word), values), " ", v("time", { datetime: bubble.at }, clock(bubble.at, language)));
}

/** Who else is at it. @param {import("../app.js").App} app */
export function besideView({ state, t, now }) {
  const talk = front(state);
  if (!talk) return null;
  const writing = collision(talk, now);
  if (writing.length) return v("p", { class: "beside warn", role: "alert" }, icon("edit"), t("collision", { names: writing.join(", ") }));
  const names = talk.beside.map((one) => one.name);
  return names.length ? v("p", { class: "beside", role: "status" }, icon("eye"), t("reads_along", { names: names.join(", ") })) : null;
}
