/** One conversation: its transcript as it is written, and why the assistant said what it said. Below: desk_state.js, dom.js. */

import { markupNodes } from "/assets/chat/markup_view.js";
import { h, icon } from "/assets/dom.js";
import { bubbles, reasons } from "./desk_state.js";

const WHO = { customer: "Customer", assistant: "Assistant", agent: "Agent", note: "Internal note" };

/**
 * @param {import("./desk_state.js").Open} open
 * @returns {HTMLElement[]}
 */
export function transcriptNodes(open) {
  const shown = bubbles(open.events).map((bubble) => {
    if (bubble.who === "event") return h("li", { class: "event-line" }, bubble.text, " ", clock(bubble.at));
    const why = bubble.event.type === "assistant_said" ? whyNode(open, bubble.event) : null;
    return h("li", { class: `bubble ${bubble.who}` },
      h("span", { class: "bubble-who" }, WHO[bubble.who], bubble.name ? ` · ${bubble.name}` : "", " ", clock(bubble.at)),
      h("div", { class: "bubble-text" }, markupNodes(bubble.text, () => null)),
      why);
  });
  if (open.writing) shown.push(h("li", { class: "bubble assistant writing" }, h("div", { class: "bubble-text" }, markupNodes(open.writing.text, () => null))));
  else if (open.stage) shown.push(h("li", { class: "event-line" }, open.stage));
  if (open.typing) shown.push(h("li", { class: "event-line" }, "The customer is typing…"));
  return shown;
}

/** @param {string} at */
function clock(at) {
  return h("time", { datetime: at }, new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
}

/**
 * @param {import("./desk_state.js").Open} open
 * @param {import("./desk_state.js").DeskEvent} event
 */
function whyNode(open, event) {
  const why = reasons(open.events, event);
  const row = (/** @type {string} */ name, /** @type {string[]} */ values) =>
    values.length ? [h("dt", {}, name), h("dd", {}, values.join(", "))] : [];
  return h("details", { class: "why" },
    h("summary", {}, "Why this?"),
    h("dl", {},
      row("Rests on", why.evidence), row("Looked up", why.tools.map((name) => name.replaceAll("_", " "))),
      row("Written by", [why.writtenBy]), row("Took", why.seconds === null ? [] : [`${why.seconds.toFixed(2)} s`]),
      row("Made by", why.versions)));
}

/**
 * @param {{stands: string, owner: string, id: string, onClaim: () => void, onRelease: () => void, onQueue: () => void, onClose: () => void}} view
 */
export function talkBar(view) {
  return h("header", { class: "talk-bar" },
    h("h2", {}, "Conversation"),
    h("span", { class: `standing ${view.stands}` },
      { mine: "You answer", theirs: `${view.owner} answers`, free: "The assistant answers", closed: "Closed" }[view.stands]),
    h("span", { class: "grow" }),
    view.stands === "free" ? h("button", { class: "primary", onclick: view.onClaim }, "Claim ", h("kbd", {}, "c")) : null,
    view.stands === "mine" ? [
      h("button", { onclick: view.onRelease }, "Hand back ", h("kbd", {}, "b")),
      h("button", { onclick: view.onQueue }, "To the queue"),
      h("button", { onclick: view.onClose }, icon("check"), " Solved ", h("kbd", {}, "x"))] : null);
}
