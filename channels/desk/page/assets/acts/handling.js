/** Conversations as an agent handles them: opened, claimed, handed on, laid aside, closed; undone where that can be. Below: acting.js. */

import { front, groups, lineOf, opened, shown, shut, stands } from "../state/desk.js";
import { Acting } from "./acting.js";

const LATER_DETAILS_MS = 350;
const MOST_OPEN = 10;
/** The server drafts by itself for who watches; a draft is asked for where none came. */
const OWN_DRAFT_MS = 1_200;

export class Handling extends Acting {
  /** @type {Map<string, number>} */
  #soon = new Map();

  /** @param {string} id */
  open(id) {
    this.change((state) => opened(state, id));
    while (this.state.order.length > MOST_OPEN) {
      const oldest = this.state.order.find((one) => one !== id && lineOf(this.state, one)?.agent?.agent_id !== this.state.me?.id) ?? this.state.order[0];
      this.shut(oldest, false);
    }
    this.host.client.watch(id);
    this.details(id, 0);
  }

  /** @param {string} id @param {boolean} [tell] */
  shut(id, tell = true) {
    this.host.client.unwatch(id);
    this.change((state) => shut(state, id));
    if (tell && this.host.drafts.of(id).text) this.toast(this.host.t("draft_kept"), "plain", () => this.open(id));
  }

  /** @param {number} by */
  step(by) {
    const ids = shown(this.state).map((line) => line.conversation_id);
    const at = ids.indexOf(this.state.current);
    const next = ids[at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + by))];
    if (next) this.open(next);
  }

  /** @param {number} by */
  stepTab(by) {
    const { order, current } = this.state;
    if (order.length > 1) this.open(order[(order.indexOf(current) + by + order.length) % order.length]);
  }

  /** The one that waits longest, taken. */
  async next() {
    const first = groups(this.state).waiting.find((line) => !line.for_agent || line.for_agent.agent_id === this.state.me?.id);
    if (!first) return this.toast(this.host.t("nobody_waits"), "plain");
    this.open(first.conversation_id);
    await this.claim();
  }

  /** What changes while one looks is asked for a little later, once. @param {string} id @param {number} [wait] */
  details(id, wait = LATER_DETAILS_MS) {
    clearTimeout(this.#soon.get(id));
    this.#soon.set(id, window.setTimeout(async () => {
      try {
        const details = await this.host.client.call("GET", `/conversations/${encodeURIComponent(id)}`);
        this.inTalk(id, { details, summary: details.summary, failed: "" });
      } catch (error) {
        this.inTalk(id, { failed: /** @type {any} */ (error).code || "failed" });
      }
    }, wait));
  }

  /** @param {{ignore_capacity?: boolean, take_over?: boolean}} [how] */
  async claim(how = {}) {
    const id = this.state.current;
    if (!id) return;
    try {
      await this.host.client.call("POST", `/conversations/${encodeURIComponent(id)}/claim`, how);
    } catch (error) {
      const problem = /** @type {any} */ (error);
      if (problem.code === "at_capacity" && !how.ignore_capacity) return this.panel({ kind: "sure", title: "full_title", text: "full_text", yes: "claim_anyway", act: () => this.claim({ ...how, ignore_capacity: true }) });
      return this.failed(error);
    }
    this.set({ tab: "mine" });
    this.toast(this.host.t(how.take_over ? "done_taken_over" : "done_claimed"), "good", () => this.#release(id, "queue"));
    this.details(id, 0);
    this.host.focus("composer");
    setTimeout(() => this.state.current === id && this.host.draft?.(), OWN_DRAFT_MS);
  }

  handBack() {
    if (stands(this.state) === "mine") this.#give("assistant", "done_handed_back");
  }

  toQueue() {
    if (stands(this.state) === "mine") this.#give("queue", "done_queued");
  }

  /** @param {"assistant"|"queue"} to @param {import("../words.js").Key} word */
  async #give(to, word) {
    const id = this.state.current;
    if (!(await this.#release(id, to))) return;
    this.toast(this.host.t(word), "good", () => { this.open(id); this.claim({ ignore_capacity: true }); });
  }

  /** @param {string} id @param {"assistant"|"queue"} to */
  async #release(id, to) {
    const done = await this.ask("POST", `/conversations/${encodeURIComponent(id)}/release`, { to });
    if (done) this.details(id, 0);
    return done;
  }

  /** @param {any} to @param {string} reason @param {string} summary @param {string} name */
  async transfer(to, reason, summary, name) {
    if (!(await this.here("/transfer", { to, reason, ...(summary ? { summary } : {}) }))) return;
    this.panel(null);
    this.toast(this.host.t("done_transferred", { name }));
    this.details(this.state.current, 0);
  }

  /** @param {Date} until @param {string} note @param {string} words */
  async snooze(until, note, words) {
    const id = this.state.current;
    if (!(await this.here("/snooze", { until: until.toISOString(), ...(note ? { note } : {}) }))) return;
    this.panel(null);
    this.toast(this.host.t("done_snoozed", { when: words }), "good", () => this.wake(id));
    this.details(id, 0);
  }

  /** Woken it waits at the front, kept for whom it was: who wakes their own has it again. @param {string} id */
  async wake(id) {
    const mine = lineOf(this.state, id)?.agent?.agent_id === this.state.me?.id;
    if (!(await this.ask("DELETE", `/conversations/${encodeURIComponent(id)}/snooze`))) return;
    if (mine) await this.ask("POST", `/conversations/${encodeURIComponent(id)}/claim`, { ignore_capacity: true });
    this.toast(this.host.t("done_woken"));
    this.details(id, 0);
  }

  /** @param {string} outcome @param {string} note @param {string} words */
  async close(outcome, note, words) {
    const id = this.state.current;
    if (!(await this.here("/close", { outcome, ...(note ? { note } : {}) }))) return;
    this.panel(null);
    this.host.drafts.drop(id);
    this.toast(this.host.t("done_closed", { outcome: words }));
    this.details(id, 0);
  }

  /** The supervisor's own place in somebody's conversation. @param {string} id */
  async join(id) {
    this.open(id);
    await this.ask("POST", `/conversations/${encodeURIComponent(id)}/join`, {});
    this.host.drafts.change(id, { mode: "whisper" });
    this.set({ view: "desk" });
    this.host.focus("composer");
  }

  /** @param {string} id */
  takeOver(id) {
    this.open(id);
    this.panel({ kind: "sure", title: "take_over", text: "take_over_text", yes: "take_over", act: () => this.claim({ take_over: true, ignore_capacity: true }) });
  }

  /** @param {string} to */
  async dial(to) {
    const answer = await this.here("/call/transfer", { to });
    if (!answer) return;
    this.panel(null);
    this.toast(this.host.t("done_dialing", { to: answer.to ?? to }));
  }

  mark() {
    const talk = front(this.state);
    if (talk) this.inTalk(talk.id, { read: talk.events.at(-1)?.seq ?? 0 });
  }
}
