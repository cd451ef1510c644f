/** What lies over the page: one dialog at a time, its frame the browser's own (focus stays in, Escape shuts). Below: the panels. */

import { icon } from "../icons.js";
import { v } from "../paint.js";
import { callbackPanel, closePanel, dialPanel, snoozePanel, surePanel, transferPanel } from "./handling_panels.js";
import { helpPanel, mePanel } from "./help.js";
import { orderPanel, productPanel, proposalPanel } from "./order_panels.js";
import { palettePanel } from "./palette.js";
import { replyPanel } from "./replies.js";
import { toastsView } from "./toasts.js";
import { whyPanel } from "./why.js";

/** @type {Record<string, (app: import("../app.js").App, panel: any) => import("../paint.js").Described>} */
const PANELS = {
  sure: surePanel, transfer: transferPanel, snooze: snoozePanel, close: closePanel, dial: dialPanel, callback: callbackPanel,
  help: helpPanel, me: mePanel, order: orderPanel, product: productPanel, proposal: proposalPanel, palette: palettePanel, reply: replyPanel, why: whyPanel,
};

/** @param {import("../app.js").App} app */
export function panelView(app) {
  const panel = app.state.panel;
  return panel && PANELS[panel.kind] ? PANELS[panel.kind](app, panel) : null;
}

/**
 * @param {import("../app.js").App} app
 * @param {{key: string, title: string, kind?: string, submit?: (values: FormData) => void}} frame
 * @param {...any} children
 */
export function dialog(app, { key, title, kind = "", submit }, ...children) {
  const shut = () => app.show.shut();
  const inner = [
    v("header", { class: "dialog-top" }, v("h2", { id: "dialog-title" }, title), v("button", { type: "button", class: "plain", "aria-label": app.t("shut"), onclick: shut }, icon("close"))),
    ...children];
  return v("dialog", {
    key, class: `dialog ${kind}`, "aria-labelledby": "dialog-title", made: (/** @type {HTMLDialogElement} */ node) => node.isConnected && !node.open && node.showModal(),
    oncancel: (/** @type {Event} */ event) => { event.preventDefault(); shut(); },
    onclick: (/** @type {Event} */ event) => event.target === event.currentTarget && shut(),
  }, submit ? v("form", { class: "dialog-body", onsubmit: (/** @type {any} */ event) => { event.preventDefault(); submit(new FormData(event.currentTarget)); } }, inner) : v("div", { class: "dialog-body" }, inner), toastsView(app));
}

/** @param {import("../app.js").App} app @param {string} yes @param {string} [kind] */
export function choices(app, yes, kind = "primary") {
  return v("p", { class: "row end" }, v("button", { type: "button", onclick: () => app.show.shut() }, app.t("not_now")), v("button", { class: kind }, yes));
}

/** One of several, walked through by arrows as the browser does. @param {string} name @param {{value: string, label: any, hint?: any, off?: boolean}[]} all @param {string} [first] @param {string} [label] */
export function radios(name, all, first = all[0]?.value, label = "") {
  return v("fieldset", { class: "radios" }, label ? v("legend", {}, label) : null, all.map(({ value, label: words, hint, off }, n) =>
    v("label", { key: value, class: `radio ${off ? "off" : ""}` },
      v("input", { type: "radio", name, value, required: true, disabled: Boolean(off), autofocus: n === 0, made: (/** @type {HTMLInputElement} */ node) => { node.checked = value === first; } }),
      v("span", { class: "grow" }, words), hint ? v("span", { class: "soft small-text" }, hint) : null)));
}

/** The hint is told after the name, not as a part of it. @param {string} label @param {any} field @param {string} [hint] */
export function labelled(label, field, hint = "") {
  if (hint) field.props["aria-description"] = hint;
  return v("div", { class: "labelled" }, v("label", {}, v("span", {}, label), field), hint ? v("p", { class: "soft", "aria-hidden": "true" }, hint) : null);
}
