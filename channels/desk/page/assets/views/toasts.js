/** What was done, for a moment, with a way back. Below: paint.js. */

import { icon } from "../icons.js";
import { v } from "../paint.js";

/** @param {import("../app.js").App} app */
export function toastsView({ state, t, handle }) {
  return v("div", { class: "toasts", role: "status", "aria-live": "polite" }, state.toasts.map((one) => v("div", { key: String(one.id), class: `toast ${one.tone}`, role: one.tone === "bad" ? "alert" : null },
    icon(one.tone === "bad" ? "alert" : one.tone === "good" ? "check" : "chat"), v("span", {}, one.text),
    one.undo ? v("button", { class: "small quiet", onclick: () => { handle.dismiss(one.id); one.undo?.(); } }, icon("undo"), t("undo")) : null,
    v("button", { class: "plain", "aria-label": t("dismiss"), onclick: () => handle.dismiss(one.id) }, icon("close")))));
}
