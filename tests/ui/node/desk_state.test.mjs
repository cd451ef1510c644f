/** The agent's screen as a fold: order, doubles, several conversations at once, who may answer, what waits to be looked at. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { attention, called, empty, front, groups, opened, received, shown, shut, stands } from "../../../channels/desk/page/assets/state/desk.js";
import { bubbles } from "../../../channels/desk/page/assets/state/bubbles.js";
import { collision, devices, fresh, waits } from "../../../channels/desk/page/assets/state/talk.js";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const line = (id, status, since, more = {}) => ({ conversation_id: id, status, waiting_since: since, agent: null, last_words: "", priority: 0, ...more });
const event = (seq, type, data = {}, conversation = "c") => ({ type: "event", conversation_id: conversation, event: { seq, type, data, at: "2026-11-23T10:00:00Z", actor: {}, channel: "web" } });
const signal = (more) => ({ type: "signal", conversation_id: "c", ...more });
const ADA = { type: "welcome", agent_id: "ada", name: "Ada", role: "agent" };
const fold = (frames, state = opened(received(empty(), ADA, NOW), "c")) => frames.reduce((before, frame) => received(before, frame, NOW), state);

test("those that wait come first, the urgent ahead, then the longest wait", () => {
  const state = fold([{ type: "queue", conversations: [line("b", "agent", "1"), line("c", "waiting_for_agent", "3"), line("a", "waiting_for_agent", "2"), line("u", "waiting_for_agent", "4", { priority: 3 })] }]);
  assert.deepEqual(state.lines.map((one) => one.conversation_id), ["u", "a", "c", "b"]);
  const moved = fold([{ type: "queue_changed", line: line("a", "agent", "2") }, { type: "queue_left", conversation_id: "b" }], state);
  assert.deepEqual(moved.lines.map((one) => one.conversation_id), ["u", "c", "a"]);
});

test("the queue falls into what waits, what is mine, what sleeps and what others have", () => {
  const mine = { agent: { agent_id: "ada", name: "Ada" } };
  const state = fold([{ type: "queue", conversations: [line("w", "waiting_for_agent", "1"), line("m", "agent", "2", mine), line("s", "agent", "3", { ...mine, snoozed_until: "2027" }), line("o", "agent", "4", { agent: { agent_id: "ben", name: "Ben" } })] }]);
  const all = groups(state);
  assert.deepEqual(Object.fromEntries(Object.entries(all).map(([name, lines]) => [name, lines.map((one) => one.conversation_id)])), { waiting: ["w"], mine: ["m"], snoozed: ["s"], others: ["o"] });
  assert.deepEqual(shown({ ...state, tab: "mine" }).map((one) => one.conversation_id), ["m"]);
});

test("an event that comes twice is shown once", () => {
  const state = fold([event(1, "customer_said", { text: "hi" }), event(2, "assistant_said", { text: "yo" }), event(2, "assistant_said", { text: "yo" }), event(1, "customer_said", { text: "hi" })]);
  assert.equal(front(state).events.length, 2);
});

test("frames of a conversation that is not open change nothing", () => {
  const before = fold([event(1, "customer_said", { text: "hi" })]);
  assert.equal(received(before, event(2, "customer_said", {}, "other"), NOW), before);
});

test("what is said in a tab behind is counted until it is looked at", () => {
  const two = opened(fold([event(1, "customer_said", { text: "hi" })]), "d");
  const state = fold([event(2, "customer_said", { text: "are you there?" }), event(3, "customer_said", { text: "?" })], two);
  assert.equal(fresh(state.talks.c), 2);
  assert.equal(attention(state), 2);
  assert.equal(attention(opened(state, "c")), 0);
});

test("a closed tab leaves its neighbour in front", () => {
  const state = opened(opened(fold([]), "d"), "e");
  assert.deepEqual([shut(state, "e").current, shut(state, "c").current, shut(shut(shut(state, "e"), "d"), "c").current], ["d", "e", ""]);
  assert.equal(shut(state, "nobody"), state);
});

test("words show as they are written and are superseded by the reply", () => {
  const writing = fold([{ type: "delta", conversation_id: "c", turn_id: "t", offset: 0, text: "We ha" }, { type: "delta", conversation_id: "c", turn_id: "t", offset: 3, text: "have" }]);
  assert.equal(front(writing).writing.text, "We have");
  assert.equal(front(fold([event(1, "assistant_said", { turn_id: "t", text: "We have two" })], writing)).writing, null);
});

test("who may answer follows the log", () => {
  const joined = (id) => event(1, "agent_joined", { agent_id: id, name: id });
  assert.deepEqual([[], [joined("ada")], [joined("ben")], [joined("ada"), event(2, "agent_left")], [joined("ada"), event(2, "agent_left"), event(3, "conversation_closed", { reason: "solved" })]].map((frames) => stands(fold(frames))), ["free", "mine", "theirs", "free", "closed"]);
  assert.equal(waits(front(fold([event(1, "handoff_requested", { reason: "asked" })])).events), true);
  assert.equal(waits(front(fold([event(1, "handoff_requested", { reason: "asked" }), event(2, "handoff_ended", { reason: "callback" })])).events), false);
});

test("another agent who writes is a collision for a while, and one who reads is named", () => {
  const state = fold([{ type: "agents", conversation_id: "c", agents: [{ agent_id: "ada", name: "Ada", doing: "writing" }, { agent_id: "ben", name: "Ben", doing: "reading" }] }]);
  assert.deepEqual([front(state).beside.map((one) => one.name), collision(front(state), NOW)], [["Ben"], []]);
  const both = fold([{ type: "collision", conversation_id: "c", agent: { agent_id: "ben", name: "Ben" } }], state);
  assert.deepEqual([collision(front(both), NOW + 1000), collision(front(both), NOW + 60_000)], [["Ben"], []]);
});

test("a customer's devices stand in the order they came, with those that are here now", () => {
  const replayed = fold([event(1, "channel_joined", { channel: "kiosk" }), event(2, "channel_joined", { channel: "mobile" }), { type: "live", conversation_id: "c" }]);
  assert.deepEqual(devices(front(replayed)), [{ channel: "kiosk", online: false }, { channel: "mobile", online: true }]);
  const moved = fold([signal({ signal: "presence", who: "customer", channel: "mobile", online: false }), event(3, "channel_joined", { channel: "web" })], replayed);
  assert.deepEqual(devices(front(moved)).filter((one) => one.online).map((one) => one.channel), ["web"]);
});

test("a call's words show while they are spoken and go when they are said", () => {
  const hearing = fold([signal({ signal: "transcript", text: "my order is", final: false })]);
  assert.equal(front(hearing).heard, "my order is");
  assert.equal(front(fold([event(1, "customer_said", { text: "my order is late", audio: true })], hearing)).heard, "");
});

test("the newest draft comes first and none stands twice", () => {
  const draft = (id, text) => ({ type: "draft", conversation_id: "c", suggestion: { suggestion_id: id, text, citations: [] } });
  const state = fold([draft("1", "a"), draft("2", "b"), draft("2", "b")]);
  assert.deepEqual(front(state).drafts.map((one) => one.id), ["2", "1"]);
});

test("a reply that is spoken stands once, and drafts are no bubbles but marks", () => {
  const ready = event(1, "reply_ready", { turn_id: "t", text: "We have two" });
  assert.deepEqual(bubbles(front(fold([ready])).events).map((one) => one.text), ["We have two"]);
  const all = fold([ready, event(2, "assistant_said", { turn_id: "t", text: "We", interrupted: true }), event(3, "suggestion_made", { text: "draft" }), event(4, "note_added", { text: "vip", agent_id: "ada" }), event(5, "agent_said", { text: "yes", agent_id: "ada" }), event(6, "suggestion_used", { edited: true })]);
  assert.deepEqual(bubbles(front(all).events).map((one) => [one.who, one.text, one.mark]), [["assistant", "We", "interrupted"], ["note", "vip", ""], ["agent", "yes", "draft_edited"]]);
});

test("nameless customers are told apart by the end of their conversation", () => {
  assert.equal(called(line("c_0192ab3f", "agent", "1"), null, "Guest"), "Guest AB3F");
  assert.equal(called(line("c_1", "agent", "1"), { customer: { name: "Marta", customer_id: "m" } }, "Guest"), "Marta");
});
