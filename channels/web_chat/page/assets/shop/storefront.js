/**
 * The storefront: header, addresses, pages, and the one session that it shares with the chat. Below: the pages.
 *
 * @typedef {import("../chat/chat_element.js").ChatElement} Chat
 */

import "../../widget.js";
import { h, icon, put } from "../dom.js";
import { cartCount } from "../chat/conversation.js";
import { cartPage } from "./cart_page.js";
import { departmentsOf, homePage } from "./home_page.js";
import { productPage } from "./product_page.js";
import { readRoute, searchAddress } from "./route.js";
import { searchPage } from "./search_page.js";
import * as api from "./shop_api.js";

const TOAST_FOR = 5_000;

export class Shop {
  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
    this.name = document.title;
    this.locale = "en";
    /** @type {import("./shop_api.js").Category[]} */
    this.categories = [];
    this.main = /** @type {HTMLElement} */ (document.querySelector("main"));
    this.badge = /** @type {HTMLElement} */ (document.querySelector("#cart-count"));
    this.toast = /** @type {HTMLElement} */ (document.querySelector("#toast"));
    /** @type {(() => void)|null} */
    this.listener = null;
    /** @type {string|null} the title of what was last put into the cart from a page */
    this.awaited = null;
    this.cartSize = 0;
    this.toastTimer = 0;
    /** The shop's name, locale and categories are known, or known to be out of reach: what pages show waits for it. */
    this.ready = this.learn();
  }

  async open() {
    history.scrollRestoration = "manual";
    addEventListener("popstate", (event) => this.render(event.state?.top ?? 0));
    addEventListener("click", (event) => this.follow(event));
    this.chat.addEventListener("aisle-navigate", (event) => { event.preventDefault(); this.go(/** @type {CustomEvent} */ (event).detail.href); });
    this.chat.addEventListener("aisle-theme", (event) => this.setTheme(/** @type {CustomEvent} */ (event).detail.theme));
    this.chat.addEventListener("aisle-change", () => this.changed());
    document.querySelector("#search")?.addEventListener("submit", (event) => this.search(event));
    this.setTheme(this.chat.session.memory.read("theme") ?? "auto");
    this.render(history.state?.top ?? 0);
    await this.ready;
    this.showNavigation();
  }

  async learn() {
    const [about, categories] = await Promise.allSettled([api.shop(), api.categories()]);
    if (about.status === "fulfilled") this.introduce(about.value);
    if (categories.status === "fulfilled") this.categories = categories.value;
  }

  /** @param {{name: string, locale: string}} about */
  introduce({ name, locale }) {
    this.name = name;
    this.locale = locale || "en";
    document.querySelectorAll(".shop-name").forEach((node) => { node.textContent = name; });
    this.chat.setAttribute("name", name);
  }

  showNavigation() {
    const departments = [...departmentsOf(this.categories)];
    put(/** @type {Element} */ (document.querySelector("#departments")), departments.slice(0, 7).map(([name, { groups }]) => h("li", {},
      h("a", { href: searchAddress([name]) }, name),
      groups.size > 0 && h("ul", { class: "groups", role: "list" }, [...groups].slice(0, 9).map((group) => h("li", {}, h("a", { href: searchAddress([name, group]) }, group)))))));
    void api.stores().then((stores) => put(/** @type {Element} */ (document.querySelector("#stores")), stores.slice(0, 6).map((store) => h("li", {}, storeLine(store)))), () => undefined);
  }

  /** @param {string} address */
  go(address) {
    const url = new URL(address, location.href);
    if (url.origin !== location.origin) return void location.assign(url);
    history.replaceState({ ...history.state, top: scrollY }, "");
    if (url.href !== location.href) history.pushState({ top: 0 }, "", url);
    this.render(0, true);
  }

  /** @param {number} top @param {boolean} [moved] by the customer, so that focus follows */
  render(top, moved = false) {
    const route = readRoute(new URL(location.href));
    this.listener = null;
    this.toast.classList.remove("shown");
    this.title("");
    put(this.main, ...this.page(route));
    this.main.dataset.page = route.page;
    const field = document.querySelector("#search input");
    if (field instanceof HTMLInputElement) field.value = route.page === "search" ? route.filters.q ?? "" : "";
    scrollTo(0, top);
    if (moved) this.main.focus({ preventScroll: true });
  }

  /**
   * @param {import("./route.js").Route} route
   * @returns {import("../dom.js").Child[]}
   */
  page(route) {
    switch (route.page) {
      case "home": return homePage(this);
      case "search": this.title(route.filters.q || route.category.at(-1) || "All products"); return searchPage(this, route);
      case "product": return productPage(this, route);
      case "cart": this.title("Cart"); return cartPage(this);
      case "missing": return [h("section", { class: "nothing" }, h("h1", {}, "This page is not here"), h("p", {}, h("a", { href: "/" }, "To the start")))];
    }
  }

  /** @param {string} words */
  title(words) {
    document.title = words ? `${words} · ${this.name}` : this.name;
  }

  /** @param {MouseEvent} event */
  follow(event) {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.target) return;
    if (link.origin !== location.origin || link.getAttribute("href")?.startsWith("#")) return;
    event.preventDefault();
    this.go(link.href);
  }

  /** @param {Event} event */
  search(event) {
    event.preventDefault();
    const words = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("q") ?? "").trim();
    this.go(searchAddress([], { q: words }));
  }

  /** @param {{id: string, title: string}} product @param {string} variantId @param {number} quantity */
  addToCart(product, variantId, quantity) {
    this.awaited = product.title;
    this.chat.session.act("add_to_cart", { product_id: product.id, variant_id: variantId, quantity }, product.title);
  }

  /** @param {string} variantId */
  isAdding(variantId) {
    return this.chat.session.state.pending.some((item) => !item.failed && item.kind === "action" && item.arguments?.variant_id === variantId);
  }

  /** One page listens at a time. @param {() => void} listener */
  onChange(listener) {
    this.listener = listener;
  }

  changed() {
    const { state } = this.chat.session;
    const count = cartCount(state);
    if (count !== this.cartSize) this.cartChanged(count);
    const failed = state.pending.find((item) => item.failed && item.action === "add_to_cart");
    if (this.awaited && failed) {
      this.awaited = null;
      this.say(["That could not be added to the cart."]);
    }
    this.listener?.();
  }

  /** @param {number} count */
  cartChanged(count) {
    const grown = count > this.cartSize;
    this.cartSize = count;
    this.badge.textContent = count ? String(count) : "";
    this.badge.parentElement?.setAttribute("aria-label", count ? `Cart, ${count} ${count === 1 ? "item" : "items"}` : "Cart");
    if (this.awaited && grown) {
      this.say([icon("check"), h("span", {}, `${this.awaited} is in your cart.`), h("a", { href: "/cart" }, "View cart")]);
      this.awaited = null;
    }
  }

  /** @param {import("../dom.js").Child[]} words */
  say(words) {
    put(this.toast, words);
    this.toast.classList.add("shown");
    clearTimeout(this.toastTimer);
    this.toastTimer = window.setTimeout(() => this.toast.classList.remove("shown"), TOAST_FOR);
  }

  /** @param {string} theme */
  setTheme(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }
}

/** @param {import("./shop_api.js").Store} store */
function storeLine(store) {
  const today = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][new Date().getDay()];
  const hours = store.opening_hours?.[today];
  return [store.name, h("span", {}, hours ? `today ${hours.replace("-", "–")}` : "closed today")];
}

await customElements.whenDefined("aisle-chat");
const chat = /** @type {Chat|null} */ (document.querySelector("aisle-chat"));
if (chat) void new Shop(chat).open();
