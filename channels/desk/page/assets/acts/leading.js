/** Oneself and the house: presence, canned replies' keeping, the supervisor's figures and files. Below: acting.js. */

import { asked } from "../state/analytics.js";
import { joined, noFilters, query } from "../state/audit.js";
import { Acting } from "./acting.js";

export class Leading extends Acting {
  /** Read once after signing in; what a server does not offer is left empty. */
  async begin() {
    const quiet = (/** @type {string} */ path) => this.host.client.call("GET", path).catch(() => null);
    const [replies, hours, colleagues] = await Promise.all([quiet("/replies"), quiet("/hours"), quiet("/colleagues")]);
    this.change((state) => ({
      ...state, replies: replies?.replies ?? [], fields: replies?.fields ?? [], hours, colleagues: colleagues?.agents ?? state.colleagues,
    }));
  }

  /** @param {"available"|"away"} status */
  async status(status) {
    const one = await this.ask("PUT", "/me", { status });
    if (!one) return;
    this.change((state) => ({ ...state, colleagues: [...state.colleagues.filter(({ agent_id }) => agent_id !== one.agent_id), one] }));
    this.toast(this.host.t(status === "away" ? "done_away" : "done_available"), "good", () => this.status(status === "away" ? "available" : "away"));
  }

  /** @param {number} capacity */
  async capacity(capacity) {
    const one = await this.ask("PUT", "/me", { capacity });
    if (one) this.change((state) => ({ ...state, colleagues: [...state.colleagues.filter(({ agent_id }) => agent_id !== one.agent_id), one] }));
  }

  async figures() {
    const { figuresDay } = this.state;
    const from = figuresDay ? new Date(`${figuresDay}T00:00:00`) : null;
    const query = from ? `?from=${from.toISOString()}&to=${new Date(from.getTime() + 86_400_000).toISOString()}` : "";
    const figures = await this.ask("GET", `/figures${query}`);
    if (figures) this.set({ figures });
  }

  /** @param {string} day */
  async figuresOf(day) {
    this.set({ figuresDay: day });
    await this.figures();
  }

  /** @param {"csv"|"jsonl"} format */
  async export(format) {
    const { figures } = this.state;
    const span = figures ? `&from=${encodeURIComponent(figures.from)}&to=${encodeURIComponent(figures.to)}` : "";
    await this.#file(`/export?format=${format}${span}`, `desk-${(figures?.from ?? new Date().toISOString()).slice(0, 10)}.${format}`);
  }

  /** @param {string} path @param {string} name */
  async #file(path, name) {
    try {
      const address = URL.createObjectURL(await this.host.client.file(path));
      const link = Object.assign(document.createElement("a"), { href: address, download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      this.toast(this.host.t("done_exported"));
    } catch (error) {
      this.failed(error);
    }
  }

  // -- who did what, and why a reply was given ---------------------------------------------------------------------------

  /** @param {import("../state/audit.js").Filters} [filters] */
  async audit(filters = this.state.audit?.filters ?? noFilters()) {
    const found = await this.ask("GET", `/audit${query(filters)}`);
    if (found) this.set({ audit: { ...found, filters } });
  }

  async auditOlder() {
    const { audit } = this.state;
    if (!audit) return;
    const found = await this.ask("GET", `/audit${query(audit.filters, audit.before)}`);
    if (found) this.set({ audit: joined(this.state.audit, { ...found, filters: audit.filters }) });
  }

  async auditFile() {
    await this.#file(`/audit/export${query(this.state.audit?.filters ?? noFilters())}`, `audit-${new Date().toISOString().slice(0, 10)}.jsonl`);
  }

  /** What the reply stands on, as it was: into the panel that shows it. @param {number} seq */
  async lineage(seq) {
    const conversation = this.state.current;
    const path = `/conversations/${encodeURIComponent(conversation)}/replies/${seq}/lineage`;
    const lineage = await this.host.client.call("GET", path).catch(() => null);
    const { panel } = this.state;
    if (lineage && panel?.kind === "why" && panel.seq === seq && this.state.current === conversation) this.panel({ ...panel, lineage });
  }

  // -- how conversations went ------------------------------------------------------------------------------------------

  /** @param {Partial<import("../state/analytics.js").Narrowed>} [narrowed] */
  async analytics(narrowed = {}) {
    const analyticsOf = { ...this.state.analyticsOf, ...narrowed };
    this.set({ analyticsOf });
    const found = await this.ask("GET", `/analytics?${asked(analyticsOf, Date.now())}`);
    if (!found || this.state.analyticsOf !== analyticsOf) return;
    this.host.client.call("GET", "/analytics/drift").then((drift) => this.set({ drift }), () => null);
    const whole = !analyticsOf.channel && !analyticsOf.language;
    this.set({ analytics: found, ...(whole ? { analyticsNames: { channels: found.by_channel, languages: found.by_language } } : {}) });
  }

  async analyticsFile() {
    const { days } = this.state.analyticsOf;
    await this.#file(`/analytics/export?${asked({ days, channel: "", language: "" }, Date.now())}`, `conversations-${new Date().toISOString().slice(0, 10)}.csv`);
  }

  // -- canned replies --------------------------------------------------------------------------------------------------

  /** @param {any} reply without reply_id: a new one */
  async keepReply(reply) {
    const { reply_id: id, shortcut, title, texts, shared } = reply;
    const body = { shortcut, title, texts, shared };
    const kept = await (id ? this.ask("PUT", `/replies/${encodeURIComponent(id)}`, body) : this.ask("POST", "/replies", body));
    if (!kept) return;
    this.change((state) => ({ ...state, panel: null, replies: [...state.replies.filter((one) => one.reply_id !== kept.reply_id), kept] }));
    this.toast(this.host.t("done_reply_kept", { shortcut: kept.shortcut }));
  }

  /** @param {any} reply */
  async dropReply(reply) {
    if (!(await this.ask("DELETE", `/replies/${encodeURIComponent(reply.reply_id)}`))) return;
    this.change((state) => ({ ...state, panel: null, replies: state.replies.filter((one) => one.reply_id !== reply.reply_id) }));
    this.toast(this.host.t("done_reply_dropped", { shortcut: reply.shortcut }), "good", () => this.keepReply({ ...reply, reply_id: "" }));
  }
}
