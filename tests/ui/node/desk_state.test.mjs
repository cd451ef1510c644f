/** The agent's screen as a fold: order, doubles, who may answer, what is read. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { bubbles, changed, empty, opened, reasons, received, standing, waited } from "../../../channels/desk/page/assets/desk_state.js";

const line = (id, status, since) => ({ conversation_id: id, status, waiting_since: since, agent: null, last_words: "" });
const event = (seq, type, data = {}, at = "2026-11-22T10:00:00Z") => ({ type: "event", conversation_id: "c", event: { seq, type, data, at, actor: {}, channel: "web" } });
const fold = (frames, state = opened(received(empty(), { type: "welcome", agent_id: "ada", name: "Ada", role: "agent" }), "c")) => frames.reduce(received, state);

test("those that wait come first, the longest wait ahead", () => {
  const state = fold([{ type: "queue", conversations: [line("b", "agent", "1"), line("c", "waiting_for_agent", "3"), line("a", "waiting_for_agent", "2")] }]);
  assert.deepEqual(state.lines.map((one) => one.conversation_id), ["a", "c", "b"]);
  const moved = fold([{ type: "queue_changed", line: line("a", "agent", "2") }, { type: "queue_left", conversation_id: "b" }], state);
  assert.deepEqual(moved.lines.map((one) => one.conversation_id), ["c", "a"]);
});

test("an event that comes twice is shown once", () => {
  const state = fold([event(1, "customer_said", { text: "hi" }), event(2, "assistant_said", { text: "yo" }), event(2, "assistant_said", { text: "yo" }), event(1, "customer_said", { text: "hi" })]);
  assert.equal(state.open.events.length, 2);
});

test("frames of another conversation change nothing here", () => {
  const before = fold([event(1, "customer_said", { text: "hi" })]);
  assert.equal(received(before, { ...event(2, "customer_said"), conversation_id: "other" }), before);
});

test("words show as they are written and are superseded by the reply", () => {
  const writing = fold([{ type: "delta", conversation_id: "c", turn_id: "t", offset: 0, text: "We ha" }, { type: "delta", conversation_id: "c", turn_id: "t", offset: 3, text: "have" }]);
  assert.equal(writing.open.writing.text, "We have");
  assert.equal(fold([event(1, "assistant_said", { turn_id: "t", text: "We have two" })], writing).open.writing, null);
});

test("who may answer follows the log", () => {
  const joined = (id) => event(1, "agent_joined", { agent_id: id, name: id });
  assert.equal(standing(fold([])), "free");
  assert.equal(standing(fold([joined("ada")])), "mine");
  assert.equal(standing(fold([joined("ben")])), "theirs");
  assert.equal(standing(fold([joined("ada"), event(2, "agent_left", {})])), "free");
  assert.equal(standing(fold([joined("ada"), event(2, "agent_left", {}), event(3, "conversation_closed", { reason: "solved" })])), "closed");
});

test("a reply that is spoken stands once, and drafts are no bubbles", () => {
  const ready = event(1, "reply_ready", { turn_id: "t", text: "We have two" });
  assert.deepEqual(bubbles(fold([ready]).open.events).map((one) => one.text), ["We have two"]);
  const all = fold([ready, event(2, "assistant_said", { turn_id: "t", text: "We", interrupted: true }), event(3, "suggestion_made", { text: "draft" }), event(4, "note_added", { text: "vip", agent_id: "ada" })]);
  assert.deepEqual(bubbles(all.open.events).map((one) => [one.who, one.text]), [["assistant", "We"], ["note", "vip"]]);
});

test("why the assistant said that: its evidence, its tools, its time", () => {
  const state = fold([
    event(1, "turn_started", { turn_id: "t" }, "2026-11-22T10:00:00.000Z"), event(2, "tool_called", { turn_id: "t", name: "order_details" }), event(3, "tool_called", { turn_id: "x", name: "other" }),
    event(4, "assistant_said", { turn_id: "t", text: "", citations: [{ title: "Returns" }], cards: [{ title: "Tent" }], versions: { index: "catalogue@2" } }, "2026-11-22T10:00:00.250Z"),
  ]);
  const why = reasons(state.open.events, state.open.events.at(-1));
  assert.deepEqual(why, { tools: ["order_details"], evidence: ["Returns", "Tent"], versions: ["index catalogue@2"], writtenBy: "template", seconds: 0.25 });
});

test("opening another conversation starts with nothing of the first", () => {
  const first = changed(fold([event(1, "customer_said", { text: "hi" })]), { draft: { id: "1", text: "x", citations: [] } });
  assert.deepEqual(opened(first, "d").open.events, []);
  assert.equal(opened(first, "d").open.draft, null);
  assert.equal(opened(first, "c"), first);
});

test("a wait is told as people say it", () => {
  const at = Date.parse("2026-11-22T12:00:00Z");
  assert.deepEqual(["2026-11-22T11:59:30Z", "2026-11-22T11:48:00Z", "2026-11-22T10:55:00Z", "2026-11-22T12:00:09Z"].map((since) => waited(since, at)), ["30 s", "12 min", "1 h 05", "0 s"]);
});
