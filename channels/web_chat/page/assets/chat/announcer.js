/**
 * What a screen reader hears: whole sentences of the answer, once; the state of things in a region of its own.
 *
 * `hearing` is pure; AnnouncerView puts its result on the page. Below: text.js. Above: chat_element.js.
 *
 * @typedef {{key: string|null, upTo: number, seq: number}} Heard
 * @typedef {import("./conversation.js").State} State
 */

import { h } from "../dom.js";
import { isCutOff } from "./conversation.js";
import { lastSentenceEnd } from "./text.js";

const KEPT = 12;

/** @returns {Heard} */
export function heardNothing() {
  return { key: null, upTo: 0, seq: 0 };
}

/**
 * The sentences that are new, and what has been heard then. A replay is history: it is not read out.
 * @param {Heard} heard
 * @param {State} state
 * @returns {{heard: Heard, sentences: string[]}}
 */
export function hearing(heard, state) {
  if (state.phase !== "live" && state.phase !== "idle") return { heard: { ...heard, seq: state.lastSeq }, sentences: [] };
  const sentences = [];
  let now = heard;
  for (const entry of state.entries) {
    if (entry.seq <= now.seq || (entry.kind !== "assistant" && entry.kind !== "agent" && entry.kind !== "notice")) continue;
    if (entry.kind === "notice") continue;
    const from = now.key === entry.key ? now.upTo : 0;
    sentences.push(entry.text.slice(Math.min(from, entry.text.length)));
    now = { key: entry.key, upTo: entry.text.length, seq: entry.seq };
  }
  now = { ...now, seq: Math.max(now.seq, state.lastSeq) };
  if (state.reply) {
    const from = now.key === state.reply.turnId ? now.upTo : 0;
    const to = lastSentenceEnd(state.reply.text, Math.min(from, state.reply.text.length));
    sentences.push(state.reply.text.slice(from, to));
    now = { ...now, key: state.reply.turnId, upTo: to };
  }
  return { heard: now, sentences: sentences.map((sentence) => sentence.replace(/\*\*/g, "").trim()).filter(Boolean) };
}

export class AnnouncerView {
  /** @param {import("./words.js").Translate} t */
  constructor(t) {
    this.t = t;
    this.heard = heardNothing();
    this.words = h("div", { class: "quiet", role: "log", "aria-live": "polite", "aria-relevant": "additions", "data-part": "spoken" });
    this.status = h("div", { class: "quiet", role: "status", "data-part": "status" });
  }

  /** @param {State} state @param {boolean} open */
  update(state, open) {
    const { heard, sentences } = hearing(this.heard, state);
    this.heard = heard;
    if (open) sentences.forEach((sentence) => this.words.append(h("p", {}, sentence)));
    while (this.words.childElementCount > KEPT) this.words.firstElementChild?.remove();
    const last = state.entries.at(-1);
    const told = isCutOff(state) ? this.t(state.phase === "replaced" ? "replaced" : "offline")
      : state.agentTyping ? this.t("writing")
        : state.stage ? state.stage.label || this.t("working")
          : last?.kind === "notice" ? this.t(/** @type {any} */ (last.notice), { name: last.detail }) : "";
    if (this.status.textContent !== told) this.status.textContent = told;
  }
}
