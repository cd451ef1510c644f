/** Changes of orders: what is wanted, then what it comes to, then yes. And a product, with its variants. Below: panels.js's frame. */

import { icon } from "../icons.js";
import { money } from "../app.js";
import { v } from "../paint.js";
import { front, stands } from "../state/desk.js";
import { worded } from "../words.js";
import { choices, dialog, labelled, radios } from "./panels.js";

const REASONS = ["no longer needed", "ordered by mistake"];
const ADDRESS = /** @type {const} */ (["address1", "address2", "zip", "city", "state", "country"]);

/** @param {import("../app.js").App} app @param {any} panel */
export function orderPanel(app, { action, order }) {
  const { t } = app;
  const title = order ? t(/** @type {any} */ (`do_${action}_of`), { order: order.order_id }) : t("edit_address");
  return dialog(app, { key: `order ${action}`, title, kind: "wide", submit: (values) => app.serve.propose(action, argumentsOf(action, order, values)) },
    fields(app, action, order), v("p", { class: "soft" }, t("proposal_first")), choices(app, t("propose")));
}

/** @param {string} action @param {any} order @param {FormData} values */
function argumentsOf(action, order, values) {
  const word = (/** @type {string} */ name) => String(values.get(name) ?? "").trim();
  const base = order ? { order_id: order.order_id } : {};
  const pay = { payment_method_id: word("payment_method_id") };
  switch (action) {
    case "cancel_order": return { ...base, reason: word("reason") };
    case "return_items": return { ...base, items: values.getAll("item").map(String), ...pay };
    case "change_items": case "exchange_items":
      return { ...base, swaps: pieces(order).flatMap(({ line, key }) => (word(key) && word(key) !== line.variant_id ? [{ old: line.variant_id, new: word(key) }] : [])), ...pay };
    case "change_payment": return { ...base, ...pay };
    default: return { ...base, address: Object.fromEntries(ADDRESS.map((name) => [name, word(name)])) };
  }
}

/** Every piece by itself: two of one kind may go two ways. @param {any} order @returns {{line: any, key: string}[]} */
function pieces(order) {
  return order.lines.flatMap((/** @type {any} */ line, /** @type {number} */ n) => Array.from({ length: line.quantity }, (_, m) => ({ line, key: `new-${n}-${m}` })));
}

/** @param {import("../app.js").App} app @param {string} action @param {any} order */
function fields(app, action, order) {
  const { t } = app;
  switch (action) {
    case "cancel_order": return radios("reason", REASONS.map((value) => ({ value, label: worded(t, "cancel", value.replaceAll(" ", "_")) })), undefined, t("why_cancel"));
    case "return_items": return [
      v("fieldset", { class: "radios" }, v("legend", {}, t("which_items")), pieces(order).map(({ line, key }) =>
        v("label", { key, class: "radio" }, v("input", { type: "checkbox", name: "item", value: line.variant_id, made: (/** @type {any} */ node) => { node.checked = pieces(order).length === 1; } }), v("span", {}, line.title, v("span", { class: "soft" }, ` ${money(app, line.price)}`))))),
      payment(app, order, t("refund_to"))];
    case "change_items": case "exchange_items": return [pieces(order).map(({ line, key }) => swap(app, line, key)), payment(app, order, t("difference_by"))];
    case "change_payment": return payment(app, order, t("pay_by"));
    default: return addressFields(app, order);
  }
}

/** @param {import("../app.js").App} app @param {any} order @param {string} label */
function payment(app, order, label) {
  const { t, state } = app;
  const known = front(state)?.details?.customer?.payment_methods ?? [];
  if (!known.length) return labelled(label, v("input", { name: "payment_method_id", required: true, value: undefined, made: (/** @type {any} */ node) => { node.value = order?.payment_method_id ?? ""; } }), t("payment_id_hint"));
  return labelled(label, v("select", { name: "payment_method_id" }, known.map((/** @type {any} */ one) =>
    v("option", { key: one.id, value: one.id }, one.last_four ? `${one.brand || worded(t, "pay", one.source)} ···· ${one.last_four}` : worded(t, "pay", one.source)))));
}

/** The same product in other options, loaded when it is asked for. @param {import("../app.js").App} app @param {any} line @param {string} key */
function swap(app, line, key) {
  const load = async (/** @type {HTMLSelectElement} */ node) => {
    const variants = await app.serve.options(line.product_id);
    for (const one of variants) {
      const id = one.id ?? one.variant_id;
      if (id === line.variant_id) continue;
      const words = Object.values(one.options ?? {}).join(", ") || id;
      node.append(Object.assign(document.createElement("option"), { value: id, textContent: `${words} · ${money(app, one.price)}`, disabled: one.available === false || one.stock === 0 }));
    }
  };
  return v("div", { key, class: "swap" }, labelled(line.title, v("select", { name: key, made: load }, v("option", { value: "" }, app.t("keep_as_is")))));
}

/** @param {import("../app.js").App} app @param {any} order */
function addressFields({ t, state }, order) {
  const known = order?.address ?? front(state)?.details?.customer?.address ?? {};
  return v("div", { class: "grid-fields" }, ADDRESS.map((name, n) => labelled(t(/** @type {any} */ (`address_${name}`)), v("input", {
    name, autofocus: n === 0, required: !["address2", "state"].includes(name), autocomplete: "off", made: (/** @type {any} */ node) => { node.value = known[name] ?? ""; } }))));
}

/** @param {import("../app.js").App} app @param {any} panel */
export function proposalPanel(app, { action, proposed }) {
  const { t, serve } = app;
  return dialog(app, { key: "proposal", title: t("proposal_title"), kind: "wide", submit: () => serve.carryOut(action, proposed) },
    v("div", { class: "proposal" }, v("strong", {}, proposed.title), v("ul", {}, proposed.lines.map((/** @type {string} */ line) => v("li", {}, line)))),
    v("p", { class: "soft" }, t("proposal_text", { name: app.state.me?.name ?? "" })),
    choices(app, t("carry_out")));
}

/** @param {import("../app.js").App} app @param {any} panel */
export function productPanel(app, { product }) {
  const { t, state, serve, write, show } = app;
  const mine = stands(state) === "mine";
  const add = (/** @type {FormData} */ values) => {
    const variant = String(values.get("variant") ?? "");
    show.shut();
    show.set({ asking: null });
    serve.cart("add_to_cart", { product_id: product.id, quantity: 1, ...(variant ? { variant_id: variant } : {}) }, variant ? { action: "remove_from_cart", args: { variant_id: variant } } : null);
  };
  const load = async (/** @type {HTMLSelectElement} */ node) => {
    for (const one of await serve.options(product.id)) {
      node.append(Object.assign(document.createElement("option"), { value: one.id ?? one.variant_id, textContent: `${Object.values(one.options ?? {}).join(", ") || product.title} · ${money(app, one.price)}` }));
    }
  };
  return dialog(app, { key: "product", title: product.title, submit: add },
    v("p", { class: "soft" }, [product.brand, money(app, product.price), product.rating ? `★ ${product.rating.toFixed(1)}` : ""].filter(Boolean).join(" · ")),
    labelled(t("variant"), v("select", { name: "variant", made: load })),
    v("p", { class: "row end" },
      v("a", { class: "button-like", href: `/p/${encodeURIComponent(product.id)}`, target: "_blank", rel: "noopener" }, t("in_shop")),
      v("button", { type: "button", disabled: !mine, onclick: () => { show.shut(); write.insert({ id: "", text: `**${product.title}**${product.price ? ` (${money(app, product.price)})` : ""}`, citations: [] }); } }, icon("insert"), t("insert")),
      v("button", { class: "primary", disabled: !mine }, icon("bag"), t("add_to_cart"))));
}
