/**
 * What lies over the conversation for a moment: earlier conversations, the rating at the end, the code for a phone.
 *
 * Below: message_view.js's comment form. Above: chat_element.js.
 *
 * @typedef {import("./card_view.js").Context} Context
 */

import { h, icon, put } from "../dom.js";

/**
 * @param {Context} context
 * @param {string} title
 * @param {() => void} close
 * @param {...import("../dom.js").Child} children
 */
function sheet({ t }, title, close, ...children) {
  return h("section", { class: "sheet", "aria-label": title, tabindex: -1 },
    h("div", { class: "head" }, h("button", { type: "button", class: "round ghost", "aria-label": t("back"), title: t("back"), onclick: close }, icon("back")), h("h2", {}, title)),
    ...children);
}

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

/** @param {Context} context @param {() => void} close */
export function deviceSheet(context, close) {
  const { session, t } = context;
  const place = h("div", { class: "code" }, h("p", {}, t("working")));
  session.transferCode().then((made) => put(place,
    made.qr_svg && h("img", { src: `data:image/svg+xml,${encodeURIComponent(made.qr_svg)}`, alt: made.url, width: 220, height: 220 }),
    h("p", { class: "letters" }, made.code)), () => put(place, h("p", { role: "alert" }, t("turn_failed"))));
  return sheet(context, t("other_device"), close, h("p", {}, t("other_device_more")), place);
}
