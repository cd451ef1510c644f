/**
 * The menu behind the three dots: arrow keys walk it, Escape closes it.
 *
 * @typedef {{label: string, icon: Parameters<typeof import("../dom.js").icon>[0], run: () => void, shown?: () => boolean}} Item
 * @typedef {{label: string, icon: Item["icon"], value: string, options: [string, string][], run: (value: string) => void}} Choice
 */

import { h, icon } from "../dom.js";

export class MenuView {
  /**
   * @param {string} label
   * @param {Item[]} items
   * @param {Choice[]} choices
   */
  constructor(label, items, choices) {
    this.items = items.map((item) => ({ item, node: h("button", { type: "button", role: "menuitem", tabindex: -1, onclick: () => { this.show(false); item.run(); } }, icon(item.icon), item.label) }));
    const rows = choices.map((choice) => h("label", {}, icon(choice.icon), h("span", {}, choice.label),
      h("select", { onchange: (event) => choice.run(/** @type {HTMLSelectElement} */ (event.target).value) },
        choice.options.map(([value, name]) => h("option", { value, selected: value === choice.value }, name)))));
    this.list = h("div", { class: "menu", hidden: true }, h("div", { role: "menu", "aria-label": label }, this.items.map(({ node }) => node)), rows);
    this.button = h("button", { type: "button", class: "round ghost", "aria-label": label, title: label, "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.show(Boolean(this.list.hidden)) }, icon("more"));
    this.node = h("div", { class: "menu-place", onkeydown: (event) => this.key(/** @type {KeyboardEvent} */ (event)),
      onfocusout: (event) => { if (!this.node.contains(/** @type {Node|null} */ (/** @type {FocusEvent} */ (event).relatedTarget))) this.show(false, false); } }, this.button, this.list);
  }

  /** @param {boolean} open @param {boolean} [focus] */
  show(open, focus = true) {
    if (this.list.hidden === !open) return;
    this.items.forEach(({ item, node }) => { node.hidden = !(item.shown?.() ?? true); });
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (focus) (open ? this.visible()[0] : this.button)?.focus();
  }

  visible() {
    return this.items.map(({ node }) => node).filter((node) => !node.hidden);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.show(false);
    }
    const nodes = this.visible();
    const at = nodes.indexOf(/** @type {any} */ (event.target));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (this.list.hidden || at < 0 || to === undefined) return;
    event.preventDefault();
    nodes[(to + nodes.length) % nodes.length].focus();
  }
}
