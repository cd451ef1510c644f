/**
 * While no person is free: being called back, or leaving a message. Both are actions, kept and retried like any message.
 *
 * Below: sheet_frame.js. Above: sheets.js.
 *
 * @typedef {import("./card_view.js").Context} Context
 */

import { h } from "../dom.js";
import { form, labelled, sheet } from "./sheet_frame.js";

/** @param {Context} context @param {() => void} close */
export function callbackSheet(context, close) {
  const { session, t } = context;
  const phone = labelled(t("phone"), { type: "tel", name: "tel", autocomplete: "tel", inputmode: "tel", required: true });
  const when = labelled(t("call_when"), { name: "when", maxlength: 200 });
  const name = labelled(t("your_name"), { name: "name", autocomplete: "name", maxlength: 100 });
  const run = async () => {
    if (!phone.input.value.trim()) return phone.input.focus();
    session.act("request_callback", filled({ phone, when, name }), t("call_back"));
    close();
  };
  return sheet(context, t("call_back"), close, h("p", {}, t("callback_more")), form(context, t("call_back"), run, {}, phone.node, when.node, name.node));
}

/** @param {Context} context @param {() => void} close */
export function messageSheet(context, close) {
  const { session, t } = context;
  const text = h("textarea", { rows: 5, maxlength: 4000, required: true, name: "text" });
  const contact = labelled(t("contact"), { name: "contact", autocomplete: "email", maxlength: 200 });
  const run = async () => {
    if (!text.value.trim()) return text.focus();
    session.act("leave_message", { text: text.value.trim(), ...filled({ contact }) }, t("leave_message"));
    close();
  };
  return sheet(context, t("leave_message"), close, form(context, t("send"), run, {}, h("label", { class: "labelled" }, h("span", {}, t("message")), text), contact.node));
}

/** @param {Record<string, {input: HTMLInputElement}>} fields */
function filled(fields) {
  return Object.fromEntries(Object.entries(fields).map(([key, { input }]) => [key, input.value.trim()]).filter(([, value]) => value));
}
