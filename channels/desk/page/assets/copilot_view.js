/** Beside the conversation: what it is about, a draft, the customer, their orders and cart, search. Below: dom.js. */

import { markupNodes } from "/assets/chat/markup_view.js";
import { formatMoney } from "/assets/format.js";
import { h } from "/assets/dom.js";

/**
 * @param {import("./desk_state.js").State} state
 * @param {{stands: string, onDraft: () => void, onUse: (text: string) => void, onSearch: (q: string) => void,
 *   onCancel: (order: any) => void}} on
 */
export function copilotView(state, on) {
  const open = state.open;
  if (!open) return h("aside", { class: "copilot", "aria-label": "Copilot" }, searchBox(state, on));
  const details = open.details;
  return h("aside", { class: "copilot", "aria-label": "Copilot" },
    part("In short", h("p", {}, details ? details.summary : "Reading…")),
    draftPart(open, on),
    details ? customerPart(details) : null,
    details ? ordersPart(details, on) : null,
    details && details.cart.items.length ? cartPart(details.cart) : null,
    searchBox(state, on));
}

/** @param {string} title @param {...any} children */
function part(title, ...children) {
  return h("section", { class: "part" }, h("h3", {}, title), children.flat(Infinity));
}

/** @param {import("./desk_state.js").Open} open @param {any} on */
function draftPart(open, on) {
  const draft = open.draft;
  return part("Next reply",
    draft ? [
      h("div", { class: "draft" }, markupNodes(draft.text, () => null)),
      draft.citations.length ? h("ul", { class: "cited", "aria-label": "Rests on" },
        draft.citations.slice(0, 4).map((/** @type {any} */ one) => h("li", {}, one.title))) : null,
      h("div", { class: "row" },
        h("button", { class: "primary", disabled: on.stands !== "mine", onclick: () => on.onUse(draft.text) }, "Use ", h("kbd", {}, "u")),
        h("button", { onclick: on.onDraft, disabled: open.drafting }, "Another"))]
      : h("button", { onclick: on.onDraft, disabled: open.drafting }, open.drafting ? "Drafting…" : "Draft a reply ", h("kbd", {}, "d")));
}

/** @param {any} details */
function customerPart(details) {
  const person = details.customer;
  if (!person) return part("Customer", h("p", { class: "soft" }, `Not identified · ${details.locale} · ${details.channels.join(", ")}`));
  return part("Customer",
    h("p", {}, h("strong", {}, person.name || person.customer_id), h("br"),
      h("span", { class: "soft" }, `${person.email ?? ""} · by ${person.method} · ${details.channels.join(", ")}`)),
    person.preferences?.length ? h("p", { class: "tags" }, person.preferences.map((/** @type {any} */ one) =>
      h("span", { class: "tag" }, `${one.trait}: ${one.value}`))) : null,
    details.past.length ? h("details", {}, h("summary", {}, `${details.past.length} earlier conversation(s)`),
      h("ul", { class: "plain" }, details.past.map((/** @type {any} */ one) => h("li", {}, one.words)))) : null);
}

/** @param {any} details @param {any} on */
function ordersPart(details, on) {
  if (!details.orders.length) return null;
  return part("Orders", h("ul", { class: "plain orders" }, details.orders.slice(0, 6).map((/** @type {any} */ order) =>
    h("li", {},
      h("details", {},
        h("summary", {}, h("span", { class: "order-id" }, order.order_id), h("span", { class: `state ${order.status.split(" ")[0]}` }, order.status),
          h("span", { class: "price" }, formatMoney(order.total, details.locale))),
        h("ul", { class: "plain" }, order.lines.map((/** @type {any} */ line) => h("li", {}, `${line.quantity} × ${line.title}`))),
        order.status === "pending" && on.stands === "mine"
          ? h("button", { class: "quiet", onclick: () => on.onCancel(order) }, "Cancel this order…") : null)))));
}

/** @param {any} cart */
function cartPart(cart) {
  return part("Cart", h("ul", { class: "plain" }, cart.items.map((/** @type {any} */ item) =>
    h("li", {}, `${item.quantity} × ${item.title}`, h("span", { class: "price" }, formatMoney(item.price, navigator.language))))),
    h("p", {}, h("strong", {}, formatMoney(cart.total, navigator.language))));
}

/** @param {import("./desk_state.js").State} state @param {any} on */
function searchBox(state, on) {
  const found = state.found;
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const q = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("q") ?? "").trim();
    if (q) on.onSearch(q);
  };
  return part("Ask the shop",
    h("form", { onsubmit: submit, role: "search" },
      h("input", { name: "q", type: "search", class: "ask", placeholder: "Products, policies, conversations", "aria-label": "Search the shop", value: found?.q ?? "" })),
    found ? h("ul", { class: "plain found", "aria-live": "polite" },
      found.policies.slice(0, 2).map((/** @type {any} */ one) => h("li", {}, h("strong", {}, one.title), h("p", { class: "soft" }, one.quote))),
      found.products.slice(0, 5).map((/** @type {any} */ one) => h("li", {}, h("a", { href: `/p/${encodeURIComponent(one.id)}`, target: "_blank", rel: "noopener" }, one.title),
        h("span", { class: "price" }, formatMoney(one.price, navigator.language)))),
      found.policies.length + found.products.length ? null : h("li", { class: "soft" }, "Nothing found.")) : null);
}
