/** All replicas, one a row: how each stands beside the others; a choice shows one's figures alone. Below: state/sight.js, paint.js. */

import { v } from "/desk/assets/paint.js";
import { lasting, number, replicaKind, running, size } from "../state/sight.js";
import { worded } from "../words.js";

/**
 * @param {import("./figures_view.js").View} view @param {any} seen
 * @param {(replica: string) => void} onShow
 */
export function replicasView({ t, language }, seen, onShow) {
  if (seen.replicas.length < 2) return null;
  const column = (/** @type {string} */ name, /** @type {string} */ kind = "") => v("th", { scope: "col", class: kind }, name);
  return v("section", { class: "card all", "aria-labelledby": "replicas", key: "replicas" },
    v("div", { class: "row" }, v("h2", { id: "replicas" }, t("replicas")), seen.shown ? v("button", { onclick: () => onShow("") }, t("show_all")) : null),
    v("table", { class: "replicas" },
      v("thead", {}, v("tr", {}, column(t("replica_name")), column(t("state")), column(t("turns_now"), "figure"), column(t("queued"), "figure"), column(t("sockets"), "figure"), column(t("hour_turns"), "figure"), column(t("failed"), "figure"), column(t("turn_p95"), "figure"), column(t("memory"), "figure"), column(t("uptime"), "figure"), column(t("release")))),
      v("tbody", {}, seen.replicas.map((/** @type {any} */ one) => row({ t, language }, one, seen.shown, onShow)))));
}

/**
 * @param {{t: import("../words.js").Translate, language: string}} view @param {any} one @param {string} shown
 * @param {(replica: string) => void} onShow
 */
function row({ t, language }, one, shown, onShow) {
  const figure = (/** @type {number|null} */ value) => (value === null ? "–" : number(value, language));
  const cell = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ kind = "figure") => v("td", { class: kind, "data-name": name }, value);
  const can = one.hour_turns !== null;
  const state = one.state === "silent" ? t("state_silent", { seconds: number(one.seen_seconds, language) }) : worded(t, "state", one.state);
  return v("tr", { key: one.name, class: `${replicaKind(one)} ${one.name === shown ? "chosen" : ""}` },
    v("th", { scope: "row" }, v("button", { class: "plain name", disabled: !can, "aria-pressed": one.name === shown ? "true" : "false", onclick: () => onShow(one.name === shown ? "" : one.name) }, one.name), one.this ? v("span", { class: "soft small" }, ` ${t("answers")}`) : null),
    v("td", { class: "state", "data-name": t("state") }, v("span", { class: "dot", "aria-hidden": "true" }), state),
    cell(t("turns_now"), figure(one.turns)), cell(t("queued"), figure(one.queued)), cell(t("sockets"), figure(one.connections)), cell(t("hour_turns"), figure(one.hour_turns)), cell(t("failed"), figure(one.hour_failed)), cell(t("turn_p95"), lasting(one.p95, language)),
    cell(t("memory"), one.memory_bytes === null ? "–" : size(one.memory_bytes, language)), cell(t("uptime"), one.uptime_seconds === null ? "–" : running(one.uptime_seconds, language)),
    v("td", { "data-name": t("release") }, one.release, one.differs.length ? v("span", { class: "differs" }, ` ${t("differs", { what: one.differs.map((/** @type {string} */ part) => worded(t, "part", part)).join(", ") })}`) : null));
}
