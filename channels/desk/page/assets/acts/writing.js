/** What an agent writes: replies, notes, whispers, drafts of the copilot, canned replies, translations. Below: acting.js. */

import { drafted, front, inTalk, stands } from "../state/desk.js";
import { gap } from "../state/replies.js";
import { Acting } from "./acting.js";

const TYPING_MS = 3_000;

export class Writing extends Acting {
  #typedAt = 0;
  #stops = 0;
  #sending = false;

  /** @param {string} text @param {import("../state/drafts.js").Mode} [mode] */
  type(text, mode) {
    const id = this.state.current;
    this.host.drafts.change(id, { text, ...(mode ? { mode } : {}) });
    this.change((state) => ({ ...state }));
    if (this.host.drafts.of(id).mode === "reply" && stands(this.state) === "mine") this.#tell(id, Boolean(text));
  }

  /** @param {string} id @param {boolean} on */
  #tell(id, on) {
    const now = Date.now();
    clearTimeout(this.#stops);
    if (on && now - this.#typedAt > TYPING_MS) this.host.client.typing(id, true);
    if (on) this.#typedAt = now;
    this.#stops = window.setTimeout(() => { this.#typedAt = 0; this.host.client.typing(id, false); }, on ? TYPING_MS : 0);
  }

  async send() {
    const { current: id } = this.state;
    const draft = this.host.drafts.of(id);
    const text = draft.text.trim();
    if (!text || this.#sending) return;
    if (gap(text) && draft.mode === "reply") return this.toast(this.host.t("fill_fields", { field: text.slice(...(gap(text) ?? [0, 0])) }), "bad");
    this.#sending = true;
    const sent = await this.#deliver(draft, text);
    this.#sending = false;
    if (!sent) return;
    this.host.drafts.drop(id);
    this.#tell(id, false);
    this.change((state) => inTalk(state, id, (talk) => ({ ...talk, drafts: draft.mode === "reply" ? [] : talk.drafts })));
  }

  /** @param {import("../state/drafts.js").Draft} draft @param {string} text */
  #deliver(draft, text) {
    if (draft.mode === "note") return this.here("/notes", { text });
    if (draft.mode === "whisper") return this.here("/whispers", { text });
    return this.here("/messages", { client_id: crypto.randomUUID(), text, ...(draft.draftId ? { suggestion_id: draft.draftId, edited: text !== draft.draftText } : {}) });
  }

  async draft() {
    const id = this.state.current;
    if (!id || front(this.state)?.drafting) return;
    this.inTalk(id, { drafting: true });
    const answer = await this.here("/suggestions");
    this.change((state) => inTalk(state, id, (talk) => (answer?.suggestions ?? []).reduceRight((/** @type {any} */ one, /** @type {any} */ made) => drafted(one, made), { ...talk, drafting: false })));
  }

  /** Into the field, after what is there. @param {import("../state/talk.js").Draft} one */
  insert(one) {
    const id = this.state.current;
    const before = this.host.drafts.of(id);
    const text = before.text.trim() ? `${before.text.trimEnd()}\n${one.text}` : one.text;
    this.host.drafts.change(id, { text, mode: "reply", draftId: one.id, draftText: one.text });
    this.change((state) => ({ ...state }));
    this.host.focus("composer-end");
  }

  /** As it stands, at once. @param {import("../state/talk.js").Draft} one */
  async sendDraft(one) {
    const id = this.state.current;
    const sent = await this.here("/messages", { client_id: crypto.randomUUID(), text: one.text, suggestion_id: one.id, edited: false });
    if (sent) this.inTalk(id, { drafts: [] });
  }

  /** @param {import("../state/drafts.js").Mode} mode */
  mode(mode) {
    this.host.drafts.change(this.state.current, { mode });
    this.change((state) => ({ ...state }));
    this.host.focus("composer");
  }

  /** Filled by the server for this customer, in their language; what it cannot know is left to be filled in. @param {import("../state/replies.js").Reply} reply */
  async canned(reply) {
    const id = this.state.current;
    const answer = await this.here(`/replies/${encodeURIComponent(reply.reply_id)}`);
    if (!answer) return;
    const before = this.host.drafts.of(id).text;
    const text = before.startsWith("/") || !before.trim() ? answer.text : `${before.trimEnd()}\n${answer.text}`;
    this.host.drafts.change(id, { text, mode: "reply" });
    this.change((state) => ({ ...state }));
    if (answer.missing?.length) this.toast(this.host.t("missing_fields", { fields: answer.missing.join(", ") }), "plain");
    this.host.focus(gap(text) ? "composer-gap" : "composer-end");
  }

  /** A customer's words in the agent's language. @param {string} key @param {string} text @param {string} to */
  async translate(key, text, to) {
    const id = this.state.current;
    const talk = front(this.state);
    if (talk?.translations[key]) return this.inTalk(id, { translations: { ...talk.translations, [key]: "" } });
    const answer = await this.here("/translations", { text, to });
    if (answer) this.change((state) => inTalk(state, id, (one) => ({ ...one, translations: { ...one.translations, [key]: answer.text } })));
  }

  /** What is being written, in the customer's language, to be read again before it goes. @param {string} to */
  async translateDraft(to) {
    const id = this.state.current;
    const { text } = this.host.drafts.of(id);
    if (!text.trim()) return;
    const answer = await this.here("/translations", { text, to });
    if (!answer) return;
    this.host.drafts.change(id, { text: answer.text });
    this.change((state) => ({ ...state }));
    this.toast(this.host.t("done_translated"), "good", () => { this.host.drafts.change(id, { text }); this.change((state) => ({ ...state })); });
    this.host.focus("composer-end");
  }
}
