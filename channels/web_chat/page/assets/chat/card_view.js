/**
 * Cards of an answer: products in a row that scrolls, all else one under the other.
 *
 * Below: dom.js, words.js. Above: message_view.js.
 *
 * @typedef {import("./wire.js").Card} Card
 * @typedef {import("./conversation.js").State} State
 * @typedef {{node: HTMLElement, update: (state: State) => void}} View
 * @typedef {{session: import("./session.js").Session, t: import("./words.js").Translate, locale: string, base: string,
 *   talk: () => void, sheet?: (make: (sheets: typeof import("./sheets.js"), done: () => void) => HTMLElement) => void, starters?: readonly string[], beside?: (card: Card) => Node|null, productAddress: (id: string) => string|null, pathAddress: (path: string) => string|null}} Context
 */

import { h, icon, put } from "../dom.js";
import { formatMoney, formatRating, linkAddress, pictureAddress } from "../format.js";
import { stockTone, stockWords } from "./words.js";

/**
 * @param {readonly Card[]} cards
 * @param {Context} context
 * @returns {View|null}
 */
export function cardsView(cards, context) {
  if (!cards.length) return null;
  const views = cards.map((card) => cardView(card, context));
  const products = cards.filter((card) => card.kind === "product").length;
  const row = products > 1 && products === cards.length;
  const node = h("ul", { class: row ? "cards row" : "cards stack", role: "list", "aria-label": row ? context.t("products") : null },
    views.map((view) => h("li", {}, view.node)));
  return { node, update: (state) => views.forEach((view) => view.update(state)) };
}

/**
 * @param {Card} card
 * @param {Context} context
 * @returns {View}
 */
export function cardView(card, context) {
  const { t } = context;
  const buttons = (card.actions ?? []).map((action) => actionView(action, context));
  const verdict = h("p", { class: "verdict", hidden: true });
  const actions = h("div", { class: "actions" }, buttons.map((view) => view.node));
  const node = h("article", { class: `card ${card.kind}`, "aria-label": card.title },
    card.kind === "product" ? picture(card, context) : h("span", { class: "emblem" }, icon(emblem(card.kind))),
    h("div", { class: "facts" },
      title(card, context),
      card.subtitle && h("p", { class: "subtitle" }, card.subtitle),
      h("p", { class: "figures" },
        card.price && h("span", { class: "price" }, formatMoney(card.price, context.locale)),
        card.rating ? h("span", { class: "rating", role: "img", "aria-label": t("rating", { n: formatRating(card.rating) }) }, icon("star"), formatRating(card.rating)) : null),
      card.availability && h("p", { class: `stock ${stockTone(card.availability)}` }, stockWords(card.availability, t)),
      context.beside?.(card),
      verdict),
    buttons.length ? actions : null);
  return {
    node,
    update(state) {
      buttons.forEach((view) => view.update(state));
      if (card.kind === "confirmation") showVerdict(card, state, verdict, actions, t);
    },
  };
}

/** @param {Card["kind"]} kind */
function emblem(kind) {
  return kind === "order" ? "parcel" : kind === "store" ? "pin" : "check";
}

/**
 * @param {Card} card
 * @param {Context} context
 */
function title(card, context) {
  const href = card.kind === "product" ? linkAddress(card.url, context.base) ?? context.productAddress(card.id) : null;
  return h("h3", {}, href ? h("a", { href, "data-internal": true }, card.title) : card.title);
}

/** The frame has its size before the picture comes, so nothing moves. @param {Card} card @param {Context} context */
function picture(card, context) {
  const src = pictureAddress(card.image_url, context.base);
  return h("div", { class: "picture" }, src && h("img", { src, alt: "", loading: "lazy", decoding: "async", width: 300, height: 300 }));
}

/**
 * @param {import("./wire.js").CardAction} action
 * @param {Context} context
 * @returns {View}
 */
function actionView(action, { session, t }) {
  const key = JSON.stringify([action.action, action.arguments ?? {}]);
  const strong = ["add_to_cart", "confirm"].includes(action.action);
  const node = h("button", { type: "button", class: strong ? "solid" : "plain", onclick: () => session.act(action.action, action.arguments ?? {}, action.label) }, action.label);
  return {
    node,
    update(state) {
      const busy = state.pending.some((item) => !item.failed && item.kind === "action" && JSON.stringify([item.action, item.arguments ?? {}]) === key);
      const label = busy ? t("adding") : action.label;
      if (node.textContent !== label) put(node, label);
      node.disabled = busy || state.status === "closed";
    },
  };
}

/**
 * A question is answered once, on whatever channel: then its buttons make way for the answer.
 * @param {Card} card
 * @param {State} state
 * @param {HTMLElement} verdict
 * @param {HTMLElement} actions
 * @param {import("./words.js").Translate} t
 */
function showVerdict(card, state, verdict, actions, t) {
  const answer = state.answers[card.id];
  const open = state.confirmation?.id === card.id;
  actions.hidden = !open;
  verdict.hidden = open;
  put(verdict, answer ? t(answer === "yes" ? "answered_yes" : "answered_no") : t("answered"));
}
