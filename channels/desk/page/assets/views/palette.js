/** Ctrl+K: every act, every open conversation, every canned reply, by a few letters. Below: commands.js, asking.js. */

import { commands } from "../commands.js";
import { channelIcon, icon } from "../icons.js";
import { v } from "../paint.js";
import { best, stepped } from "../state/asking.js";
import { called, stands } from "../state/desk.js";
import { worded as replyWords } from "../state/replies.js";

/** @typedef {{id: string, label: string, also: string, hint: string, key: string, icon: any, run: () => void}} Entry */

/** @param {import("../app.js").App} app @param {any} panel */
export function palettePanel(app, panel) {
  const { t, show } = app;
  const found = best(entries(app, panel.only), panel.q, 14);
  const at = Math.min(panel.at, found.length - 1);
  const run = (/** @type {Entry} */ one) => { show.shut(); one.run(); };
  const key = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) { event.preventDefault(); show.over({ ...panel, at: stepped(at, by, found.length) }); }
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); if (found[at]) run(found[at]); else if (panel.q.trim() && !panel.only) { show.shut(); ask(app, panel.q); } }
  };
  return v("dialog", {
    key: "palette", class: "dialog palette", "aria-label": t("palette"), made: (/** @type {HTMLDialogElement} */ node) => node.isConnected && !node.open && node.showModal(),
    oncancel: (/** @type {Event} */ event) => { event.preventDefault(); show.shut(); }, onclick: (/** @type {Event} */ event) => event.target === event.currentTarget && show.shut(),
  }, v("div", { class: "dialog-body" },
    v("div", { class: "palette-field" }, icon("search"), v("input", {
      class: "palette-q", type: "text", role: "combobox", autofocus: true, autocomplete: "off", spellcheck: "false", "aria-label": t("palette"), "aria-expanded": "true", "aria-controls": "palette-list",
      "aria-activedescendant": found[at] ? `palette-${at}` : null, placeholder: t(panel.only ? "palette_replies" : "palette_type"), value: panel.q,
      oninput: (/** @type {any} */ event) => show.over({ ...panel, q: event.target.value, at: 0 }), onkeydown: key }), v("kbd", {}, "Esc")),
    v("ul", { id: "palette-list", class: "palette-list", role: "listbox", "aria-label": t("palette") }, found.map((one, n) =>
      v("li", { key: one.id, id: `palette-${n}`, role: "option", "aria-selected": String(n === at), onclick: () => run(one) },
        icon(one.icon), v("span", { class: "palette-label" }, one.label), v("span", { class: "soft one-line grow" }, one.hint), one.key ? v("kbd", {}, one.key) : null))),
    found.length ? null : v("p", { class: "soft palette-none", role: "status" }, t(panel.only ? "no_canned" : "palette_none"))));
}

/** @param {import("../app.js").App} app @param {string} q */
function ask(app, q) {
  app.show.lookup();
  const field = /** @type {HTMLInputElement|null} */ (document.querySelector(".ask"));
  if (field) field.value = q;
  app.serve.look(q);
}

/** @param {import("../app.js").App} app @param {string} [only] @returns {Entry[]} */
function entries(app, only) {
  const { state, t, handle, write } = app;
  const mine = stands(state) === "mine";
  const replies = mine ? state.replies.map((one) => ({
    id: `r${one.reply_id}`, label: `/${one.shortcut}`, also: one.title, hint: `${one.title} · ${replyWords(one, app.language).replaceAll("\n", " ")}`, key: "", icon: "bolt", run: () => void write.canned(one) })) : [];
  if (only === "reply") return replies;
  const acts = commands(app).filter((one) => one.when && !["palette", "down", "up"].includes(one.id)).map((one) => ({ id: one.id, label: t(one.word), also: "", hint: "", key: one.key ?? "", icon: one.icon, run: one.run }));
  const talks = state.lines.map((line) => ({
    id: line.conversation_id, label: called(line, state.talks[line.conversation_id]?.details, t("guest")), also: line.last_words, hint: line.last_words, key: "", icon: channelIcon(line.channel), run: () => handle.open(line.conversation_id) }));
  return [...acts, ...talks, ...replies];
}
