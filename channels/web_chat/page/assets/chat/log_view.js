/**
 * The conversation's lines, what is still on its way, the working bubble and the quick replies.
 *
 * It keeps the newest words in sight without ever scrolling past the beginning of an answer.
 * Below: message_view.js. Above: chat_element.js.
 *
 * @typedef {import("./card_view.js").Context} Context
 * @typedef {import("./conversation.js").State} State
 */

import { h, icon, put } from "../dom.js";
import { cardView } from "./card_view.js";
import { isBusy, looseConfirmation, openQuickReplies } from "./conversation.js";
import { AnswerView, plainEntry } from "./message_view.js";
import { WaitingView, press } from "./waiting_view.js";

const NEAR = 90;
const FAR = 160;
const SHORT = 120;
const STARTERS = /** @type {const} */ (["start_find", "start_order", "start_return", "start_store"]);

export class LogView {
  /**
   * @param {Context} context
   * @param {(text: string) => void} say
   */
  constructor(context, say) {
    this.context = context;
    this.say = say;
    /** @type {Map<string, {node: HTMLElement, answer: AnswerView|null}>} */
    this.lines = new Map();
    this.list = h("ol", { class: "entries", role: "list" });
    this.pending = h("ul", { class: "entries pending", role: "list" });
    this.working = h("div", { class: "working", hidden: true }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", { class: "stage" }));
    this.extras = h("div", { class: "extras" });
    this.waiting = new WaitingView(context);
    this.extrasKey = "";
    this.node = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": context.t("log"), tabindex: 0 }, this.list, this.pending, this.working, this.extras);
    this.latest = h("button", { type: "button", class: "latest", hidden: true, "aria-label": context.t("latest"), title: context.t("latest"), onclick: () => this.toEnd() }, icon("down"));
    this.pendingSeen = 0;
    /** The entry whose beginning must stay in sight. @type {HTMLElement|null} */
    this.anchor = null;
    this.following = true;
    this.node.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.follow()).observe(this.list);
  }

  /** @param {State} state @param {{turnId: string, offset: number}|null} [saying] the words that are said aloud */
  update(state, saying = null) {
    this.showEntries(state);
    this.light(saying);
    this.showPending(state);
    this.showWorking(state);
    this.showExtras(state);
    this.follow();
  }

  /** @param {State} state */
  showEntries(state) {
    const wanted = new Set(state.entries.map((entry) => entry.key));
    if (state.reply) wanted.add(state.reply.turnId);
    for (const [key, line] of this.lines) if (!wanted.has(key)) { line.node.remove(); this.lines.delete(key); }
    for (const entry of state.entries) {
      const line = this.lines.get(entry.key) ?? this.addLine(entry.key, entry.kind === "assistant" ? null : plainEntry(entry, this.context));
      if (entry.kind === "assistant") line.answer?.finish(entry);
      line.answer?.update(state);
    }
    if (state.reply) (this.lines.get(state.reply.turnId) ?? this.addLine(state.reply.turnId, null)).answer?.write(state.reply.text);
    this.list.classList.toggle("empty", !wanted.size);
  }

  /** Lights up the words of a reply as they are said. @param {{turnId: string, offset: number}|null} saying */
  light(saying) {
    for (const [key, { answer }] of this.lines) if (answer) answer.say(key === saying?.turnId ? saying.offset : null);
  }

  /**
   * @param {string} key
   * @param {HTMLElement|null} plain null for an answer
   */
  addLine(key, plain) {
    const answer = plain ? null : new AnswerView(this.context);
    const node = plain ?? /** @type {AnswerView} */ (answer).node;
    const line = { node, answer };
    this.lines.set(key, line);
    this.list.append(node);
    if (answer) this.anchor = node;
    return line;
  }

  /** @param {State} state */
  showPending(state) {
    const { t } = this.context;
    if (state.pending.length > this.pendingSeen) { this.following = true; this.anchor = null; }
    this.pendingSeen = state.pending.length;
    const shown = state.pending.filter((item) => item.kind === "message" || item.failed);
    const lost = state.phase === "waiting" || !navigator.onLine;
    const key = JSON.stringify([shown, state.phase, lost]);
    if (key === this.pending.dataset.key) return;
    this.pending.dataset.key = key;
    put(this.pending, shown.map((item) => h("li", { class: `entry mine ${item.failed ? "failed" : "sending"}` },
      h("div", { class: "bubble", dir: "auto" }, item.kind === "message" ? item.text : t("failed_action", { name: item.text })),
      item.failed ? this.failed(item.clientId) : (lost || state.phase !== "live") && h("p", { class: "fate" }, icon("clock"), t(lost ? "waits" : "sending")))));
  }

  /** @param {string} clientId */
  failed(clientId) {
    const { t, session } = this.context;
    return h("p", { class: "fate", role: "alert" }, t("not_sent"), " ",
      h("button", { type: "button", class: "link", onclick: () => session.retry(clientId) }, icon("retry"), t("retry")), " ",
      h("button", { type: "button", class: "link", onclick: () => session.discard(clientId) }, t("discard")));
  }

  /** @param {State} state */
  showWorking(state) {
    const busy = (isBusy(state) && !state.reply && navigator.onLine) || state.agentTyping;
    this.working.hidden = !busy;
    put(/** @type {Element} */ (this.working.lastElementChild), state.agentTyping ? this.context.t("agent_typing", { name: state.agentName }) : state.stage?.label || (state.stage ? this.context.t("working") : ""));
  }

  /** @param {State} state */
  showExtras(state) {
    const { t } = this.context;
    const replies = openQuickReplies(state);
    const asked = looseConfirmation(state);
    const fresh = !state.entries.length && !state.pending.length && !state.reply && state.phase !== "connecting" && state.phase !== "replaying";
    const waits = state.status === "waiting_for_agent";
    this.waiting.update(state, replies.some((reply) => reply.action === "request_callback"));
    const key = JSON.stringify([replies, asked, fresh, waits]);
    if (key === this.extrasKey) return;
    this.extrasKey = key;
    const starters = (this.context.starters ?? STARTERS.map((name) => t(name))).map((text) => ({ label: text, text }));
    const view = asked && cardView(confirmationCard(asked, t), this.context);
    view?.update(state);
    put(this.extras,
      fresh && h("div", { class: "hello" }, h("img", { src: new URL("../art/mark.svg", import.meta.url).href, alt: "", width: 48, height: 48 }), h("h2", {}, t("hello")), h("p", {}, t("hello_more"))),
      view?.node,
      waits && this.waiting.node,
      (fresh ? starters : replies).length ? h("ul", { class: "replies", role: "list", "aria-label": t("quick_replies") },
        (fresh ? starters : replies).map((reply) => h("li", {}, h("button", { type: "button", onclick: () => this.choose(reply) }, reply.label)))) : null);
  }

  /** @param {import("./wire.js").QuickReply} reply */
  choose(reply) {
    if (reply.action) press(this.context, reply.action, reply.arguments ?? {}, reply.label);
    else this.say(reply.text);
    this.context.session.see();
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    const below = scrollHeight - scrollTop - clientHeight;
    this.latest.hidden = below < FAR;
    if (below < NEAR) this.following = true;
    else if (scrollTop < (this.target ?? 0) - 4) this.following = false;
  }

  follow() {
    if (!this.following) return this.scrolled();
    const end = this.node.scrollHeight - this.node.clientHeight;
    const start = this.anchor ? beginning(this.anchor) : end;
    this.target = Math.max(0, Math.min(end, start));
    if (Math.abs(this.node.scrollTop - this.target) > 1) this.node.scrollTop = this.target;
    this.scrolled();
  }

  toEnd() {
    this.anchor = null;
    this.following = true;
    this.node.scrollTo({ top: this.node.scrollHeight, behavior: "smooth" });
  }
}

/** Where an answer begins to be read: at its question, when that is short. @param {HTMLElement} answer */
function beginning(answer) {
  const question = answer.previousElementSibling;
  const first = question instanceof HTMLElement && question.offsetHeight < SHORT ? question : answer;
  return first.offsetTop - 12;
}

/**
 * @param {{id: string, summary: string}} asked
 * @param {Context["t"]} t
 * @returns {import("./wire.js").Card}
 */
function confirmationCard(asked, t) {
  const given = { confirmation_id: asked.id };
  return { kind: "confirmation", id: asked.id, title: asked.summary, actions: [
    { id: "yes", label: t("yes"), action: "confirm", arguments: given }, { id: "no", label: t("no"), action: "decline", arguments: given }] };
}
