/** Dependencies, errors with their traces, versions, this replica. Below: state/sight.js, paint.js. */

import { v } from "/desk/assets/paint.js";
import { byTrouble, grouped, number, running, size } from "../state/sight.js";
import { worded } from "../words.js";

/** @typedef {import("./figures_view.js").View} View */

/** @param {View} view @param {any} seen */
export function healthView({ t }, seen) {
  return v("section", { class: "card", "aria-labelledby": "health", key: "health" }, v("h2", { id: "health" }, t("health")),
    v("ul", { class: "states" }, byTrouble(seen.dependencies).map((one) => v("li", { key: one.name, class: one.good ? (["ready", "ok"].includes(one.state) ? "good" : one.state === "off" ? "off" : "watch") : "bad" },
      v("span", { class: "dot", "aria-hidden": "true" }), v("b", {}, worded(t, "dep", one.name)), v("span", { class: "state" }, worded(t, "state", one.state)), one.detail ? v("span", { class: "soft small detail" }, one.detail) : null, one.on.length ? v("span", { class: "small detail" }, t("on_replicas", { names: one.on.join(", ") })) : null))));
}

/** @param {View} view @param {any} seen @param {string} copied @param {(trace: string) => void} onCopy */
export function errorsView({ t, language }, seen, copied, onCopy) {
  const rows = grouped(seen.errors);
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return v("section", { class: "card", "aria-labelledby": "errors", key: "errors" }, v("h2", { id: "errors" }, t("errors")),
    rows.length ? v("table", { class: "errors" },
      v("thead", {}, v("tr", {}, v("th", { scope: "col" }, t("what")), v("th", { scope: "col" }, t("stage")), v("th", { scope: "col", class: "figure" }, t("count")), v("th", { scope: "col" }, t("when")), v("th", { scope: "col" }, t("trace")))),
      v("tbody", {}, rows.map((row) => v("tr", { key: row.key },
        v("th", { scope: "row" }, worded(t, "error", row.what)), v("td", {}, row.stage ? worded(t, "stage", row.stage) : "–"), v("td", { class: "figure" }, number(row.count, language)), v("td", {}, v("time", { datetime: row.at }, time.format(new Date(row.at)))),
        v("td", { class: "trace" }, row.trace_page ? v("a", { href: row.trace_page, rel: "noopener noreferrer", target: "_blank" }, row.trace_id.slice(0, 12)) : v("code", { title: row.trace_id }, row.trace_id.slice(0, 12)),
          v("button", { class: "plain", onclick: () => onCopy(row.trace_id), "aria-label": `${t("copy")} ${row.trace_id}` }, copied === row.trace_id ? t("copied") : v("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" }, v("path", { d: "M8.5 8.5h11v11h-11zM5 15.5V5h10.5" }))))))))
      : v("p", { class: "soft" }, t("no_errors")));
}

/** @param {View} view @param {any} seen */
export function versionsView({ t }, seen) {
  /** @type {[string, string][]} */
  const rows = [...(seen.index ? [/** @type {[string, string]} */ ([t("index"), seen.index])] : []), .../** @type {[string, string][]} */ (Object.entries(seen.versions))];
  return v("section", { class: "card", "aria-labelledby": "versions", key: "versions" }, v("h2", { id: "versions" }, t("versions")),
    rows.length ? v("dl", { class: "rows versions" }, rows.map(([part, version]) => v("div", { key: part }, v("dt", {}, part.replaceAll("_", " ")), v("dd", {}, v("code", {}, version))))) : v("p", { class: "soft" }, t("no_versions")));
}

/** @param {View} view @param {any} seen */
export function replicaView({ t, language }, seen) {
  const one = seen.replica;
  const row = (/** @type {string} */ name, /** @type {string} */ value) => v("div", { key: name }, v("dt", {}, name), v("dd", {}, value));
  return v("section", { class: "card", "aria-labelledby": "replica", key: "replica" }, v("h2", { id: "replica" }, t("replica")),
    v("dl", { class: "rows" }, row(t("release"), one.release), row(t("life"), one.leaving ? t("leaving") : t("staying")), row(t("uptime"), running(one.uptime_seconds, language)), row(t("memory"), size(one.memory_bytes, language))),
    seen.replicas.length < 2 ? v("p", { class: "soft small" }, t("others")) : null);
}
