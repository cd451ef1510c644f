/** Ask anything: catalogue, policies, conversations then and now, walked through by arrows. Below: asking.js. */

import { icon } from "../icons.js";
import { money } from "../app.js";
import { v } from "../paint.js";
import { stands } from "../state/desk.js";
import { day } from "../state/times.js";
import { worded } from "../words.js";

const PICTURES = { policy: "book", product: "bag", talk: "chat", past: "clock" };

/** @param {import("../app.js").App} app */
export function askView(app) {
  const { state, t, serve, show } = app;
  const asking = state.asking;
  const submit = (/** @type {any} */ event) => { event.preventDefault(); serve.look(event.currentTarget.q.value); };
  return v("div", { class: "ask-part" },
    v("form", { class: "ask-form", role: "search", onsubmit: submit },
      icon("search"),
      v("input", {
        name: "q", type: "search", class: "ask", placeholder: t("ask_hint"), "aria-label": t("ask"), autocomplete: "off", role: "combobox",
        "aria-expanded": String(Boolean(asking?.found.length)), "aria-controls": "found", "aria-activedescendant": asking && asking.at >= 0 ? `found-${asking.at}` : null,
        onkeydown: (/** @type {KeyboardEvent} */ event) => walked(event, app),
        oninput: (/** @type {any} */ event) => { if (!event.target.value) serve.look(""); } }),
      asking ? v("button", { type: "button", class: "plain", "aria-label": t("shut"), onclick: () => show.set({ asking: null }) }, icon("close")) : v("kbd", {}, "/")),
    asking ? results(app, asking) : null);
}

/** @param {KeyboardEvent} event @param {import("../app.js").App} app */
function walked(event, app) {
  const asking = app.state.asking;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && asking?.found.length) { event.preventDefault(); app.serve.stepFound(by); }
  if (event.key === "Enter" && asking?.at >= 0 && !asking.busy && /** @type {HTMLInputElement} */ (event.target).value === asking.q) { event.preventDefault(); choose(app, asking.found[asking.at]); }
  if (event.key === "Escape") { event.preventDefault(); app.show.set({ asking: null }); app.handle.host.focus("log"); }
}

/** @param {import("../app.js").App} app @param {any} one */
function choose(app, one) {
  if (one.kind === "talk" || one.kind === "past") return app.handle.open(one.id);
  if (one.kind === "product") return app.show.over("product", { product: one.extra });
  if (stands(app.state) === "mine") app.write.insert({ id: "", text: one.quote, citations: [] });
}

/** @param {import("../app.js").App} app @param {any} asking */
function results(app, asking) {
  const { t } = app;
  if (asking.busy && !asking.found.length) return v("div", { class: "part", role: "status", "aria-label": t("searching") }, v("div", { class: "skeleton" }), v("div", { class: "skeleton" }), v("div", { class: "skeleton short" }));
  if (!asking.found.length) return v("p", { class: "empty", role: "status" }, t(asking.failed ? "ask_failed" : "ask_nothing"));
  const kinds = /** @type {const} */ (["policy", "product", "talk", "past"]);
  return v("div", { class: "found", id: "found", role: "listbox", "aria-label": t("found") }, kinds.map((kind) => {
    const some = asking.found.filter((/** @type {any} */ one) => one.kind === kind);
    return some.length ? v("div", { key: kind, class: "part", role: "group", "aria-label": t(`found_${kind}`) }, v("h2", { role: "presentation" }, icon(/** @type {any} */ (PICTURES[kind])), t(`found_${kind}`)), some.map((/** @type {any} */ one) => foundView(app, one, asking))) : null;
  }));
}

/** @param {import("../app.js").App} app @param {any} one @param {any} asking */
function foundView(app, one, asking) {
  const { t, language } = app;
  const at = asking.found.indexOf(one);
  return v("div", { key: `${one.kind}${one.id}`, id: `found-${at}`, class: "hit", role: "option", "aria-selected": String(at === asking.at), onclick: () => choose(app, one) },
    v("p", { class: "hit-top" }, v("strong", {}, one.title || t("guest")),
      one.kind === "product" ? v("span", { class: "price" }, money(app, one.extra.price)) : null,
      one.kind === "past" ? v("span", { class: "soft" }, day(one.extra.last_at ?? one.extra.started_at, language)) : null),
    one.quote ? v("p", { class: "soft clamp" }, one.quote) : null,
    one.kind === "product" ? v("p", { class: "soft" }, [one.extra.brand, one.extra.rating ? `★ ${one.extra.rating.toFixed(1)}` : "", worded(t, "stock", one.extra.availability ?? "")].filter(Boolean).join(" · ")) : null,
    one.kind === "past" && one.extra.outcome ? v("span", { class: "tag" }, worded(t, "outcome", one.extra.outcome)) : null);
}
