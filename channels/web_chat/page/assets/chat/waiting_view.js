/**
 * While a person is waited for: the place in the line, or when somebody is there again, and what may be done instead.
 *
 * It stands at the end of the log, where new things come anyway, so that nothing shifts. Below: conversation.js. Above:
 * log_view.js.
 *
 * @typedef {import("./card_view.js").Context} Context
 * @typedef {import("./conversation.js").Place} Place
 */

import { h, icon, put } from "../dom.js";

/** Actions that want something to be filled in first, where there is room for a form. */
const FORMS = /** @type {const} */ ({ request_callback: "callbackSheet", leave_message: "messageSheet" });

export class WaitingView {
  /** @param {Context} context */
  constructor(context) {
    const { t, session } = context;
    this.context = context;
    this.words = h("p", { role: "status" });
    this.buttons = h("div", { class: "buttons" },
      h("button", { type: "button", class: "plain", onclick: () => press(context, "request_callback", {}, t("call_back")) }, t("call_back")),
      h("button", { type: "button", class: "plain", onclick: () => press(context, "leave_message", {}, t("leave_message")) }, t("leave_message")),
      h("button", { type: "button", class: "link", onclick: () => session.act("back_to_assistant", {}, t("back_to_assistant")) }, t("back_to_assistant")));
    this.node = h("div", { class: "waiting" }, icon("person"), h("div", {}, this.words, this.buttons));
  }

  /** @param {import("./conversation.js").State} state @param {boolean} offered the newest reply offers the same by its own buttons */
  update(state, offered) {
    const text = placeWords(state.queue, this.context);
    if (this.words.textContent !== text) put(this.words, text);
    this.buttons.hidden = offered;
  }
}

/**
 * A reply's button, or one of ours: by a form where there is one and nothing was said yet.
 * @param {Context} context
 * @param {string} action
 * @param {Record<string, unknown>} given
 * @param {string} label
 */
export function press(context, action, given, label) {
  const form = FORMS[/** @type {keyof typeof FORMS} */ (action)];
  if (form && context.sheet && !Object.keys(given).length) context.sheet((sheets, done) => sheets[form](context, done));
  else context.session.act(action, given, label);
}

/** @param {Place|null} place @param {Context} context */
export function placeWords(place, { t, locale }) {
  if (!place) return t("waiting_for_agent");
  if (!place.open) {
    const opens = new Date(place.opensAt);
    const when = Number.isNaN(opens.getTime()) ? "" : new Intl.DateTimeFormat(locale, { weekday: "long", hour: "numeric", minute: "2-digit" }).format(opens);
    return when ? `${t("waiting_closed")} ${t("waiting_opens", { when })}` : t("waiting_closed");
  }
  if (!place.position) return t("waiting_for_agent");
  const line = place.ahead ? t("waiting_place", { n: place.position }) : t("waiting_next");
  return place.seconds === null ? line : `${line} ${t("waiting_time", { n: Math.max(1, Math.round(place.seconds / 60)) })}`;
}
