/** A supervisor's audit log: who did what to whose data, filtered, page by page, as a file. Below: state/audit.js. */

import { icon } from "../icons.js";
import { v } from "../paint.js";
import { conversationOf, listed, noFilters } from "../state/audit.js";
import { worded } from "../words.js";

/** @param {import("../app.js").App} app */
export function auditView(app) {
  const { state, t } = app;
  const audit = state.audit;
  return v("section", { class: "card audit", "aria-label": t("floor_audit") },
    v("p", { class: "soft" }, icon("shield"), " ", t("audit_hint")),
    filtersView(app),
    audit === null ? v("div", { class: "skeleton tall", role: "status", "aria-label": t("loading") })
      : audit.entries.length ? entriesView(app, audit) : v("div", { class: "empty" }, icon("check"), v("p", {}, t("audit_none"))),
    audit?.before ? v("p", { class: "row end" }, v("button", { class: "small", onclick: () => app.lead.auditOlder() }, icon("down"), t("audit_older"))) : null);
}

/** @param {import("../app.js").App} app */
function filtersView({ state, t, lead }) {
  const filters = state.audit?.filters ?? noFilters();
  const acts = [...(state.audit?.acts ?? [])].sort((a, b) => worded(t, "entry", a).localeCompare(worded(t, "entry", b)));
  const field = (/** @type {string} */ name, /** @type {any} */ word, kind = "text") =>
    v("label", { class: "audit-field", key: name }, v("span", { class: "soft small-text" }, t(word)), v("input", { name, type: kind, value: filters[/** @type {"who"} */ (name)], autocomplete: "off", spellcheck: "false" }));
  return v("form", { class: "audit-filters", onsubmit: (/** @type {any} */ event) => { event.preventDefault(); lead.audit(/** @type {any} */ (Object.fromEntries(new FormData(event.currentTarget)))); } },
    field("who", "audit_who"), field("whose", "audit_whose"),
    v("label", { class: "audit-field", key: "act" }, v("span", { class: "soft small-text" }, t("audit_act")),
      v("select", { name: "act" }, v("option", { value: "" }, t("audit_any")), acts.map((act) => v("option", { key: act, value: act, selected: act === filters.act }, worded(t, "entry", act))))),
    field("from", "audit_from", "date"), field("to", "audit_to", "date"),
    v("span", { class: "row tight" }, v("button", { class: "primary small" }, icon("search"), t("audit_find")),
      v("button", { type: "button", class: "small", onclick: () => lead.auditFile() }, icon("download"), "JSONL")));
}

/** @param {import("../app.js").App} app @param {import("../state/audit.js").Audit} audit */
function entriesView({ t, language, handle, show }, audit) {
  const at = (/** @type {string} */ time) => new Date(time).toLocaleString(language, { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return v("div", { class: "scroll-x", tabindex: 0, role: "region", "aria-label": t("audit_list") }, v("table", { class: "table" },
    v("thead", {}, v("tr", {}, /** @type {const} */ (["audit_when", "audit_who", "audit_act", "audit_what", "audit_whose", "audit_result"]).map((word) => v("th", { scope: "col" }, t(word))))),
    v("tbody", {}, audit.entries.map((one) => v("tr", { key: one.place, class: one.discloses ? "discloses" : "" },
      v("td", { class: "nowrap" }, v("time", { datetime: one.at, title: one.at }, at(one.at))),
      v("td", {}, v("strong", {}, one.who || worded(t, "who", one.who_kind)), one.who ? v("span", { class: "soft" }, ` ${worded(t, "who", one.who_kind)}`) : null),
      v("td", {}, v("span", { class: "row tight nowrap" }, one.discloses ? icon("eye") : null, worded(t, "entry", one.act))),
      v("td", {}, conversationOf(one.what) ? v("button", { class: "plain link", onclick: () => { show.view("desk"); handle.open(conversationOf(one.what)); } }, one.what.replace("conversation:", "")) : one.what,
        one.why ? v("span", { class: "soft one-line" }, one.why) : null),
      v("td", {}, one.whose),
      v("td", {}, one.result === "done" ? v("span", { class: "soft" }, t("result_done")) : v("span", { class: "tag upset" }, worded(t, "result", one.result)),
        v("details", {}, v("summary", { class: "soft small-text" }, t("audit_more")),
          v("dl", { class: "facts" }, [[t("audit_place", { place: "" }).trim(), one.place], ...listed(one.details)].map(([name, value]) => v("div", { key: name }, v("dt", {}, name), v("dd", {}, value)))))))))));
}
