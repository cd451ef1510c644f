// The public module: the published vectors of the state hash, by the same fold that the pages show.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { applying, mayAllowDisplay, newConversation, openQuickReplies, stateHash } from "../../../channels/web_chat/page/assets/aisle_client.js";
import { canonical } from "../../../channels/web_chat/page/assets/chat/state_hash.js";

const { vectors } = JSON.parse(readFileSync(new URL("../../assistant/state_hash_vectors.json", import.meta.url), "utf-8"));
const event = ({ seq, type, data }) => ({ kind: "event", event: { seq, id: `e${seq}`, conversation_id: "c", at: "2026-11-22T10:00:00Z", actor: { kind: "system" }, channel: "web", type, data } });
const fold = (events, state = newConversation()) => events.map(event).reduce(applying, state);
const waiting = fold([{ seq: 1, type: "handoff_requested", data: {} }]);

for (const vector of vectors) {
  test(`the fold gives the published hash: ${vector.name}`, async () => {
    const state = fold(vector.events);
    assert.equal(canonical(state), vector.canonical);
    assert.equal(await stateHash(state), vector.state_hash);
  });
}

test("the place in the queue is told while a person is waited for, and goes when one comes", () => {
  const frame = { type: "signal", signal: "queue", position: 2, ahead: 1, expected_wait_seconds: 180, open: true, opens_at: "" };
  const placed = applying(waiting, { kind: "frame", frame });
  assert.deepEqual(placed.queue, { position: 2, ahead: 1, seconds: 180, open: true, opensAt: "" });
  assert.equal(applying(newConversation(), { kind: "frame", frame }).queue, null);
  assert.equal(fold([{ seq: 2, type: "agent_joined", data: { name: "Ada" } }], placed).queue, null);
  const back = fold([{ seq: 2, type: "handoff_ended", data: { reason: "callback" } }], placed);
  assert.deepEqual([back.queue, back.status], [null, "assistant"]);
});

test("how long it takes may be unknown, and a closed house tells when it opens", () => {
  const frame = { type: "signal", signal: "queue", position: 1, open: false, opens_at: "2026-11-24T08:00:00Z" };
  assert.deepEqual(applying(waiting, { kind: "frame", frame }).queue, { position: 1, ahead: 0, seconds: null, open: false, opensAt: "2026-11-24T08:00:00Z" });
});

test("a quick reply may bear an action, and one without stays as it was", () => {
  const replies = [{ label: "Call me", text: "Call me back", action: "request_callback" }, { label: "Wait", text: "Wait" }];
  const state = fold([{ seq: 1, type: "assistant_said", data: { turn_id: "t", text: "Nobody is free.", quick_replies: replies } }]);
  assert.deepEqual(openQuickReplies(state), [{ label: "Call me", text: "Call me back", action: "request_callback", arguments: {} }, { label: "Wait", text: "Wait" }]);
});

test("a device in the hand may allow a kiosk to show what is the customer's, a kiosk may not", () => {
  const kiosk = { seq: 1, type: "channel_joined", data: { channel: "kiosk" } };
  const hand = fold([kiosk], newConversation("mobile"));
  assert.equal(mayAllowDisplay(hand), true);
  assert.equal(mayAllowDisplay(fold([kiosk], newConversation("kiosk"))), false);
  assert.equal(mayAllowDisplay(fold([{ seq: 2, type: "channel_left", data: { channel: "kiosk" } }], hand)), false);
  assert.equal(fold([{ seq: 2, type: "display_allowed", data: { allow: true } }], hand).displays, true);
});

test("signing out forgets what was the customer's and is told", () => {
  const state = fold([{ seq: 1, type: "customer_identified", data: { customer_id: "c", method: "email" } },
    { seq: 2, type: "confirmation_asked", data: { confirmation_id: "k", summary: "?" } }, { seq: 3, type: "customer_signed_out", data: {} }]);
  assert.deepEqual([state.identified, state.confirmation, state.entries.at(-1).notice], [false, null, "customer_signed_out"]);
});
