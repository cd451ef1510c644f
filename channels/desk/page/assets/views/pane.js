/** Beside the conversation: ask anything, what it is about, the next reply, the customer and what is theirs. Below: customer.js, ask.js. */

import { icon } from "../icons.js";
import { v } from "../paint.js";
import { front, stands } from "../state/desk.js";
import { askView } from "./ask.js";
import { customerView, ordersView, pastView, cartView } from "./customer.js";
import { markup } from "./markup.js";

/** @param {import("../app.js").App} app */
export function paneView(app) {
  const { state, t } = app;
  const talk = front(state);
  return v("aside", { class: `pane column ${state.side ? "out" : ""}`, "aria-label": t("copilot") },
    askView(app),
    talk && !state.asking ? v("div", { class: "pane-parts" },
      v("div", { class: "pane-one" }, summary(app, talk), drafts(app, talk)),
      v("div", { class: "pane-two" }, talk.details ? [customerView(app, talk), ordersView(app, talk), cartView(app, talk), pastView(app, talk)] : skeleton(t))) : null);
}

/** @param {import("../words.js").Translate} t */
function skeleton(t) {
  return v("div", { class: "part", role: "status", "aria-label": t("loading") }, v("div", { class: "skeleton" }), v("div", { class: "skeleton short" }));
}

/** @param {string} title @param {any} picture @param {...any} children */
export function part(title, picture, ...children) {
  return v("section", { class: "part", key: title }, v("h2", {}, icon(picture), title), children);
}

/** @param {import("../app.js").App} app @param {import("../state/talk.js").Talk} talk */
function summary({ t }, talk) {
  return part(t("in_short"), "list",
    talk.summary ? v("p", { class: "summary" }, talk.summary) : v("div", { class: "skeleton" }));
}

/** @param {import("../app.js").App} app @param {import("../state/talk.js").Talk} talk */
function drafts(app, talk) {
  const { t, write, state } = app;
  const mine = stands(state) === "mine";
  return part(t("next_reply"), "spark",
    talk.drafts.length ? talk.drafts.slice(0, 3).map((one, n) => draft(app, one, n, mine)) : talk.drafting ? v("div", { class: "skeleton", role: "status", "aria-label": t("drafting") }) : v("p", { class: "soft" }, t("no_draft")),
    v("p", { class: "row tight" }, v("button", { class: "small", disabled: talk.drafting, onclick: () => write.draft() }, icon("spark"), t(talk.drafting ? "drafting" : talk.drafts.length ? "another_draft" : "draft_one"), v("kbd", {}, "d"))));
}

/** @param {import("../app.js").App} app @param {import("../state/talk.js").Draft} one @param {number} n @param {boolean} mine */
function draft({ t, write }, one, n, mine) {
  return v("article", { class: `draft ${n ? "older" : ""}`, key: one.id },
    v("div", { class: "draft-text" }, markup(one.text)),
    one.citations.length ? v("ul", { class: "cited", "aria-label": t("rests_on") }, one.citations.slice(0, 4).map((/** @type {any} */ cited) =>
      v("li", { title: cited.quote || null }, icon(cited.kind === "product" ? "bag" : cited.kind === "order" ? "parcel" : "book"), cited.title))) : null,
    v("p", { class: "row tight" },
      v("button", { class: n ? "small" : "small primary", disabled: !mine, onclick: () => write.insert(one) }, icon("insert"), t("insert"), n ? null : v("kbd", {}, "u")),
      v("button", { class: "small", disabled: !mine, onclick: () => write.sendDraft(one) }, icon("send"), t("send_as_is"))));
}
