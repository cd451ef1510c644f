/**
 * One shop, one current conversation: state, memory, connection and the customer's moves, without any page.
 *
 * The storefront and the widget share one session, so the cart of both is the conversation's.
 * Below: conversation.js, connection.js, storage.js, api.js. Above: chat_element.js and the storefront.
 *
 * @typedef {import("./conversation.js").State} State
 * @typedef {import("./conversation.js").Outgoing} Outgoing
 */

import { Problem, call } from "./api.js";
import { Connection } from "./connection.js";
import { applying, newConversation } from "./conversation.js";
import { Memory } from "./storage.js";
import { MESSAGE_LIMIT, isPassing } from "./wire.js";
import { countCharacters } from "./text.js";

const PAGE = 200;
const RETRY_AFTER = 3_000;
const TYPING_EVERY = 4_000;

/**
 * @typedef {Object} Outbox where messages wait until the log holds them; `Memory` is one
 * @property {(conversationId: string|null, item: Outgoing) => void} putOutgoing null: the conversation is still to be started
 * @property {(clientId: string) => void} removeOutgoing
 * @property {(conversationId: string|null) => Outgoing[]} outgoing oldest first
 *
 * @typedef {{base: string, storage: Storage, locale: string, channel?: string, storeId?: string, outbox?: Outbox,
 *   customerToken?: () => string|null}} SessionOptions
 */

export class Session extends EventTarget {
  /** @param {SessionOptions} options */
  constructor({ base, storage, locale, channel = "web", storeId = "", outbox, customerToken = () => null }) {
    super();
    this.base = base;
    this.locale = locale;
    this.channel = channel;
    this.customerToken = customerToken;
    this.storeId = storeId;
    this.memory = new Memory(storage, base);
    this.outbox = outbox ?? this.memory;
    this.state = newConversation(channel);
    /** What the server's log is called by, and whether ours was read anew for being called otherwise. */
    this.welcomed = { lastSeq: -1, hash: "", mended: false };
    /** @type {Connection|null} */
    this.connection = null;
    /** @type {string|null} */
    this.token = null;
    /** @type {Promise<void>|null} */
    this.starting = null;
    this.typedAt = 0;
    this.over = false;
    /** A signed-in customer goes on with what was begun elsewhere, unless they asked for a new conversation. */
    this.continues = true;
    /** Hears frames, sound and the line as well, once the microphone was wanted. @type {import("../voice/voice.js").Voice|null} */
    this.voice = null;
  }

  /** Goes on where this browser left off. Starts no conversation by itself. */
  resume() {
    const kept = this.memory.current();
    if (kept) this.enter(kept);
    else if (this.outbox.outgoing(null).length) void this.start();
  }

  /** @param {string} text @returns {boolean} false when there is nothing that can be sent */
  say(text) {
    const words = text.trim();
    if (!words || countCharacters(words) > MESSAGE_LIMIT) return false;
    this.enqueue({ clientId: newId(), kind: "message", text: words });
    return true;
  }

  /**
   * @param {string} action
   * @param {Record<string, unknown>} [args]
   * @param {string} [label] how the button is called, shown while it is under way
   */
  act(action, args = {}, label = "") {
    this.enqueue({ clientId: newId(), kind: "action", text: label, action, arguments: args });
  }

  /** The same client_id again: the log holds it at most once. @param {string} clientId */
  retry(clientId) {
    const item = this.state.pending.find((pending) => pending.clientId === clientId);
    if (!item) return;
    const { failed, ...fresh } = item;
    if (failed && /^client_id_|conflict/.test(failed)) {
      this.discard(clientId);
      this.enqueue({ ...fresh, clientId: newId() });
    } else this.enqueue(fresh);
  }

  /** @param {string} clientId */
  discard(clientId) {
    this.outbox.removeOutgoing(clientId);
    this.apply({ kind: "dropped", clientId });
  }

  interrupt() {
    const { turnId, reply, speaking } = this.state;
    if (speaking) this.connection?.send({ type: "interrupt", turn_id: speaking });
    else if (turnId) this.connection?.send({ type: "interrupt", turn_id: turnId, heard: reply?.turnId === turnId ? reply.text : undefined });
  }

  /** The words of a turn's reply as far as they are known. @param {string} turnId */
  textOf(turnId) {
    const said = this.state.entries.findLast((entry) => entry.kind === "assistant" && entry.key === turnId);
    if (said?.kind === "assistant") return said.text;
    return this.state.reply?.turnId === turnId ? this.state.reply.text : "";
  }

  typing() {
    const now = Date.now();
    if (now - this.typedAt < TYPING_EVERY || this.state.status === "assistant") return;
    this.typedAt = now;
    this.connection?.send({ type: "typing", on: true });
  }

  /**
   * @param {number} seq
   * @param {"up"|"down"} rating
   * @param {string} [comment]
   */
  async rate(seq, rating, comment) {
    const before = this.state.ratings[seq];
    this.apply({ kind: "rated", seq, rating });
    try {
      await this.post("feedback", { client_id: newId(), about_seq: seq, rating, ...(comment ? { comment } : {}) });
    } catch (error) {
      if (before) this.apply({ kind: "rated", seq, rating: before });
      throw error;
    }
  }

  /** A code that opens this conversation on another device. @returns {Promise<{code: string, url: string, qr_svg: string, expires_at: string}>} */
  transferCode() {
    return this.post("transfer_codes", {});
  }

  /** Joins the conversation that another device gave a code for. @param {string} code */
  async redeem(code) {
    const made = await call(this.base, `v1/transfer_codes/${encodeURIComponent(code)}/redeem`, { method: "POST", body: { channel: this.channel } });
    this.memory.keep({ id: made.conversation_id, token: made.token, at: new Date().toISOString(), title: "", seenSeq: made.last_seq });
    this.resume();
  }

  /** Everything up to here has been looked at. */
  see() {
    const { conversationId, lastSeq, seenSeq } = this.state;
    if (!conversationId || lastSeq <= seenSeq) return;
    this.memory.amend(conversationId, { seenSeq: lastSeq });
    this.apply({ kind: "seen", seq: lastSeq });
  }

  startAfresh() {
    this.continues = false;
    this.leave();
    this.memory.select(null);
    this.state = newConversation(this.channel);
    this.changed();
  }

  /** @param {string} id */
  goOn(id) {
    const kept = this.memory.conversations().find((one) => one.id === id);
    if (kept) this.enter(kept);
  }

  /** @param {import("./storage.js").Kept} kept */
  enter(kept) {
    this.leave();
    this.memory.select(kept.id);
    this.token = kept.token;
    this.apply({ kind: "opened", conversationId: kept.id, seenSeq: kept.seenSeq, pending: this.outbox.outgoing(kept.id) });
    this.connection = new Connection(this.base, kept.id, kept.token, {
      after: () => this.state.lastSeq,
      onFrame: (frame) => this.hear(frame),
      onSound: (pcm) => this.voice?.sound(pcm),
      onLine: (line) => this.follow(line),
    });
    this.connection.dial();
  }

  leave() {
    this.connection?.hangup();
    this.connection = null;
    this.token = null;
    this.voice?.followLine();
  }

  /** For good: what was under way comes to nothing. */
  end() {
    this.over = true;
    this.leave();
  }

  /** @param {Outgoing} item */
  enqueue(item) {
    this.outbox.putOutgoing(this.state.conversationId, item);
    this.apply({ kind: "queued", item });
    if (this.connection) this.send(item);
    else void this.start();
  }

  /** @param {Outgoing} item */
  send(item) {
    if (!this.connection?.isLive || item.failed) return;
    this.connection.send(item.kind === "message"
      ? { type: "message", client_id: item.clientId, text: item.text }
      : { type: "action", client_id: item.clientId, action: item.action, arguments: item.arguments ?? {} });
  }

  flush() {
    this.state.pending.forEach((item) => this.send(item));
  }

  /** One start at a time, over all tabs of this browser. */
  start() {
    this.starting ??= this.begin().finally(() => { this.starting = null; });
    return this.starting;
  }

  get isWanted() {
    return !this.over && (this.state.pending.length > 0 || this.voice?.state.mic === "on");
  }

  async begin() {
    try {
      await underLock(`${this.memory.prefix}start`, async () => {
        const other = this.memory.current();
        if (other && this.state.conversationId === null) return;
        const made = await call(this.base, "v1/conversations", { method: "POST", body: this.greeting() });
        this.memory.keep({ id: made.conversation_id, token: made.token, at: new Date().toISOString(), title: "", seenSeq: 0 });
      });
    } catch (error) {
      this.apply({ kind: "phase", phase: "waiting", attempt: this.state.attempt + 1 });
      setTimeout(() => !this.connection && this.isWanted && void this.start(), RETRY_AFTER);
      return;
    }
    const kept = this.memory.current();
    if (!kept || this.over) return;
    this.state.pending.forEach((item) => this.outbox.putOutgoing(kept.id, item));
    this.enter(kept);
  }

  greeting() {
    const token = this.customerToken();
    return { channel: this.channel, locale: this.locale, ...(this.storeId ? { store_id: this.storeId } : {}), ...(token ? { customer_token: token, continue: this.continues } : {}) };
  }

  /** @param {import("./wire.js").Frame} frame */
  hear(frame) {
    this.voice?.hear(frame);
    switch (frame.type) {
      case "event": return this.receive(frame.event);
      case "accepted": return this.accepted(frame.client_id);
      case "error": return this.rejected(frame);
      case "live": return void queueMicrotask(() => { this.flush(); void this.compare(); });
      case "reset": return void this.refill(frame.reason === "another_history");
      case "welcome": Object.assign(this.welcomed, { lastSeq: frame.last_seq, hash: frame.state_hash ?? "" });
    }
    this.apply({ kind: "frame", frame });
  }

  /** Another log than the server's, though as long: it was restored, or ours is spoilt. Read anew, once. */
  async compare() {
    const { state, welcomed } = this;
    if (!welcomed.hash || welcomed.mended || welcomed.lastSeq !== state.lastSeq) return;
    const ours = await import("./state_hash.js").then((module) => module.stateHash(state), () => null);
    if (ours === null || ours === welcomed.hash || this.state.lastSeq !== state.lastSeq) return;
    welcomed.mended = true;
    await this.refill(true);
  }

  /**
   * In a replay the server's order is the truth; live, a hole means that something was lost on the way.
   * @param {import("./wire.js").LogEvent} event
   */
  receive(event) {
    const { lastSeq } = this.state;
    if (event.seq <= lastSeq) return;
    if (event.seq > lastSeq + 1 && this.connection?.isLive) return this.connection.gap();
    if (event.data?.client_id) this.outbox.removeOutgoing(event.data.client_id);
    this.apply({ kind: "event", event });
    this.remember(event);
  }

  /** @param {import("./wire.js").LogEvent} event */
  remember(event) {
    if (event.type !== "customer_said" || event.data.action || !this.state.conversationId) return;
    this.memory.amend(this.state.conversationId, { title: String(event.data.text ?? "").slice(0, 80), at: event.at });
  }

  /** Durable: no need to send it again. It stays on the screen until its event comes. @param {string} clientId */
  accepted(clientId) {
    this.outbox.removeOutgoing(clientId);
    const item = this.state.pending.find((pending) => pending.clientId === clientId);
    if (item?.kind === "action") setTimeout(() => this.apply({ kind: "dropped", clientId }), RETRY_AFTER);
  }

  /** @param {import("./wire.js").Frame} frame */
  rejected(frame) {
    if (!frame.client_id) return;
    if (isPassing(String(frame.code))) setTimeout(() => this.resend(frame.client_id), RETRY_AFTER);
    else this.apply({ kind: "failed", clientId: frame.client_id, code: String(frame.code) });
  }

  /** @param {string} clientId */
  resend(clientId) {
    const item = this.state.pending.find((pending) => pending.clientId === clientId);
    if (item) this.send(item);
  }

  /** @param {import("./reconnect.js").Line} line */
  follow(line) {
    this.apply({ kind: "phase", phase: line.phase, attempt: line.attempt });
    this.voice?.followLine();
    if (line.phase === "refused") this.abandon();
  }

  /** The token opens nothing any more: what was not sent goes to a new conversation. */
  abandon() {
    const { conversationId, pending } = this.state;
    this.leave();
    if (conversationId) this.memory.forget(conversationId);
    pending.forEach((item) => this.outbox.putOutgoing(null, item));
    this.state = { ...newConversation(this.channel), pending };
    this.changed();
    if (pending.length) void this.start();
  }

  /**
   * Too far behind for the socket: the log is read by pages, then the socket goes on.
   * @param {boolean} anew what we hold is no part of this log
   */
  async refill(anew) {
    const { connection, token } = this;
    const { conversationId } = this.state;
    if (!connection || !conversationId || !token) return;
    connection.drop();
    connection.step({ kind: "gap" });
    if (anew) this.apply({ kind: "opened", conversationId, seenSeq: 0, pending: this.state.pending });
    try {
      for (let more = true; more;) {
        const path = `v1/conversations/${encodeURIComponent(conversationId)}/events?after=${this.state.lastSeq}&limit=${PAGE}`;
        const { events, last_seq: last } = await call(this.base, path, { token });
        if (this.connection !== connection) return;
        events.forEach((/** @type {import("./wire.js").LogEvent} */ event) => this.receive(event));
        more = events.length > 0 && this.state.lastSeq < last;
      }
      connection.dial();
    } catch {
      connection.lose(0);
    }
  }

  /**
   * @param {string} place
   * @param {unknown} body
   */
  post(place, body) {
    const { conversationId } = this.state;
    if (!conversationId || !this.token) throw new Problem(0, "no_conversation", "There is no conversation yet.");
    return call(this.base, `v1/conversations/${encodeURIComponent(conversationId)}/${place}`, { method: "POST", token: this.token, body });
  }

  /** @param {import("./conversation.js").Input} input */
  apply(input) {
    const before = this.state;
    this.state = applying(before, input);
    if (this.state !== before) this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** crypto.randomUUID is there on secure origins only; a shop tried out on its local network is none. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function underLock(name, work) {
  const locks = globalThis.navigator?.locks;
  if (locks) await locks.request(name, work);
  else await work();
}
