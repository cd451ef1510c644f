// The fold of the chat: pure, so every property is tried without a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { applying, cartCount, isBusy, isCutOff, looseConfirmation, newConversation, openQuickReplies, unreadCount } from "../../../channels/web_chat/page/assets/chat/conversation.js";

let made = 0;
const event = (seq, type, data = {}) => ({ kind: "event", event: { seq, id: `e${seq}`, conversation_id: "c", at: "2026-11-22T10:00:00Z", actor: { kind: "system" }, channel: "web", type, data } });
const frame = (type, more) => ({ kind: "frame", frame: { type, ...more } });
const delta = (turn, offset, text) => frame("delta", { turn_id: turn, offset, text });
const fold = (inputs, state = newConversation()) => inputs.reduce(applying, state);
const said = (seq, turn, text, more = {}) => event(seq, "assistant_said", { turn_id: turn, text, language: "en", cards: [], citations: [], quick_replies: [], ...more });
const asked = (seq, text) => event(seq, "customer_said", { client_id: `m${++made}`, text });
const LIVE = { kind: "phase", phase: "live", attempt: 0 };

const TALK = [
  event(1, "conversation_started", { locale: "en" }), event(2, "channel_joined", { channel: "web" }),
  event(3, "customer_said", { client_id: "a", text: "Tents?" }), event(4, "turn_started", { turn_id: "t1" }),
  said(5, "t1", "Two tents 🏕️.", { quick_replies: [{ label: "Cheaper", text: "Cheaper, please" }] }),
  event(6, "customer_said", { client_id: "b", text: "Add the first", action: { name: "add_to_cart", arguments: {} } }), event(7, "turn_started", { turn_id: "t2" }),
  event(8, "cart_changed", { cart: { items: [{ variant_id: "v", quantity: 2, price: {} }], total: { amount: "2.00", currency: "USD" } } }),
  event(9, "withheld"), said(10, "t2", "Done."), event(11, "confirmation_asked", { confirmation_id: "k", summary: "Sure?" }),
  event(12, "confirmation_answered", { confirmation_id: "k", answer: "yes" }), event(13, "feedback_given", { about_seq: 10, rating: "up" }),
];

test("replaying after any cut gives the state that was live", () => {
  const live = fold(TALK);
  for (let cut = 0; cut <= TALK.length; cut += 1) {
    const again = fold([...TALK.slice(0, cut), ...TALK.slice(Math.max(0, cut - 3))]);
    assert.deepEqual(again, live, `cut at ${cut}`);
  }
});

test("an event that comes twice or late changes nothing", () => {
  const state = fold(TALK);
  for (const input of TALK) assert.equal(applying(state, input), state);
});

test("no input mutates the state it is given", () => {
  const freeze = (value) => { if (value && typeof value === "object") { Object.freeze(value); Object.values(value).forEach(freeze); } return value; };
  let state = freeze(newConversation());
  for (const input of [...TALK, delta("t9", 0, "Hi"), LIVE]) state = freeze(applying(state, input));
  assert.equal(state.lastSeq, 13);
});

test("entries that did not change keep their identity", () => {
  const before = fold(TALK.slice(0, 5));
  const after = fold(TALK.slice(5), before);
  assert.equal(after.entries[0], before.entries[0]);
  assert.equal(after.entries[1], before.entries[1]);
});

test("deltas join by offset, counted in characters, and a lower offset replaces", () => {
  const state = fold([delta("t", 0, "A 🏕️"), delta("t", 4, " tent")]);
  assert.equal(state.reply.text, "A 🏕️ tent");
  assert.equal(fold([delta("t", 2, "house")], state).reply.text, "A house");
});

test("a delta whose beginning is missing waits for the snapshot", () => {
  const state = fold([delta("t", 12, "lost")]);
  assert.equal(state.reply, null);
  assert.equal(fold([frame("snapshot", { turn_id: "t", offset: 0, text: "All so far" })], state).reply.text, "All so far");
});

test("the answer supersedes its deltas, and a late delta does not bring them back", () => {
  const state = fold([event(1, "turn_started", { turn_id: "t" }), delta("t", 0, "Draf"), said(2, "t", "Final."), delta("t", 4, "t")]);
  assert.equal(state.reply, null);
  assert.equal(state.turnId, null);
  assert.deepEqual(state.entries.map((entry) => entry.text), ["Final."]);
});

test("the end of an interrupted turn leaves the next one running", () => {
  const state = fold([event(1, "turn_started", { turn_id: "t1" }), delta("t1", 0, "I was"), event(2, "turn_started", { turn_id: "t2" }), delta("t2", 0, "Now"), said(3, "t1", "I was", { interrupted: true })]);
  assert.equal(state.turnId, "t2");
  assert.equal(state.reply.text, "Now");
});

test("a message is pending until its event comes, by whatever way", () => {
  const item = { clientId: "x", kind: "message", text: "Hello" };
  const queued = fold([LIVE, { kind: "queued", item }]);
  assert.ok(isBusy(queued));
  assert.equal(fold([event(1, "customer_said", { client_id: "x", text: "Hello" })], queued).pending.length, 0);
  assert.equal(fold([{ kind: "failed", clientId: "x", code: "rejected" }], queued).pending[0].failed, "rejected");
});

test("unread counts the shop's words after what was seen", () => {
  const state = fold(TALK);
  assert.equal(unreadCount(state), 2);
  assert.equal(unreadCount(fold([{ kind: "seen", seq: 5 }], state)), 1);
  assert.equal(unreadCount(fold([{ kind: "seen", seq: 5 }, { kind: "seen", seq: 3 }], state)), 1);
});

test("quick replies are the newest answer's and go once something else is said", () => {
  assert.deepEqual(openQuickReplies(fold(TALK.slice(0, 5))), [{ label: "Cheaper", text: "Cheaper, please" }]);
  assert.deepEqual(openQuickReplies(fold([asked(6, "No")], fold(TALK.slice(0, 5)))), []);
});

test("the cart is the conversation's", () => {
  assert.equal(cartCount(fold(TALK)), 2);
  assert.equal(cartCount(fold([event(14, "cart_changed", { cart: { items: [], total: null } })], fold(TALK))), 0);
});

test("a pending question without a card is shown on its own, one with a card is not", () => {
  const question = [event(1, "turn_started", { turn_id: "t" }), event(2, "confirmation_asked", { confirmation_id: "k", summary: "Sure?" })];
  assert.equal(looseConfirmation(fold([...question, said(3, "t", "Shall I?")])).id, "k");
  assert.equal(looseConfirmation(fold([...question, said(3, "t", "Shall I?", { cards: [{ kind: "confirmation", id: "k", title: "Sure?" }] })])), null);
});

test("a person's coming and going changes who answers", () => {
  const steps = [["handoff_requested", {}, "waiting_for_agent"], ["agent_joined", { name: "Kari" }, "agent"], ["agent_left", { name: "Kari" }, "assistant"], ["conversation_closed", {}, "closed"]];
  let state = newConversation();
  steps.forEach(([type, data, status], n) => { state = applying(state, event(n + 1, type, data)); assert.equal(state.status, status); });
});

test("a first loss of the network is mended unseen, a second is told", () => {
  assert.ok(!isCutOff(fold([{ kind: "phase", phase: "waiting", attempt: 1 }])));
  assert.ok(isCutOff(fold([{ kind: "phase", phase: "waiting", attempt: 2 }])));
});

test("unknown events, frames and broken data are skipped", () => {
  const state = fold([event(1, "brand_new", { x: 1 }), frame("brand_new", {}), event(2, "assistant_said", undefined), event(3, "cart_changed", {})]);
  assert.equal(state.lastSeq, 3);
});

test("a reply that nobody heard stays to be read, and no failure is told", () => {
  const shown = event(3, "reply_ready", { turn_id: "t1", text: "Two tents.", language: "en", cards: [], citations: [], quick_replies: [] });
  const state = fold([asked(1, "Tents?"), event(2, "turn_started", { turn_id: "t1" }), shown, event(4, "turn_failed", { turn_id: "t1", code: "unheard" })]);
  assert.deepEqual(state.entries.map(({ kind }) => kind), ["customer", "assistant"]);
  assert.deepEqual([state.entries[1].text, state.entries[1].interrupted, state.entries[1].unsaidFrom], ["Two tents.", true, 0]);
});

test("stopped before its first word, a turn says nothing; a turn that broke says so", () => {
  const begun = [asked(1, "Tents?"), event(2, "turn_started", { turn_id: "t1" })];
  assert.equal(fold([...begun, event(3, "turn_failed", { turn_id: "t1", code: "interrupted" })]).entries.length, 1);
  assert.equal(fold([...begun, event(3, "turn_failed", { turn_id: "t1", code: "internal", text: "Sorry" })]).entries[1].notice, "turn_failed");
});

test("an erased conversation is closed, and nothing that was said stays on the device", () => {
  const log = (seq, type, data) => ({ kind: "event", event: { seq, id: `e${seq}`, type, data, at: "2026-11-23T12:00:00Z", channel: "web", actor: { kind: "customer", id: "" } } });
  const said = [log(1, "conversation_started", { currency: "EUR" }), log(2, "customer_said", { client_id: "m", text: "my secret" }), log(3, "data_erased", { request_id: "er_1", scope: "conversation" })]
    .reduce(applying, newConversation("web"));
  assert.equal(said.status, "closed");
  assert.equal(said.lastSeq, 3);
  assert.ok(!JSON.stringify(said).includes("my secret"));
});
