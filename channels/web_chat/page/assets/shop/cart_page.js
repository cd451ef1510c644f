/** The cart of the conversation: what the assistant puts in is here at once, and the other way round. Above: storefront.js. */

import { h, icon, put } from "../dom.js";
import { formatMoney } from "../format.js";
import { productAddress } from "./route.js";
import { capital } from "./search_page.js";

/**
 * @param {import("./storefront.js").Shop} shop
 * @returns {HTMLElement[]}
 */
export function cartPage(shop) {
  const place = h("section", { class: "cart" });
  let shown = "";
  const show = () => {
    const { cart, pending } = shop.chat.session.state;
    const key = JSON.stringify([cart, pending.map((item) => item.clientId)]);
    if (key !== shown) put(place, cart.items.length ? full(shop, cart) : empty(shop));
    shown = key;
  };
  show();
  shop.onChange(show);
  return [place];
}

/** @param {import("./storefront.js").Shop} shop */
function empty(shop) {
  return h("div", { class: "nothing" }, h("h1", {}, "Your cart is empty"), h("p", {}, "Nothing here yet. Have a look round, or say what you need."),
    h("p", { class: "buttons" }, h("a", { class: "solid", href: "/search" }, "See all products"), h("button", { type: "button", class: "plain", onclick: () => shop.chat.show() }, "Ask the assistant")));
}

/** @param {import("./storefront.js").Shop} shop @param {import("../chat/wire.js").Cart} cart */
function full(shop, cart) {
  return h("div", { class: "cart-body" },
    h("div", {}, h("h1", {}, "Your cart"), h("ul", { role: "list" }, cart.items.map((item) => line(shop, item)))),
    h("aside", { "aria-label": "Total" }, h("p", { class: "sum" }, h("span", {}, "Total"), h("strong", {}, formatMoney(cart.total, shop.locale))),
      h("p", { class: "note" }, "The cart is the same here, in the chat, and on every device that joins the conversation."),
      h("button", { type: "button", class: "solid wide", onclick: () => shop.chat.ask("How long does delivery take?") }, "Ask about delivery"),
      h("a", { class: "plain wide", href: "/search" }, "Go on shopping")));
}

/** @param {import("./storefront.js").Shop} shop @param {import("../chat/wire.js").CartItem} item */
function line(shop, item) {
  const busy = shop.isAdding(item.variant_id);
  const which = { product_id: item.product_id, variant_id: item.variant_id };
  /** @param {number} quantity */
  const change = (quantity) => shop.chat.session.act(quantity ? "change_quantity" : "remove_from_cart", quantity ? { ...which, quantity } : which, item.title);
  const price = { amount: String(Number(item.price.amount) * item.quantity), currency: item.price.currency };
  return h("li", { class: busy ? "busy" : "" },
    h("div", { class: "picture" }, item.image_url && h("img", { src: item.image_url, alt: "", width: 120, height: 120 })),
    h("div", { class: "what" }, h("h2", {}, h("a", { href: productAddress(item.product_id, item.options?.colour) }, item.title)), h("p", {}, Object.values(item.options ?? {}).map(capital).join(" · ")),
      h("button", { type: "button", class: "link", disabled: busy, onclick: () => change(0) }, icon("bin"), "Remove")),
    h("div", { class: "stepper", role: "group", "aria-label": `Quantity of ${item.title}` },
      h("button", { type: "button", "aria-label": "One less", disabled: busy || item.quantity <= 1, onclick: () => change(item.quantity - 1) }, icon("minus")),
      h("span", { "aria-live": "polite" }, item.quantity),
      h("button", { type: "button", "aria-label": "One more", disabled: busy, onclick: () => change(item.quantity + 1) }, icon("plus"))),
    h("p", { class: "price" }, formatMoney(price, shop.locale)));
}
