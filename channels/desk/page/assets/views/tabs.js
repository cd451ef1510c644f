/** The conversations that are open, side by side: who is new, who types. Below: paint.js. */

import { channelIcon, icon } from "../icons.js";
import { v } from "../paint.js";
import { called, lineOf } from "../state/desk.js";
import { fresh, standing } from "../state/talk.js";
import { worded } from "../words.js";

/** @param {import("../app.js").App} app */
export function tabsView(app) {
  const { state, t } = app;
  if (!state.order.length) return null;
  return v("div", { class: "tabs", role: "group", "aria-label": t("open_conversations") }, state.order.map((id) => tab(id, app)));
}

/** @param {string} id @param {import("../app.js").App} app */
function tab(id, { state, t, handle, drafts }) {
  const talk = state.talks[id];
  const line = lineOf(state, id);
  const count = id === state.current ? 0 : fresh(talk);
  const mine = standing(talk, state.me?.id ?? "") === "mine";
  const name = called(line, talk.details, t("guest"));
  const channel = line?.channel ?? talk.details?.channels?.at(-1) ?? "web";
  return v("span", { key: id, class: `tab ${id === state.current ? "front" : ""} ${mine ? "mine" : ""}` },
    v("button", { class: "tab-name", "aria-pressed": String(id === state.current), onclick: () => handle.open(id), onauxclick: (/** @type {MouseEvent} */ event) => event.button === 1 && handle.shut(id) },
      icon(channelIcon(channel), worded(t, "channel", channel)), v("span", { class: "tab-words" }, name),
      talk.typing ? v("span", { class: "dots", role: "img", "aria-label": t("typing_short") }, v("i"), v("i"), v("i")) : null,
      drafts.of(id).text && id !== state.current ? icon("edit", t("has_draft")) : null,
      count ? v("span", { class: "unread", "aria-label": t("n_new", { n: count }) }, count) : null),
    v("button", { class: "tab-shut", "aria-label": t("shut_tab", { name }), onclick: () => handle.shut(id) }, icon("close")));
}
