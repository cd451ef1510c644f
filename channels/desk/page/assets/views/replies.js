/** Canned replies: what there is, and their editor with a language each and fields to press. Below: panels.js's frame. */

import { icon } from "../icons.js";
import { v } from "../paint.js";
import { leads } from "../state/desk.js";
import { LANGUAGES } from "../words.js";
import { dialog, labelled } from "./panels.js";

/** @param {import("../app.js").App} app */
export function repliesView(app) {
  const { state, t, show } = app;
  const all = [...state.replies].sort((a, b) => Number(b.shared) - Number(a.shared) || a.shortcut.localeCompare(b.shortcut));
  return v("section", { class: "card replies" },
    v("div", { class: "row" }, v("p", { class: "soft grow" }, t("replies_text")), v("button", { class: "primary", onclick: () => show.over("reply", { reply: { reply_id: "", shortcut: "", title: "", texts: {}, shared: leads(state) } }) }, icon("plus"), t("reply_new"))),
    all.length ? v("ul", { class: "reply-list" }, all.map((reply) => v("li", { key: reply.reply_id },
      v("div", { class: "grow" }, v("p", {}, v("strong", {}, `/${reply.shortcut}`), ` ${reply.title}`), v("p", { class: "soft clamp" }, Object.values(reply.texts)[0] ?? ""),
        v("p", { class: "tags" }, Object.keys(reply.texts).map((language) => v("span", { class: "tag" }, language.toUpperCase())), reply.shared ? v("span", { class: "tag mine" }, t("shared")) : v("span", { class: "tag" }, t("own")))),
      reply.shared && !leads(state) ? null : v("button", { class: "small", "aria-label": t("edit_reply", { shortcut: reply.shortcut }), onclick: () => show.over("reply", { reply }) }, icon("edit"), t("edit")))))
      : v("div", { class: "empty" }, icon("bolt"), v("p", {}, t("no_replies"))));
}

/** @param {import("../app.js").App} app @param {any} panel */
export function replyPanel(app, { reply }) {
  const { state, t, lead } = app;
  const keep = (/** @type {FormData} */ values) => {
    const texts = Object.fromEntries(Object.keys(LANGUAGES).map((language) => [language, String(values.get(`text-${language}`) ?? "").trim()]).filter(([, text]) => text));
    lead.keepReply({ ...reply, shortcut: String(values.get("shortcut")).trim().replace(/^\//, ""), title: String(values.get("title")).trim(), texts, shared: values.get("shared") === "on" });
  };
  const set = (/** @type {string} */ value) => (/** @type {any} */ node) => { node.value = value; };
  return dialog(app, { key: `reply ${reply.reply_id}`, title: reply.reply_id ? t("edit_reply", { shortcut: reply.shortcut }) : t("reply_new"), kind: "wide", submit: keep },
    v("div", { class: "grid-fields" },
      labelled(t("reply_shortcut"), v("input", { name: "shortcut", required: true, maxlength: 32, pattern: "/?[\\p{L}\\p{N}_\\-]+", made: set(reply.shortcut) })),
      labelled(t("reply_title"), v("input", { name: "title", required: true, maxlength: 80, made: set(reply.title) }))),
    state.fields.length ? v("p", { class: "tags", "aria-label": t("reply_fields") }, state.fields.map((field) => v("button", { key: field, type: "button", class: "tag", onclick: (/** @type {Event} */ event) => press(event, field) }, `{${field}}`))) : null,
    Object.entries(LANGUAGES).map(([language, words]) => v("div", { key: language }, labelled(words.name, v("textarea", { name: `text-${language}`, rows: 2, lang: language, made: set(reply.texts[language] ?? ""), onfocus: (/** @type {any} */ event) => { last = event.target; } })))),
    leads(state) ? v("label", { class: "check" }, v("input", { type: "checkbox", name: "shared", made: (/** @type {any} */ node) => { node.checked = reply.shared; } }), v("span", {}, t("reply_shared"))) : null,
    v("p", { class: "row" },
      reply.reply_id ? v("button", { type: "button", class: "quiet bad", onclick: () => lead.dropReply(reply) }, icon("bin"), t("remove")) : null, v("span", { class: "grow" }),
      v("button", { type: "button", onclick: () => app.show.shut() }, t("not_now")), v("button", { class: "primary" }, t("keep"))));
}

/** @type {HTMLTextAreaElement|null} */
let last = null;

/** A field goes where the cursor was last. @param {Event} event @param {string} field */
function press(event, field) {
  const form = /** @type {HTMLElement} */ (event.target).closest("form");
  const area = last?.form === form && last ? last : form?.querySelector("textarea");
  if (!area) return;
  area.setRangeText(`{${field}}`, area.selectionStart, area.selectionEnd, "end");
  area.focus();
}
