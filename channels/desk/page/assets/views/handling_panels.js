/** Dialogs of handling: to whom, until when, how it ended. Below: panels.js's frame. */

import { icon } from "../icons.js";
import { v } from "../paint.js";
import { front } from "../state/desk.js";
import { moment, snoozes } from "../state/times.js";
import { worded } from "../words.js";
import { choices, dialog, labelled, radios } from "./panels.js";

const OUTCOMES = ["solved", "not_solved", "call_back", "spam", "other"];
const REACHED = ["reached", "not_reached", "other"];

/** @param {import("../app.js").App} app @param {any} panel */
export function surePanel(app, panel) {
  const { t, show } = app;
  return dialog(app, { key: `sure ${panel.title}`, title: t(panel.title), submit: () => { show.shut(); panel.act(); } },
    v("p", {}, t(panel.text)), choices(app, t(panel.yes)));
}

/** @param {import("../app.js").App} app */
export function transferPanel(app) {
  const { state, t, handle } = app;
  const others = state.colleagues.filter(({ agent_id }) => agent_id !== state.me?.id)
    .sort((a, b) => there(a) - there(b) || a.has / a.capacity - b.has / b.capacity);
  const rows = [
    { value: "queue", label: t("transfer_queue"), hint: t("transfer_queue_hint") },
    ...others.map((one) => ({
      value: `agent:${one.agent_id}`, off: one.status === "offline", hint: [...one.languages, ...one.skills].join(" · "),
      label: v("span", { class: "agent-row" }, v("span", { class: `presence-dot ${one.status}`, "aria-hidden": "true" }), one.name, v("span", { class: "soft" }, ` ${worded(t, "status", one.status)} · ${one.has}/${one.capacity}`)),
    }))];
  const send = (/** @type {FormData} */ values) => {
    const to = String(values.get("to"));
    const agent = to.startsWith("agent:") ? to.slice(6) : "";
    const skills = String(values.get("skills") ?? "").split(/[,\s]+/).filter(Boolean);
    handle.transfer(agent ? { agent_id: agent } : { queue: true, ...(skills.length ? { skills } : {}) }, String(values.get("reason")).trim(), String(values.get("summary")).trim(),
      agent ? others.find(({ agent_id }) => agent_id === agent)?.name ?? agent : t("the_queue"));
  };
  return dialog(app, { key: "transfer", title: t("transfer_title"), submit: send },
    radios("to", rows),
    labelled(t("transfer_reason"), v("input", { name: "reason", required: true, maxlength: 200, autocomplete: "off" })),
    labelled(t("transfer_summary"), v("textarea", { name: "summary", rows: 3, placeholder: front(state)?.summary ?? "" }), t("transfer_summary_hint")),
    choices(app, t("act_transfer")));
}

/** @param {{status: string}} one */
function there(one) {
  return { available: 0, away: 1 }[one.status] ?? 2;
}

/** @param {import("../app.js").App} app */
export function snoozePanel(app) {
  const { t, now, language, handle } = app;
  const times = snoozes(new Date(now));
  const send = (/** @type {FormData} */ values) => {
    const at = String(values.get("at"));
    const own = String(values.get("own") ?? "");
    const until = at === "own" && own ? new Date(own) : times.find(({ key }) => key === at)?.until;
    if (until) handle.snooze(until, String(values.get("note")).trim(), moment(until, language, now));
  };
  const own = new Date(now + 3_600_000 - new Date(now).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  return dialog(app, { key: "snooze", title: t("snooze_title"), submit: send },
    v("p", { class: "soft" }, t("snooze_text")),
    radios("at", [...times.map(({ key, until }) => ({ value: key, label: t(key), hint: moment(until, language, now) })),
      { value: "own", label: v("span", { class: "row tight" }, t("snooze_own"), v("input", { type: "datetime-local", name: "own", "aria-label": t("snooze_own"), made: (/** @type {HTMLInputElement} */ node) => { node.value = own; }, oninput: (/** @type {any} */ event) => { event.target.closest(".radio").querySelector("[type=radio]").checked = true; } })) }]),
    labelled(t("snooze_note"), v("input", { name: "note", maxlength: 200, autocomplete: "off" })),
    choices(app, t("act_snooze")));
}

/** @param {import("../app.js").App} app */
export function closePanel(app) {
  const { t, handle } = app;
  const send = (/** @type {FormData} */ values) => {
    const outcome = String(values.get("outcome"));
    handle.close(outcome, String(values.get("note")).trim(), worded(t, "outcome", outcome));
  };
  return dialog(app, { key: "close", title: t("close_title"), submit: send },
    radios("outcome", OUTCOMES.map((value) => ({ value, label: worded(t, "outcome", value) }))),
    labelled(t("close_note"), v("input", { name: "note", maxlength: 500, autocomplete: "off" }), t("close_note_hint")),
    choices(app, t("act_close")));
}

/** @param {import("../app.js").App} app */
export function dialPanel(app) {
  const { state, t, handle } = app;
  const dials = front(state)?.details?.dials !== false;
  return dialog(app, { key: "dial", title: t("dial_title"), submit: (values) => handle.dial(String(values.get("to")).trim()) },
    v("p", {}, t(dials ? "dial_text" : "dial_cannot")),
    labelled(t("dial_to"), v("input", { name: "to", type: "tel", required: true, placeholder: "+49…", autocomplete: "tel" })),
    choices(app, t("dial_go")));
}

/** @param {import("../app.js").App} app @param {any} panel */
export function callbackPanel(app, { one }) {
  const { t, serve } = app;
  return dialog(app, { key: "callback", title: t("callback_title", { name: one.name || one.phone || one.contact }), submit: (values) => serve.callbackDone(one, String(values.get("outcome")), String(values.get("note")).trim()) },
    one.phone ? v("p", { class: "row" }, icon("call"), v("a", { href: `tel:${one.phone}` }, one.phone)) : null,
    radios("outcome", REACHED.map((value) => ({ value, label: worded(t, "reached", value) }))),
    labelled(t("close_note"), v("input", { name: "note", maxlength: 500, autocomplete: "off" })),
    choices(app, t("callback_done")));
}
