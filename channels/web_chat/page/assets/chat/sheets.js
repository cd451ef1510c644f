/**
 * What lies over the conversation for a moment, loaded with the first that is wanted: earlier conversations, the rating at the
 * end, other devices, signing in, one's own data, and what may be done while nobody is free.
 *
 * Below: the sheets' own modules. Above: chat_element.js.
 *
 * @typedef {import("./card_view.js").Context} Context
 */

import { h, icon } from "../dom.js";
import { sheet } from "./sheet_frame.js";

export { deviceSheet } from "./device_sheet.js";
export { signInSheet } from "./sign_in_sheet.js";
export { callbackSheet, messageSheet } from "./waiting_sheets.js";
export { ownDataSheet } from "../own_data/own_data_sheet.js";

/** @param {Context} context @param {() => void} close */
export function earlierSheet(context, close) {
  const { session, t, locale } = context;
  const list = session.memory.conversations();
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  return sheet(context, t("earlier"), close, list.length
    ? h("ul", { class: "earlier", role: "list" }, list.map((kept) => h("li", {}, h("button", { type: "button", onclick: () => { session.goOn(kept.id); close(); } },
      h("span", { class: "name", dir: "auto" }, kept.title || t("untitled")),
      h("span", { class: "when" }, day.format(new Date(kept.at)), kept.id === session.state.conversationId ? ` · ${t("current")}` : "")))))
    : h("p", { class: "nothing" }, t("no_earlier")));
}

/**
 * @param {Context} context
 * @param {() => void} close
 * @param {() => void} done called when it is rated or skipped
 */
export function ratingSheet(context, close, done) {
  const { session, t } = context;
  /** @type {"up"|"down"|null} */
  let rating = null;
  const field = h("textarea", { rows: 3, maxlength: 1000, "aria-label": t("comment"), placeholder: t("comment") });
  const send = h("button", { type: "submit", class: "solid", disabled: true }, t("rate_done"));
  /** @param {"up"|"down"} value */
  const choice = (value) => h("button", { type: "button", class: `thumb big ${value}`, "aria-pressed": "false", onclick: () => {
    rating = value;
    send.disabled = false;
    choices.forEach((button) => button.setAttribute("aria-pressed", String(button.classList.contains(value))));
  } }, icon("up"), t(value === "up" ? "rate_good" : "rate_bad"));
  const choices = [choice("up"), choice("down")];
  return sheet(context, t("rate_title"), close, h("form", { class: "rating-form", onsubmit: (event) => {
    event.preventDefault();
    const about = session.state.entries.findLast((entry) => entry.kind === "assistant" || entry.kind === "agent");
    if (rating && about) session.rate(about.seq, rating, field.value.trim()).catch(() => undefined);
    done();
  } }, h("p", {}, t("rate_more")), h("div", { class: "choices" }, choices), field,
  h("div", { class: "buttons" }, h("button", { type: "button", class: "plain", onclick: done }, t("rate_skip")), send)));
}
