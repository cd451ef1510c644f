/** What conversations could teach, one after the other: the exchange, what would be added where, what was decided. Below: state/review.js. */

import { channelIcon, icon } from "../icons.js";
import { v } from "../paint.js";
import { BECOMES, edited, fieldsOf, notInASet, place, shown } from "../state/review.js";
import { worded } from "../words.js";

/** @param {import("../app.js").App} app */
export function reviewView(app) {
  const { review } = app.state;
  if (!review) return v("div", { class: "skeleton tall", role: "status", "aria-label": app.t("loading") });
  const one = shown(review);
  return v("div", { class: "review" }, narrowing(app, review),
    v("div", { class: "rv-columns" },
      v("div", { class: "rv-left", key: "left" }, queue(app, review), sets(app, review)),
      one ? candidate(app, review, one) : nothing(app, review)));
}

/** @param {import("../app.js").App} app @param {import("../state/review.js").Review} review */
function narrowing({ t, review: acts }, review) {
  const tab = (/** @type {import("../state/review.js").Decided} */ state) =>
    v("button", { key: state, class: "mode", "aria-pressed": String(review.state === state), onclick: () => acts.open({ state, kind: "" }) }, t(/** @type {any} */ (`rv_${state}`)), v("span", { class: "rv-count" }, review.counts[state] ?? 0));
  return v("div", { class: "an-bar" }, v("div", { class: "modes", role: "group", "aria-label": t("rv_states") }, tab("open"), tab("accepted"), tab("rejected")),
    review.state === "open" ? v("label", { class: "row tight", key: "kind" }, v("span", { class: "soft" }, t("rv_kind")),
      v("select", { onchange: (/** @type {any} */ event) => acts.open({ kind: event.target.value }) }, v("option", { value: "", selected: !review.kind }, t("an_all")),
        Object.keys({ ...review.kinds, ...(review.kind ? { [review.kind]: 0 } : {}) }).map((kind) => v("option", { key: kind, value: kind, selected: kind === review.kind }, `${worded(t, "kind", kind)} (${review.kinds[kind] ?? 0})`)))) : null,
    v("span", { class: "grow" }), v("span", { class: "soft small-text rv-consent" }, t("rv_consent")));
}

/** @param {import("../app.js").App} app @param {import("../state/review.js").Review} review */
function queue({ t, review: acts }, review) {
  return v("nav", { class: "card rv-queue", "aria-label": t("rv_queue") }, v("ol", {}, review.candidates.map((one) => v("li", { key: one.candidate_id },
    v("button", { class: "rv-one", "aria-current": String(one.candidate_id === review.at), onclick: () => acts.show(one.candidate_id) },
      v("span", { class: `rv-kind ${one.kind}` }, worded(t, "kind", one.kind), v("span", { class: "soft" }, one.language.toUpperCase())), v("span", { class: "one-line rv-text" }, one.text))))));
}

/** @param {import("../app.js").App} app @param {import("../state/review.js").Review} review */
function nothing({ t }, review) {
  return v("section", { class: "card empty rv-main", key: "none" }, icon("check"), v("p", {}, t(review.state === "open" ? "rv_none" : "rv_none_decided")), review.state === "open" ? v("p", { class: "small-text" }, t("rv_none_hint")) : null);
}

/** @param {import("../app.js").App} app @param {import("../state/review.js").Review} review @param {import("../state/review.js").Candidate} one */
function candidate(app, review, one) {
  const { t, language } = app;
  const reason = one.reason ? worded(t, "reason", one.reason) : "";
  return v("section", { class: "card rv-main", key: one.candidate_id, "aria-label": worded(t, "kind", one.kind) },
    v("header", { class: "rv-head" }, v("h2", {}, worded(t, "kind", one.kind), reason ? v("span", { class: "soft" }, ` · ${reason}`) : null),
      v("span", { class: "tags" }, v("span", { class: "tag" }, icon(channelIcon(/** @type {any} */ (one.channel || "web"))), worded(t, "channel", one.channel || "web")), v("span", { class: "tag" }, one.language.toUpperCase())),
      v("span", { class: "grow" }), stepping(app, review)),
    v("p", { class: "soft small-text" }, t(/** @type {any} */ (`rv_why_${one.kind}`))),
    v("div", { class: "rv-exchange", role: "group", "aria-label": t("rv_exchange") }, one.exchange.map((line, n) => v("div", { key: String(n), class: `bubble ${line.who === "draft" ? "assistant writing" : line.who}` },
      v("span", { class: "bubble-who" }, worded(t, "speaker", line.who)), v("div", { class: "bubble-text" }, line.text)))),
    one.state === "open" ? form(app, review) : decidedBy(app, one, language), buttons(app, review, one));
}

/** @param {import("../app.js").App} app @param {import("../state/review.js").Review} review */
function stepping({ t, review: acts }, review) {
  const n = place(review);
  return v("span", { class: "row tight nowrap rv-step" }, v("button", { class: "small", "aria-label": t("rv_before"), disabled: n <= 0, onclick: () => acts.step(-1) }, "‹"),
    v("span", { class: "soft small-text" }, t("rv_place", { n: n + 1, of: review.candidates.length })), v("button", { class: "small", "aria-label": t("rv_next"), disabled: n >= review.candidates.length - 1, onclick: () => acts.step(1) }, "›"));
}

/** What would be added, and where; each field may be changed. @param {import("../app.js").App} app @param {import("../state/review.js").Review} review */
function form({ t, review: acts }, review) {
  const made = /** @type {import("../state/review.js").Candidate} */ (edited(review));
  return v("form", { class: "rv-form", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); acts.decide("accepted"); } },
    v("div", { class: "modes rv-becomes", role: "group", "aria-label": t("rv_becomes") }, BECOMES.map((becomes) => v("button", { key: becomes, type: "button", class: "mode", "aria-pressed": String(made.becomes === becomes), onclick: () => acts.edit({ becomes }) }, t(/** @type {any} */ (`becomes_${becomes}`))))),
    v("p", { class: "soft small-text" }, t(/** @type {any} */ (`rv_where_${made.becomes}`))),
    fieldsOf(made.becomes).map((name) => field({ t, acts, review }, made, name)));
}

/** @param {{t: import("../words.js").Translate, acts: import("../acts/reviewing.js").Reviewing, review: import("../state/review.js").Review}} given @param {import("../state/review.js").Candidate} made @param {keyof import("../state/review.js").Draft} name */
function field({ t, acts, review }, made, name) {
  const refused = review.refused?.field === name ? review.refused.why : "";
  const props = { id: `rv_${name}`, value: made[name], "aria-invalid": refused ? "true" : null, "aria-describedby": refused ? "rv_refused" : null, spellcheck: name === "conditions" ? "false" : null };
  const typed = (/** @type {any} */ event) => acts.edit({ [name]: event.target.value });
  const box = name === "label"
    ? v("select", { ...props, value: null, onchange: typed }, v("option", { value: "", selected: !made.label }, t("rv_choose")), review.labels.map((one) => v("option", { key: one, value: one, selected: one === made.label }, one.replaceAll("_", " "))))
    : made.becomes === "synonym" ? v("input", { ...props, autocomplete: "off", oninput: typed }) : v("textarea", { ...props, rows: name === "conditions" ? 3 : 2, class: name === "conditions" ? "rv-code" : "", oninput: typed });
  return v("label", { class: "rv-field", key: name }, v("span", { class: "small-text" }, t(/** @type {any} */ (`rv_field_${made.becomes === "synonym" ? "synonym_" : ""}${name}`))), box,
    name === "conditions" ? v("span", { class: "soft small-text" }, t("rv_conditions_hint")) : null, refused ? v("span", { class: "rv-refused", id: "rv_refused", role: "alert" }, refused) : null);
}

/** @param {import("../app.js").App} app @param {import("../state/review.js").Candidate} one @param {string} language */
function decidedBy({ t }, one, language) {
  const when = one.decided_at ? new Date(one.decided_at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" }) : "";
  const facts = fieldsOf(one.becomes).filter((name) => one[name]).map((name) => v("div", { key: name }, v("dt", {}, t(/** @type {any} */ (`rv_field_${one.becomes === "synonym" ? "synonym_" : ""}${name}`))), v("dd", {}, one[name])));
  return v("div", { class: "rv-decided" }, v("p", {}, v("strong", {}, t(one.state === "accepted" ? "rv_accepted" : "rv_rejected")), ` · ${t("rv_by", { who: one.decided_by, when })}`),
    one.state === "accepted" ? v("dl", { class: "facts" }, v("div", { key: "becomes" }, v("dt", {}, t("rv_becomes")), v("dd", {}, t(/** @type {any} */ (`becomes_${one.becomes}`)))), facts) : null);
}

/** @param {import("../app.js").App} app @param {import("../state/review.js").Review} review @param {import("../state/review.js").Candidate} one */
function buttons({ t, singleKeys, review: acts }, review, one) {
  const act = (/** @type {string} */ kind, /** @type {any} */ word, /** @type {any} */ picture, /** @type {string} */ key, /** @type {() => void} */ run) =>
    v("button", { key: word, type: "button", class: kind, onclick: run }, icon(picture), t(word), singleKeys && key ? v("kbd", { "aria-hidden": "true" }, key) : null);
  return v("div", { class: "rv-acts" }, one.state === "open"
    ? [act("primary", "rv_accept", "check", "A", () => acts.decide("accepted")), act("", "rv_reject", "close", "X", () => acts.decide("rejected")), act("quiet rv-go", "rv_next", "down", "J", () => acts.step(1))]
    : act("", "rv_reopen", "back", "", () => acts.decide("open")),
  v("span", { class: "grow" }), review.undo.length ? act("quiet", "rv_undo", "undo", "U", () => acts.undo()) : null);
}

/** The numbered sets: which is in use, what is in none yet. @param {import("../app.js").App} app @param {import("../state/review.js").Review} review */
function sets({ t, language, review: acts }, review) {
  const waiting = notInASet(review);
  return v("section", { class: "card rv-sets" }, v("h2", {}, icon("book"), t("rv_sets")),
    v("p", { class: "rv-use" }, v("strong", {}, review.current ? t("rv_learned", { number: review.current }) : t("rv_none_in_use")), review.current ? v("span", { class: "tag good" }, t("rv_in_use")) : null),
    review.sets[0] && review.sets[0].number !== review.current ? v("p", { class: "soft small-text" }, t("rv_promote", { number: review.sets[0].number })) : null,
    v("ul", { class: "rv-history" }, review.acts.slice(0, 4).map((act) => v("li", { key: `${act.at}${act.act}` }, v("span", {}, t(/** @type {any} */ (`rv_act_${act.act}`), { number: act.version }), act.forced ? v("span", { class: "tag upset" }, t("rv_forced")) : null), v("span", { class: "soft small-text" }, `${act.by} · ${new Date(act.at).toLocaleDateString(language)}`)))),
    v("button", { class: "small", disabled: !review.counts.accepted, onclick: () => acts.makeSet() }, icon("plus"), waiting ? t("rv_make_n", { n: waiting }) : t("rv_make")));
}
