/**
 * One line of the conversation. Built once, then only updated: a button under the finger never goes away.
 *
 * Below: card_view.js, markup_view.js. Above: log_view.js.
 *
 * @typedef {import("./card_view.js").View} View
 * @typedef {import("./card_view.js").Context} Context
 * @typedef {import("./conversation.js").State} State
 */

import { h, icon, put } from "../dom.js";
import { cardsView } from "./card_view.js";
import { markWords, markupNodes } from "./markup_view.js";

/**
 * @param {Exclude<import("./conversation.js").Entry, {kind: "assistant"}>} entry
 * @param {Context} context
 * @returns {HTMLElement}
 */
export function plainEntry(entry, { t, locale }) {
  switch (entry.kind) {
    case "customer": return entry.action && entry.action !== "choose"
      ? h("li", { class: "entry did" }, icon("check"), h("span", {}, entry.text))
      : h("li", { class: "entry mine" }, h("span", { class: "quiet" }, `${t("you")}: `), h("div", { class: "bubble", dir: "auto", title: clock(entry.at, locale) }, entry.text));
    case "agent": return h("li", { class: "entry theirs agent" },
      h("p", { class: "who" }, entry.name || t("assistant")), h("div", { class: "bubble", dir: "auto", title: clock(entry.at, locale) }, h("p", {}, entry.text)));
    case "notice": return h("li", { class: `entry notice ${entry.notice}` }, noticeText(entry, t));
  }
}

/**
 * @param {import("./conversation.js").NoticeEntry} entry
 * @param {Context["t"]} t
 */
function noticeText(entry, t) {
  if (entry.notice === "turn_failed" && entry.detail) return entry.detail;
  return t(/** @type {any} */ (entry.notice), { name: entry.detail });
}

/** @param {string} at @param {string} locale */
function clock(at, locale) {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? "" : new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(time);
}

/** An answer: first words as they come, then the same place with all that belongs to it. */
export class AnswerView {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.bubble = h("div", { class: "bubble", dir: "auto" });
    this.rest = h("div", { class: "rest" });
    this.node = h("li", { class: "entry theirs writing" }, h("span", { class: "quiet" }, `${context.t("assistant")}: `), this.bubble, this.rest);
    this.text = "";
    /** The words stand apart, once they have been spoken. */
    this.apart = false;
    /** @type {number|null} how far it has been said aloud, while it is */
    this.saidUpTo = null;
    /** @type {View[]} */
    this.parts = [];
    /** @type {import("./conversation.js").AssistantEntry|null} */
    this.entry = null;
  }

  /** @param {string} text */
  write(text) {
    if (text === this.text) return;
    this.text = text;
    this.show();
  }

  show() {
    put(this.bubble, markupNodes(this.text, this.context.pathAddress, this.apart));
    this.bubble.hidden = !this.text.trim();
    if (this.apart) markWords(this.bubble, this.saidUpTo, this.entry?.unsaidFrom ?? null);
  }

  /** @param {number|null} upTo */
  say(upTo) {
    if (upTo === this.saidUpTo) return;
    this.saidUpTo = upTo;
    if (!this.apart) {
      this.apart = true;
      this.show();
    } else markWords(this.bubble, upTo, this.entry?.unsaidFrom ?? null);
  }

  /** @param {import("./conversation.js").AssistantEntry} entry */
  finish(entry) {
    if (this.entry === entry) return;
    this.entry = entry;
    this.apart ||= entry.unsaidFrom !== null;
    if (this.apart) this.text = "";
    this.write(entry.text);
    if (entry.language) this.bubble.lang = entry.language;
    this.bubble.title = clock(entry.at, this.context.locale);
    this.node.classList.remove("writing");
    const cards = cardsView(entry.cards, this.context);
    const feedback = feedbackView(entry, this.context);
    this.parts = [cards, feedback].filter((part) => part !== null);
    put(this.rest, entry.interrupted && h("p", { class: "stopped" }, icon("stop"), this.context.t(entry.unsaidFrom === null ? "interrupted" : "unsaid")),
      cards?.node, sources(entry, this.context), feedback.node);
  }

  /** @param {State} state */
  update(state) {
    this.parts.forEach((part) => part.update(state));
  }
}

/**
 * Footnotes that can be opened and quoted. A product's own card is its source already.
 * @param {import("./conversation.js").AssistantEntry} entry
 * @param {Context} context
 */
function sources(entry, { t }) {
  const shown = new Set(entry.cards.map((card) => card.id));
  const notes = entry.citations.filter((citation) => citation.quote && !shown.has(citation.id));
  if (!notes.length) return null;
  return h("div", { class: "sources" }, h("p", { class: "quiet" }, t("sources")), h("ol", {}, notes.map((note) =>
    h("li", {}, h("details", {}, h("summary", {}, note.title), h("blockquote", { dir: "auto" }, note.quote))))));
}

/**
 * @param {import("./conversation.js").AssistantEntry} entry
 * @param {Context} context
 * @returns {View}
 */
function feedbackView(entry, { session, t }) {
  const thanks = h("span", { class: "thanks", role: "status" });
  const comment = commentForm(t, async (text) => {
    await session.rate(entry.seq, "down", text).catch(() => undefined);
    comment.hidden = true;
    put(thanks, t("thanks"));
  });
  /** @param {"up"|"down"} rating */
  const thumb = (rating) => h("button", {
    type: "button", class: `thumb ${rating}`, "aria-label": t(rating === "up" ? "good" : "bad"), title: t(rating === "up" ? "good" : "bad"), "aria-pressed": "false",
    onclick: () => {
      session.rate(entry.seq, rating).catch(() => undefined);
      comment.hidden = rating === "up";
      put(thanks, rating === "up" && t("thanks"));
      if (rating === "down") comment.querySelector("textarea")?.focus();
    } }, icon("up"));
  const [up, down] = [thumb("up"), thumb("down")];
  const node = h("div", { class: "feedback" }, h("div", { class: "thumbs", role: "group", "aria-label": t("helpful") }, up, down, thanks), comment);
  return {
    node,
    update(state) {
      up.setAttribute("aria-pressed", String(state.ratings[entry.seq] === "up"));
      down.setAttribute("aria-pressed", String(state.ratings[entry.seq] === "down"));
    },
  };
}

/**
 * @param {Context["t"]} t
 * @param {(text: string) => Promise<void>} send
 */
export function commentForm(t, send) {
  const field = h("textarea", { rows: 2, maxlength: 1000, "aria-label": t("comment"), placeholder: t("comment") });
  return h("form", { class: "comment", hidden: true, onsubmit: (event) => { event.preventDefault(); void send(field.value.trim()); } },
    field, h("button", { type: "submit", class: "plain" }, t("comment_send")));
}
