/** What is done for a customer: orders and carts through proposal and yes, answers looked up, call-backs. Below: acting.js. */

import { listed, stepped } from "../state/asking.js";
import { front } from "../state/desk.js";
import { Acting } from "./acting.js";

export class Serving extends Acting {
  /** An order's change is shown with its amounts first. @param {string} action @param {any} args */
  async propose(action, args) {
    const proposed = await this.here("/actions", { action, arguments: args });
    if (!proposed) return;
    if (proposed.done) return this.#done(proposed.title);
    this.panel({ kind: "proposal", action, proposed });
  }

  /** @param {string} action @param {any} proposed */
  async carryOut(action, proposed) {
    const done = await this.here("/actions", { action, sealed: proposed.sealed });
    if (!done) return;
    this.panel(null);
    this.#done(done.title);
  }

  /** Carts change at once, and back. @param {string} action @param {any} args @param {{action: string, args: any}|null} [back] */
  async cart(action, args, back = null) {
    const done = await this.here("/actions", { action, arguments: args });
    if (done) this.#done(done.title, back ? () => this.cart(back.action, back.args) : null);
  }

  /** @param {string} title @param {(() => void)|null} [undo] */
  #done(title, undo = null) {
    this.toast(title, "good", undo);
    this.#again();
  }

  async #again() {
    const id = this.state.current;
    const details = await this.ask("GET", `/conversations/${encodeURIComponent(id)}`);
    if (details) this.inTalk(id, { details, summary: details.summary });
  }

  /** @param {string} productId */
  async options(productId) {
    try {
      return (await this.host.client.product(productId)).variants ?? [];
    } catch (error) {
      this.failed(error);
      return [];
    }
  }

  // -- asking --------------------------------------------------------------------------------------------------------

  /** @param {string} q */
  async look(q) {
    if (!q.trim()) return this.set({ asking: null });
    this.change((state) => ({ ...state, asking: { ...(state.asking ?? { found: [], at: -1 }), q, busy: true } }));
    const answer = await this.ask("GET", `/search?q=${encodeURIComponent(q)}&state=all`);
    this.change((state) => (state.asking?.q === q ? { ...state, asking: { q, busy: false, at: -1, found: answer ? listed(answer) : [], failed: !answer } } : state));
  }

  /** @param {number} by */
  stepFound(by) {
    this.change((state) => (state.asking ? { ...state, asking: { ...state.asking, at: stepped(state.asking.at, by, state.asking.found.length) } } : state));
  }

  /** Everything past of the customer in front. */
  past() {
    const customer = front(this.state)?.details?.customer;
    return customer ? this.ask("GET", `/search?customer=${encodeURIComponent(customer.customer_id)}&state=all`) : null;
  }

  // -- call-backs ----------------------------------------------------------------------------------------------------

  async callbacks() {
    const answer = await this.ask("GET", "/callbacks?state=all");
    if (answer) this.set({ callbacks: answer.callbacks, callbacksOpen: answer.open });
  }

  /** @param {any} one @param {"take"|"release"} what */
  async callback(one, what) {
    if (!(await this.ask("POST", `/callbacks/${encodeURIComponent(one.id)}/${what}`, {}))) return;
    await this.callbacks();
    this.toast(this.host.t(what === "take" ? "done_callback_taken" : "done_callback_released"), "good", () => this.callback(one, what === "take" ? "release" : "take"));
  }

  /** @param {any} one @param {string} outcome @param {string} note */
  async callbackDone(one, outcome, note) {
    if (!(await this.ask("POST", `/callbacks/${encodeURIComponent(one.id)}/done`, { outcome, ...(note ? { note } : {}) }))) return;
    this.panel(null);
    await this.callbacks();
    this.toast(this.host.t("done_callback"));
  }
}
