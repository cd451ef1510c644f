/**
 * Signing in by a one-time code: where to send it, then the code itself (docs/sign-in.md).
 *
 * Below: moves.js, sheet_frame.js. Above: sheets.js.
 *
 * @typedef {import("./card_view.js").Context} Context
 * @typedef {"email"|"phone"} Way
 */

import { h, put } from "../dom.js";
import { confirmCode, sendCode, signInWays } from "./moves.js";
import { form, labelled, sheet } from "./sheet_frame.js";

/** @type {Record<string, Parameters<Context["t"]>[0]>} */
const REASONS = { sign_in_address_invalid: "address_wrong", sign_in_way_unavailable: "address_wrong", sign_in_code_refused: "sign_in_wrong",
  too_many_codes: "too_often", too_many_tries: "too_often", conversation_closed: "closed" };

/** @param {Context} context @param {() => void} close */
export function signInSheet(context, close) {
  const { session, t } = context;
  const place = h("div", { class: "sign-in" }, h("p", {}, t("working")));
  signInWays(session).then(({ ways, waiting }) => {
    if (!ways.length) put(place, h("p", {}, t("sign_in_nowhere")));
    else if (waiting) codeForm(context, place, waiting.sent_to, ways, close);
    else addressForm(context, place, ways, close);
  }, () => put(place, h("p", { role: "alert" }, t("sign_in_nowhere"))));
  return sheet(context, t("sign_in"), close, place);
}

/** @param {Context} context @param {HTMLElement} place @param {Way[]} ways @param {() => void} close */
function addressForm(context, place, ways, close) {
  const { session, t } = context;
  const fields = ways.map((way) => ({ way, ...labelled(t(way), way === "email"
    ? { type: "email", name: "email", autocomplete: "email", inputmode: "email" } : { type: "tel", name: "tel", autocomplete: "tel", inputmode: "tel" }) }));
  const run = async () => {
    const given = fields.find(({ input }) => input.value.trim());
    if (!given) return fields[0].input.focus();
    const { sent_to: sentTo } = await sendCode(session, given.way, given.input.value.trim());
    codeForm(context, place, sentTo, ways, close);
  };
  const between = fields.flatMap(({ node }, index) => (index ? [h("p", { class: "or" }, t("or")), node] : [node]));
  put(place, h("p", {}, t("sign_in_more")), form(context, t("send_code"), run, REASONS, ...between));
  fields[0].input.focus();
}

/** @param {Context} context @param {HTMLElement} place @param {string} sentTo @param {Way[]} ways @param {() => void} close */
function codeForm(context, place, sentTo, ways, close) {
  const { session, t } = context;
  const code = labelled(t("code"), { inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12, required: true });
  const run = async () => {
    if (!code.input.value.trim()) return code.input.focus();
    const { customer } = await confirmCode(session, code.input.value.trim());
    put(place, h("p", { role: "status" }, t(customer.first_name ? "signed_in_as" : "signed_in", { name: customer.first_name ?? "" })),
      h("button", { type: "button", class: "solid", onclick: close }, t("go_on")));
    place.querySelector("button")?.focus();
  };
  put(place, h("p", {}, t("code_sent", { name: sentTo })), form(context, t("sign_in"), run, REASONS, code.node),
    h("button", { type: "button", class: "link", onclick: () => addressForm(context, place, ways, close) }, t("resend")));
  code.input.focus();
}
