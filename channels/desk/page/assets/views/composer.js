/** Where an agent writes: to the customer, to colleagues, or to the colleague in charge. Below: paint.js. */

import { icon } from "../icons.js";
import { v } from "../paint.js";
import { front, leads, stands } from "../state/desk.js";
import { fitting, slashed, worded } from "../state/replies.js";

/** @param {import("../app.js").App} app */
export function composerView(app) {
  const { state, t, drafts, write } = app;
  const talk = front(state);
  if (!talk) return null;
  const stand = stands(state);
  const draft = drafts.of(talk.id);
  const mode = allowed(draft.mode, stand, leads(state));
  const open = mode === "note" || (mode === "whisper" ? stand === "theirs" : stand === "mine");
  const hint = { reply: open ? t("write_reply") : stand === "closed" ? t("write_closed") : t("write_claim"), note: t("write_note"), whisper: t("write_whisper") }[mode];
  return v("form", { class: `composer ${mode}`, "aria-label": t("write"), onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); write.send(); } },
    slashMenu(app, draft.text, open && mode === "reply"),
    v("div", { class: "modes", role: "group", "aria-label": t("modes") },
      modeButton(app, "reply", mode, "mode_reply", "chat"), modeButton(app, "note", mode, "mode_note", "note"),
      leads(state) && stand === "theirs" ? modeButton(app, "whisper", mode, "mode_whisper", "whisper") : null,
      v("span", { class: "grow" }),
      open && mode === "reply" ? v("button", { type: "button", class: "small quiet", onclick: () => app.show.canned() }, icon("bolt"), t("canned"), v("kbd", {}, "/")) : null,
      open && mode === "reply" && talk.details?.translates && talk.details.language?.slice(0, 2) !== app.language
        ? v("button", { type: "button", class: "small quiet", disabled: !draft.text.trim(), onclick: () => write.translateDraft(talk.details.language) }, icon("translate"), t("translate_to", { language: talk.details.language.toUpperCase() })) : null),
    v("div", { class: "field-row" },
      v("textarea", {
        class: "field", rows: 3, "aria-label": t(/** @type {const} */ ({ reply: "your_reply", note: "your_note", whisper: "your_whisper" })[mode]), placeholder: hint, disabled: !open, value: draft.text,
        role: open && mode === "reply" ? "combobox" : null, "aria-expanded": open && mode === "reply" ? String(slashed(draft.text, draft.text.length) !== null) : null, "aria-controls": open && mode === "reply" ? "slash" : null,
        oninput: (/** @type {any} */ event) => write.type(event.target.value, mode), onkeydown: (/** @type {KeyboardEvent} */ event) => typed(event, app, open && mode === "reply") }),
      v("button", { class: "primary send", disabled: !open || !draft.text.trim(), "aria-label": t(mode === "reply" ? "send" : mode === "note" ? "add_note" : "send_whisper") }, icon(mode === "reply" ? "send" : mode === "note" ? "note" : "whisper"), v("span", { class: "send-words" }, t(mode === "reply" ? "send" : mode === "note" ? "add_note" : "send_whisper")))));
}

/** @param {import("../state/drafts.js").Mode} mode @param {string} stand @param {boolean} lead */
function allowed(mode, stand, lead) {
  return mode === "whisper" && !(lead && stand === "theirs") ? "reply" : mode;
}

/** @param {import("../app.js").App} app @param {import("../state/drafts.js").Mode} mode @param {string} now @param {any} word @param {any} picture */
function modeButton({ t, write }, mode, now, word, picture) {
  return v("button", { type: "button", class: "mode", "aria-pressed": String(mode === now), onclick: () => write.mode(mode) }, icon(picture), t(word));
}

/** @param {import("../app.js").App} app @param {string} text @param {boolean} open */
function slashMenu(app, text, open) {
  const found = menu(app, text, open);
  if (!found) return v("ul", { id: "slash", class: "slash", hidden: true });
  return v("ul", { id: "slash", class: "slash", role: "listbox", "aria-label": app.t("canned") }, found.length ? found.map((reply, n) =>
    v("li", { key: reply.reply_id, role: "option", "aria-selected": String(n === at(app, found.length)), onclick: () => app.write.canned(reply) },
      v("strong", {}, `/${reply.shortcut}`), v("span", {}, reply.title), v("span", { class: "soft one-line" }, worded(reply, front(app.state)?.details?.language ?? "en"))))
    : v("li", { class: "soft" }, app.t("no_canned")));
}

let place = 0;
let lastTyped = "";

/** @param {import("../app.js").App} app @param {number} count */
function at(app, count) {
  const typed = app.drafts.of(app.state.current).text;
  if (typed !== lastTyped) { lastTyped = typed; place = 0; }
  return count ? (place % count + count) % count : -1;
}

/** @param {import("../app.js").App} app @param {string} text @param {boolean} open */
function menu(app, text, open) {
  const typed = open ? slashed(text, text.length) : null;
  return typed === null ? null : fitting(app.state.replies, typed);
}

/** @param {KeyboardEvent} event @param {import("../app.js").App} app @param {boolean} replying */
function typed(event, app, replying) {
  if (event.isComposing) return;
  const found = menu(app, app.drafts.of(app.state.current).text, replying);
  if (found?.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    place = at(app, found.length) + (event.key === "ArrowDown" ? 1 : -1);
    return app.show.set({});
  }
  if (found?.length && (event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
    event.preventDefault();
    return void app.write.canned(found[at(app, found.length)]);
  }
  if (event.key === "Escape") return void app.handle.host.focus("log");
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  app.write.send();
}
