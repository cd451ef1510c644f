/**
 * The conversation as the page shows it: a pure fold of log events, frames and the customer's own moves.
 *
 * `(state, input) -> state`, never mutating; an untouched entry keeps its identity, so a view can tell what changed.
 * Below: wire.js, text.js. Above: session.js, state_hash.js and the views.
 *
 * @typedef {import("./wire.js").LogEvent} LogEvent
 * @typedef {import("./wire.js").Cart} Cart
 * @typedef {import("./wire.js").Card} Card
 *
 * @typedef {{clientId: string, kind: "message"|"action", text: string, action?: string,
 *   arguments?: Record<string, unknown>, failed?: string}} Outgoing
 *
 * @typedef {{key: string, kind: "customer", seq: number, at: string, text: string, action: string|null,
 *   channel: string, audio: boolean}} CustomerEntry
 * @typedef {{key: string, kind: "assistant", seq: number, at: string, text: string, language: string, cards: Card[],
 *   citations: import("./wire.js").Citation[], quickReplies: import("./wire.js").QuickReply[],
 *   interrupted: boolean, unsaidFrom: number|null}} AssistantEntry
 *   unsaidFrom: where the words begin that were to be spoken and never were; null: none
 * @typedef {{key: string, kind: "agent", seq: number, at: string, text: string, name: string}} AgentEntry
 * @typedef {{key: string, kind: "notice", seq: number, at: string, notice: string, detail: string}} NoticeEntry
 * @typedef {CustomerEntry|AssistantEntry|AgentEntry|NoticeEntry} Entry
 *
 * @typedef {{position: number, ahead: number, seconds: number|null, open: boolean, opensAt: string}} Place
 *   position 0: not known; seconds: how long it may take; opensAt: a time, or "" where it is not known
 *
 * @typedef {"idle"|"connecting"|"replaying"|"live"|"waiting"|"refused"|"replaced"} Phase
 *
 * @typedef {Object} State
 * @property {string|null} conversationId
 * @property {number} lastSeq
 * @property {"assistant"|"waiting_for_agent"|"agent"|"closed"} status
 * @property {readonly Entry[]} entries
 * @property {string} channel this device's own
 * @property {readonly string[]} channels those that take part, in the order they came
 * @property {boolean} identified the shop knows who the customer is
 * @property {boolean} displays a public screen may show what is the customer's
 * @property {readonly string[]} listed the products that "the second one" counts
 * @property {{flow: string, slot: string}|null} question the open question of a flow
 * @property {Place|null} queue where the customer stands who waits for a person
 * @property {readonly Outgoing[]} pending what the log does not hold yet
 * @property {{turnId: string, text: string}|null} reply the words as they are written
 * @property {string|null} turnId the running turn
 * @property {string|null} speaking the turn whose reply is shown and still being spoken
 * @property {string|null} endedTurn a late delta of it is dropped
 * @property {{stage: string, label: string}|null} stage
 * @property {boolean} agentTyping
 * @property {string} agentName
 * @property {Cart} cart
 * @property {{id: string, summary: string}|null} confirmation
 * @property {Readonly<Record<string, "yes"|"no">>} answers by confirmation id
 * @property {Readonly<Record<number, "up"|"down">>} ratings by seq
 * @property {Phase} phase
 * @property {number} attempt losses of the connection in a row
 * @property {number} seenSeq
 *
 * @typedef {{kind: "event", event: LogEvent}
 *   | {kind: "frame", frame: import("./wire.js").Frame}
 *   | {kind: "queued", item: Outgoing}
 *   | {kind: "failed", clientId: string, code: string}
 *   | {kind: "dropped", clientId: string}
 *   | {kind: "rated", seq: number, rating: "up"|"down"}
 *   | {kind: "phase", phase: Phase, attempt: number}
 *   | {kind: "seen", seq: number}
 *   | {kind: "opened", conversationId: string, seenSeq: number, pending: readonly Outgoing[]}} Input
 */

import { readQuickReply } from "./wire.js";
import { spliceDelta } from "./text.js";

/** @param {string} [channel] @returns {State} */
export function newConversation(channel = "web") {
  return {
    channel, channels: [], identified: false, displays: false, listed: [], question: null, queue: null,
    conversationId: null, lastSeq: 0, status: "assistant", entries: [], pending: [], reply: null, turnId: null,
    speaking: null, endedTurn: null, stage: null, agentTyping: false, agentName: "", cart: { items: [], total: null },
    confirmation: null, answers: {}, ratings: {}, phase: "idle", attempt: 0, seenSeq: 0,
  };
}

/**
 * @param {State} state
 * @param {Input} input
 * @returns {State}
 */
export function applying(state, input) {
  switch (input.kind) {
    case "event": return applyEvent(state, input.event);
    case "frame": return applyFrame(state, input.frame);
    case "queued": return { ...state, pending: [...state.pending.filter((item) => item.clientId !== input.item.clientId), input.item] };
    case "failed": return { ...state, pending: state.pending.map((item) => (item.clientId === input.clientId ? { ...item, failed: input.code } : item)) };
    case "dropped": return withoutPending(state, input.clientId);
    case "rated": return { ...state, ratings: { ...state.ratings, [input.seq]: input.rating } };
    case "phase": return { ...state, phase: input.phase, attempt: input.attempt, ...(input.phase === "live" ? {} : { stage: null, agentTyping: false }) };
    case "seen": return input.seq > state.seenSeq ? { ...state, seenSeq: input.seq } : state;
    case "opened": return { ...newConversation(state.channel), conversationId: input.conversationId, seenSeq: input.seenSeq, pending: input.pending };
  }
}

/**
 * @param {State} state
 * @param {string} clientId
 */
function withoutPending(state, clientId) {
  return state.pending.some((item) => item.clientId === clientId)
    ? { ...state, pending: state.pending.filter((item) => item.clientId !== clientId) }
    : state;
}

/**
 * A signal may be dropped or repeated and never changes what is durable.
 * @param {State} state
 * @param {import("./wire.js").Frame} frame
 * @returns {State}
 */
function applyFrame(state, frame) {
  switch (frame.type) {
    case "welcome": return frame.status ? { ...state, status: frame.status } : state;
    case "delta":
    case "snapshot": return applyDelta(state, frame);
    case "signal": return applySignal(state, frame);
    default: return state;
  }
}

/**
 * @param {State} state
 * @param {import("./wire.js").Frame} frame
 * @returns {State}
 */
function applyDelta(state, frame) {
  if (frame.turn_id === state.endedTurn) return state;
  const text = state.reply && state.reply.turnId === frame.turn_id ? state.reply.text : "";
  const written = spliceDelta(text, Number(frame.offset) || 0, String(frame.text ?? ""));
  if (written === null) return state;
  return { ...state, turnId: frame.turn_id, reply: { turnId: frame.turn_id, text: written }, stage: null };
}

/**
 * @param {State} state
 * @param {import("./wire.js").Frame} frame
 * @returns {State}
 */
function applySignal(state, frame) {
  if (frame.signal === "stage") {
    if (frame.turn_id === state.endedTurn) return state;
    return { ...state, turnId: frame.turn_id ?? state.turnId, stage: { stage: String(frame.stage ?? ""), label: String(frame.label ?? "") } };
  }
  if (frame.signal === "queue") return { ...state, queue: state.status === "waiting_for_agent" ? readPlace(frame) : null };
  if (frame.signal === "typing" && frame.who === "agent") return { ...state, agentTyping: Boolean(frame.on) };
  return state;
}

/**
 * Events are applied once and in order; a gap is the session's to mend before it comes here.
 * @param {State} state
 * @param {LogEvent} event
 * @returns {State}
 */
function applyEvent(state, event) {
  if (event.seq <= state.lastSeq) return state;
  const next = { ...state, lastSeq: event.seq };
  const data = event.data ?? {};
  switch (event.type) {
    case "customer_said": return customerSaid(next, event, data);
    case "turn_started": return { ...next, turnId: data.turn_id, reply: null, stage: null };
    case "turn_failed": return turnFailed(endTurn(next, data.turn_id), event, data);
    case "tool_called": return next.stage ? next : { ...next, stage: { stage: String(data.name ?? ""), label: "" } };
    case "reply_ready": return { ...assistantSaid(endTurn(next, data.turn_id), event, data), speaking: data.turn_id };
    case "assistant_said": return assistantSaid(endTurn(next, data.turn_id), event, data);
    case "agent_said": return withEntry({ ...next, agentTyping: false }, {
      key: event.id, kind: "agent", seq: event.seq, at: event.at, text: String(data.text ?? ""), name: next.agentName });
    case "conversation_started": return { ...next, cart: { items: [], total: { amount: "0.00", currency: String(data.currency ?? "USD") } } };
    case "customer_identified": return { ...next, identified: true };
    case "customer_signed_out": return signedOut(next, event);
    case "context_changed": return { ...next, question: readQuestion(data.context?.asked) };
    case "display_allowed": return { ...withoutPending(next, data.client_id), displays: Boolean(data.allow) };
    case "cart_changed": return { ...next, cart: readCart(data.cart) };
    case "confirmation_asked": return { ...next, confirmation: { id: data.confirmation_id, summary: String(data.summary ?? "") } };
    case "confirmation_answered": return { ...next, confirmation: null, answers: { ...next.answers, [data.confirmation_id]: data.answer } };
    case "feedback_given": return { ...next, ratings: { ...next.ratings, [data.about_seq]: data.rating } };
    case "handoff_requested": return notice({ ...next, status: "waiting_for_agent" }, event, "handoff_requested", "");
    case "handoff_ended": return { ...next, status: "assistant", queue: null };
    case "callback_requested": return notice(next, event, "callback_requested", data.phone);
    case "message_left": return notice(next, event, "message_left", "");
    case "agent_joined": return notice({ ...next, status: "agent", queue: null, agentName: String(data.name ?? "") }, event, "agent_joined", data.name);
    case "agent_left": return notice({ ...next, status: "assistant", agentTyping: false }, event, "agent_left", data.name);
    case "channel_joined": return joined(next, event, String(data.channel ?? ""));
    case "channel_left": return { ...next, channels: next.channels.filter((name) => name !== data.channel) };
    case "data_erased": return erased(next, event);
    case "conversation_closed": return notice({ ...endTurn(next, next.turnId), status: "closed", queue: null }, event, "conversation_closed", "");
    default: return next;
  }
}

/**
 * @param {State} state
 * @param {LogEvent} event
 * @param {any} data
 * @returns {State}
 */
function customerSaid(state, event, data) {
  const action = data.action ? String(data.action.name ?? data.action) : null;
  return withEntry(withoutPending(state, data.client_id), {
    key: data.client_id || event.id, kind: "customer", seq: event.seq, at: event.at, text: String(data.text ?? ""),
    action, channel: event.channel, audio: Boolean(data.audio) });
}

/** Who comes by this device's own way is no news. @param {State} state @param {LogEvent} event @param {string} channel */
function joined(state, event, channel) {
  const next = { ...state, channels: [...new Set([...state.channels, channel])] };
  return channel === state.channel || !next.entries.length ? next : notice(next, event, "channel_joined", channel);
}

/** Nothing of what was said stays on the device. @param {State} state @param {LogEvent} event */
function erased({ channel, channels, conversationId, lastSeq, phase, attempt }, event) {
  const cart = { items: [], total: { amount: "0.00", currency: "USD" } };
  return notice({ ...newConversation(channel), channels, conversationId, lastSeq, phase, attempt, cart, status: "closed" }, event, "conversation_closed", "");
}

/** @param {State} state @param {LogEvent} event */
function signedOut(state, event) {
  return notice({ ...state, identified: false, confirmation: null, question: null, listed: [], displays: false }, event, "customer_signed_out", "");
}

/**
 * @param {State} state
 * @param {LogEvent} event
 * @param {any} data
 * @returns {State}
 */
function assistantSaid(state, event, data) {
  /** @type {AssistantEntry} */
  const said = { key: data.turn_id || event.id, kind: "assistant", seq: event.seq, at: event.at, text: String(data.text ?? ""),
    language: String(data.language ?? ""), cards: data.cards ?? [], citations: data.citations ?? [],
    quickReplies: (data.quick_replies ?? []).map(readQuickReply), interrupted: Boolean(data.interrupted), unsaidFrom: null };
  const ready = state.entries.find((entry) => entry.key === said.key);
  const listed = listedBy(said) ?? state.listed;
  if (ready?.kind !== "assistant") return withEntry({ ...state, listed }, said);
  return { ...state, listed, entries: state.entries.map((entry) => (entry === ready ? heardOf(ready, said) : entry)) };
}

/**
 * Stopped before a word was said or heard is nobody's fault: what can be read stays to be read.
 * @param {State} state
 * @param {LogEvent} event
 * @param {any} data
 * @returns {State}
 */
function turnFailed(state, event, data) {
  if (data.code !== "unheard" && data.code !== "interrupted") return notice(state, event, "turn_failed", data.text);
  return { ...state, entries: state.entries.map((entry) => (entry.key === data.turn_id && entry.kind === "assistant"
    ? { ...entry, seq: event.seq, interrupted: true, unsaidFrom: 0 } : entry)) };
}

/** The products it showed, unless it told of the customer's own orders. @param {AssistantEntry} said */
function listedBy(said) {
  if (said.cards.some((card) => card.kind === "order") || said.citations.some((note) => note.kind === "order" || note.kind === "profile")) return null;
  const products = said.cards.filter((card) => card.kind === "product").map((card) => card.id);
  return products.length ? products : null;
}

/**
 * A reply that was shown and then spoken: what was not heard stays to be read, with its cards, and is told apart.
 * @param {AssistantEntry} ready
 * @param {AssistantEntry} said
 * @returns {AssistantEntry}
 */
function heardOf(ready, said) {
  const cut = said.interrupted && ready.text.length > said.text.trimEnd().length && ready.text.startsWith(said.text.trimEnd());
  return cut ? { ...ready, seq: said.seq, interrupted: true, unsaidFrom: said.text.trimEnd().length } : said;
}

/**
 * @param {State} state
 * @param {string|null|undefined} turnId
 * @returns {State}
 */
function endTurn(state, turnId) {
  const running = state.turnId === turnId || state.turnId === null;
  const mine = state.reply?.turnId === turnId;
  return { ...state, endedTurn: turnId ?? state.endedTurn, turnId: running ? null : state.turnId,
    speaking: state.speaking === turnId ? null : state.speaking, reply: mine ? null : state.reply, stage: running ? null : state.stage };
}

/**
 * @param {State} state
 * @param {LogEvent} event
 * @param {string} name
 * @param {unknown} detail
 */
function notice(state, event, name, detail) {
  return withEntry(state, { key: event.id, kind: "notice", seq: event.seq, at: event.at, notice: name, detail: String(detail ?? "") });
}

/**
 * @param {State} state
 * @param {Entry} entry
 * @returns {State}
 */
function withEntry(state, entry) {
  return { ...state, entries: [...state.entries, entry] };
}

/**
 * @param {any} cart
 * @returns {Cart}
 */
function readCart(cart) {
  return { items: cart?.items ?? [], total: cart?.total ?? null };
}

/** @param {any} asked */
function readQuestion(asked) {
  return asked && typeof asked === "object" ? { flow: String(asked.flow ?? ""), slot: String(asked.slot ?? "") } : null;
}

/**
 * @param {import("./wire.js").Frame} frame
 * @returns {Place|null}
 */
function readPlace(frame) {
  const seconds = frame.expected_wait_seconds;
  return { position: Number(frame.position) || 0, ahead: Number(frame.ahead) || 0, seconds: Number.isFinite(seconds) ? Number(seconds) : null,
    open: frame.open !== false, opensAt: String(frame.opens_at ?? "") };
}

/** Words from the shop's side that were not looked at. @param {State} state */
export function unreadCount(state) {
  return state.entries.filter((entry) => entry.seq > state.seenSeq && (entry.kind === "assistant" || entry.kind === "agent")).length;
}

/** @param {State} state */
export function cartCount(state) {
  return state.cart.items.reduce((sum, item) => sum + item.quantity, 0);
}

/** Whether someone on the shop's side is at work. @param {State} state */
export function isBusy(state) {
  if (state.turnId !== null) return true;
  return state.status === "assistant" && state.pending.some((item) => !item.failed) && state.phase === "live";
}

/** A first loss is mended unseen; only then is it told. @param {State} state */
export function isCutOff(state) {
  return state.phase === "refused" || state.phase === "replaced"
    || (state.attempt > 1 && (state.phase === "waiting" || state.phase === "connecting"));
}

/** Only the newest answer's quick replies may still be pressed. @param {State} state */
export function openQuickReplies(state) {
  const last = state.entries.at(-1);
  if (state.pending.length || state.turnId !== null || state.status === "closed") return [];
  return last?.kind === "assistant" ? last.quickReplies : [];
}

/** A pending question that no card of the log shows. @param {State} state */
export function looseConfirmation(state) {
  const asked = state.confirmation;
  if (!asked || state.turnId !== null) return null;
  const shown = state.entries.some((entry) => entry.kind === "assistant"
    && entry.cards.some((card) => card.kind === "confirmation" && card.id === asked.id));
  return shown ? null : asked;
}

/** A public screen takes part, and this device is none: it may say what is shown there. @param {State} state */
export function mayAllowDisplay(state) {
  return state.channel !== "kiosk" && state.channels.includes("kiosk");
}
