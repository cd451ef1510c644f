/** What every sheet has: a way back, a heading, a form's field and its failure told. Above: the sheets. */

import { h, icon, put } from "../dom.js";
import { Problem } from "./api.js";

/**
 * @typedef {import("./card_view.js").Context} Context
 *
 * @param {Context} context
 * @param {string} title
 * @param {() => void} close
 * @param {...import("../dom.js").Child} children
 */
export function sheet({ t }, title, close, ...children) {
  return h("section", { class: "sheet", "aria-label": title, tabindex: -1 },
    h("div", { class: "head" }, h("button", { type: "button", class: "round ghost", "aria-label": t("back"), title: t("back"), onclick: close }, icon("back")), h("h2", {}, title)),
    ...children);
}

/**
 * @param {string} label
 * @param {import("../dom.js").Attributes} attributes
 */
export function labelled(label, attributes) {
  const input = h("input", { type: "text", ...attributes });
  return { input, node: h("label", { class: "labelled" }, h("span", {}, label), input) };
}

/**
 * A form that waits for its call, tells what went wrong, and never runs twice at once.
 * @param {Context} context
 * @param {string} action what its button says
 * @param {() => Promise<unknown>} run
 * @param {Record<string, Parameters<Context["t"]>[0]>} reasons by the problem's code
 * @param {...import("../dom.js").Child} children
 */
export function form({ t }, action, run, reasons, ...children) {
  const told = h("p", { class: "told", role: "alert" });
  const button = h("button", { type: "submit", class: "solid" }, action);
  return h("form", { class: "sheet-form", novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    button.disabled = true;
    put(told);
    try {
      await run();
    } catch (error) {
      put(told, t((error instanceof Problem && reasons[error.code]) || "turn_failed"));
    }
    button.disabled = false;
  } }, ...children, told, button);
}
