/** A supervisor's review of what conversations could teach: accept, change, reject, next, undo; a numbered set of it. Below: acting.js, state/review.js. */

import { changed, decided, edited, opened, putBack, read, shown, stepped } from "../state/review.js";
import { Acting } from "./acting.js";

export class Reviewing extends Acting {
  /** @param {{state?: import("../state/review.js").Decided, kind?: string}} [narrowed] */
  async open(narrowed = {}) {
    const state = narrowed.state ?? this.state.review?.state ?? "open";
    const kind = narrowed.kind ?? (state === "open" ? this.state.review?.kind ?? "" : "");
    const found = await this.ask("GET", `/feedback?state=${state}${kind ? `&kind=${kind}` : ""}`);
    if (found) this.set({ review: read(this.state.review, found, state, kind) });
  }

  /** @param {(review: import("../state/review.js").Review) => import("../state/review.js").Review} next */
  #now(next) {
    this.change((state) => (state.review ? { ...state, review: next(state.review) } : state));
  }

  /** @param {number} by */
  step(by) {
    this.#now((review) => stepped(review, by));
  }

  /** @param {string} id */
  show(id) {
    this.#now((review) => opened(review, id));
  }

  /** @param {Partial<import("../state/review.js").Draft>} some */
  edit(some) {
    this.#now((review) => changed(review, some));
  }

  /** The screen goes on at once; where the server refuses, it comes back with why. @param {import("../state/review.js").Decided} to */
  async decide(to) {
    const before = this.state.review;
    const one = before && shown(before);
    const made = before && edited(before);
    if (!before || !one || !made || one.state === to) return;
    const { becomes, text, better, label, conditions } = made;
    this.#now((review) => decided(review, one.candidate_id, to));
    try {
      await this.host.client.call("POST", `/feedback/${encodeURIComponent(one.candidate_id)}`, { state: to, becomes, text, better, label, conditions });
      this.toast(this.host.t(to === "accepted" ? "rv_done_accepted" : to === "rejected" ? "rv_done_rejected" : "rv_done_open"), "good", () => this.undo());
    } catch (error) {
      const { code = "", message = "" } = /** @type {any} */ (error);
      this.#now(() => putBack(before, before.draft, { field: code.replace(/^unfit_/, ""), why: message }));
      if (!code.startsWith("unfit_")) this.failed(error);
      else this.field(code.replace(/^unfit_/, ""));
    }
  }

  /** To where something is to be changed. @param {string} [name] */
  field(name = "text") {
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`rv_${name}`)?.focus()));
  }

  /** The last decision is taken back, and what it was about is shown again. */
  async undo() {
    const last = this.state.review?.undo[0];
    if (!last || !(await this.ask("POST", `/feedback/${encodeURIComponent(last.candidate_id)}`, { state: last.state }))) return;
    this.#now((review) => ({ ...review, undo: review.undo.slice(1), at: last.candidate_id }));
    await this.open({ state: last.state });
    this.#now((review) => (review.candidates.some(({ candidate_id: id }) => id === last.candidate_id) ? opened(review, last.candidate_id) : review));
    this.toast(this.host.t("rv_done_undone"));
  }

  async makeSet() {
    const made = await this.ask("POST", "/feedback/sets", {});
    if (!made) return;
    this.toast(this.host.t("rv_done_set", { number: made.number }));
    await this.open();
  }
}
