/** The customer's card: who they are, what they agreed to, their orders with what may be done to them, cart, past. Below: pane's part. */

import { icon } from "../icons.js";
import { money } from "../app.js";
import { v } from "../paint.js";
import { stands } from "../state/desk.js";
import { day } from "../state/times.js";
import { worded } from "../words.js";
import { part } from "./pane.js";
import { initials } from "./top.js";

/** What may be tried, by an order's state; the shop's own rules decide when it is proposed. */
const OFFERS = { pending: ["cancel_order", "change_items", "change_order_address", "change_payment"], delivered: ["return_items", "exchange_items"] };

/** @param {import("../app.js").App} app @param {import("../state/talk.js").Talk} talk */
export function customerView(app, talk) {
  const { t } = app;
  const details = talk.details;
  const person = details.customer;
  if (!person) return part(t("customer"), "person", v("p", { class: "soft" }, t("not_identified", { locale: details.locale })));
  return part(t("customer"), "person",
    v("div", { class: "person" },
      v("span", { class: "initials large", "aria-hidden": "true" }, initials(person.name || person.customer_id)),
      v("div", {}, v("strong", {}, person.name || person.customer_id), v("p", { class: "soft" }, [person.email, person.phone].filter(Boolean).join(" · ") || person.customer_id))),
    v("p", { class: "tags" },
      v("span", { class: "tag good" }, icon("shield"), t("known_by", { how: worded(t, "method", person.method) })),
      person.loyalty_tier ? v("span", { class: "tag" }, person.loyalty_tier) : null,
      (person.preferences ?? []).map((/** @type {any} */ one) => v("span", { class: "tag" }, `${one.trait}: ${one.value}`))),
    address(app, person),
    consent(app, details.consent));
}

/** @param {import("../app.js").App} app @param {any} person */
function address({ t, state, show }, person) {
  if (!person.address) return null;
  const line = [person.address.address1, person.address.address2, person.address.zip, person.address.city, person.address.country].filter(Boolean).join(", ");
  return v("p", { class: "row tight soft small-text address" }, v("span", { class: "grow" }, line),
    stands(state) === "mine" ? v("button", { class: "small quiet", onclick: () => show.over("order", { action: "change_profile_address", order: null }) }, icon("edit", t("edit_address"))) : null);
}

/** @param {import("../app.js").App} app @param {any} consent */
function consent({ t, language }, consent) {
  if (!consent) return null;
  return v("details", { class: "fold" },
    v("summary", {}, icon("shield"), t(consent.remembers ? "consent_yes" : "consent_no"), consent.kept?.length ? v("span", { class: "count" }, consent.kept.length) : null),
    v("ul", { class: "plain-list" }, (consent.kept ?? []).map((/** @type {any} */ one) => v("li", {}, `${one.what}: ${one.value}`, v("span", { class: "soft" }, ` · ${day(one.said_at, language)}`)))));
}

/** @param {import("../app.js").App} app @param {import("../state/talk.js").Talk} talk */
export function ordersView(app, talk) {
  const orders = talk.details.orders ?? [];
  if (!orders.length) return null;
  return part(app.t("orders"), "parcel", v("ul", { class: "plain-list orders" }, orders.slice(0, 8).map((/** @type {any} */ order, /** @type {number} */ n) => orderView(app, order, n))));
}

/** @param {import("../app.js").App} app @param {any} order @param {number} n */
function orderView(app, order, n) {
  const { t, state, language, show } = app;
  const status = order.status.split(" ")[0];
  const offers = stands(state) === "mine" ? OFFERS[/** @type {keyof typeof OFFERS} */ (status)] ?? [] : [];
  return v("li", { key: order.order_id },
    v("details", { class: "fold", made: (/** @type {HTMLDetailsElement} */ node) => { node.open = n === 0; } },
      v("summary", {}, v("span", { class: "order-id" }, order.order_id), v("span", { class: `state ${status}` }, worded(t, "order", order.status.replaceAll(/\W+/g, "_").replace(/_$/, ""))), v("span", { class: "price" }, money(app, order.total))),
      order.placed_at ? v("p", { class: "soft" }, t("placed", { day: day(order.placed_at, language) })) : null,
      v("ul", { class: "plain-list" }, order.lines.map((/** @type {any} */ line) => v("li", {}, v("span", {}, `${line.quantity} × ${line.title}`, Object.keys(line.options ?? {}).length ? v("span", { class: "soft" }, ` · ${Object.values(line.options).join(", ")}`) : null), v("span", { class: "price" }, money(app, line.price))))),
      offers.length ? v("p", { class: "row tight" }, offers.map((action) =>
        v("button", { key: action, class: "small", onclick: () => show.over("order", { action, order }) }, t(/** @type {any} */ (`do_${action}`))))) : null));
}

/** @param {import("../app.js").App} app @param {import("../state/talk.js").Talk} talk */
export function cartView(app, talk) {
  const { t, state, serve } = app;
  const cart = talk.details.cart;
  if (!cart?.items?.length) return null;
  const mine = stands(state) === "mine";
  const change = (/** @type {any} */ item, /** @type {number} */ quantity) =>
    serve.cart(quantity ? "change_quantity" : "remove_from_cart", { variant_id: item.variant_id, ...(quantity ? { quantity } : {}) },
      quantity ? { action: "change_quantity", args: { variant_id: item.variant_id, quantity: item.quantity } } : { action: "add_to_cart", args: { product_id: item.product_id, variant_id: item.variant_id, quantity: item.quantity } });
  return part(t("cart"), "bag",
    v("ul", { class: "plain-list" }, cart.items.map((/** @type {any} */ item) => v("li", { key: item.variant_id, class: "cart-line" },
      v("span", { class: "grow" }, item.title, Object.keys(item.options ?? {}).length ? v("span", { class: "soft" }, ` · ${Object.values(item.options).join(", ")}`) : null),
      mine ? v("span", { class: "stepper", role: "group", "aria-label": t("quantity_of", { title: item.title }) },
        v("button", { "aria-label": t("less"), onclick: () => change(item, item.quantity - 1) }, "−"), v("span", {}, item.quantity), v("button", { "aria-label": t("more"), onclick: () => change(item, item.quantity + 1) }, "+"))
        : v("span", { class: "soft" }, `${item.quantity} ×`),
      v("span", { class: "price" }, money(app, item.price))))),
    v("p", { class: "cart-total" }, v("span", {}, t("total")), v("strong", {}, money(app, cart.total))));
}

/** @param {import("../app.js").App} app @param {import("../state/talk.js").Talk} talk */
export function pastView({ t, language, handle }, talk) {
  const past = talk.details.past ?? [];
  if (!past.length) return null;
  return part(t("past"), "clock", v("ul", { class: "plain-list" }, past.slice(0, 6).map((/** @type {any} */ one) =>
    v("li", { key: `${one.at}${one.conversation_id ?? ""}` }, v("span", { class: "soft" }, day(one.at, language)), " ", one.conversation_id && one.conversation_id !== talk.id
      ? v("button", { class: "link-like", onclick: () => handle.open(one.conversation_id) }, one.words) : one.words))));
}
