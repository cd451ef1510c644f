/**
 * Going on elsewhere: a code and its QR picture for another screen, keys for the telephone; and a code from elsewhere.
 *
 * Below: moves.js, sheet_frame.js. Above: sheets.js.
 *
 * @typedef {import("./card_view.js").Context} Context
 */

import { h, icon, put } from "../dom.js";
import { phoneCode } from "./moves.js";
import { form, labelled, sheet } from "./sheet_frame.js";

/** @param {Context} context @param {() => void} close */
export function deviceSheet(context, close) {
  const { session, t } = context;
  const started = session.state.conversationId !== null;
  return sheet(context, t("other_device"), close,
    started && h("p", {}, t("other_device_more")), started && screenCode(context), started && telephone(context), entering(context, close, !started));
}

/** @param {Context} context */
function screenCode({ session, t, locale }) {
  const place = h("div", { class: "code" }, h("p", {}, t("working")));
  session.transferCode().then((made) => put(place,
    made.qr_svg && h("img", { src: `data:image/svg+xml,${encodeURIComponent(made.qr_svg)}`, alt: made.url, width: 220, height: 220 }),
    h("p", { class: "letters" }, made.code), until(made.expires_at, t, locale)), () => put(place, h("p", { role: "alert" }, t("turn_failed"))));
  return place;
}

/** @param {string} at @param {Context["t"]} t @param {string} locale */
function until(at, t, locale) {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? null : h("p", { class: "when" }, t("code_until", { time: new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(time) }));
}

/** Only where the shop has a telephone. @param {Context} context */
function telephone({ session, t }) {
  const place = h("div", { class: "by-phone" });
  phoneCode(session).then((made) => made && put(place, icon("call"),
    h("p", {}, t("by_phone", { number: made.number, keys: made.keys }), " ", h("a", { href: made.url }, t("call_now")))), () => undefined);
  return place;
}

/** @param {Context} context @param {() => void} close @param {boolean} open */
function entering(context, close, open) {
  const { session, t } = context;
  const code = labelled(t("code_from_there"), { autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false", maxlength: 40, required: true });
  const run = async () => {
    await session.redeem(code.input.value.trim());
    close();
  };
  return h("details", { class: "enter", open }, h("summary", {}, t("enter_code")),
    form(context, t("go_on"), run, { not_found: "code_wrong", transfer_code_invalid: "code_wrong", too_many: "too_often" }, code.node));
}
