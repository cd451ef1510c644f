/** How conversations went, as the desk draws it. */

import assert from "node:assert/strict";
import test from "node:test";

import { asked, daily, everything, intentParts, interval, percent, whisker } from "../../../channels/desk/page/assets/state/analytics.js";

const share = { share: 0.624, low: 0.512, high: 0.719, count: 62, n: 100 };
const none = { share: null, low: null, high: null, count: 0, n: 0 };

test("a share is told with the interval in which it may lie", () => {
  assert.equal(percent(share, "en"), "62%");
  assert.equal(interval(share, "en"), "51–72%");
});

test("what was not measured is a dash, never 0 %", () => {
  assert.equal(percent(none, "en"), "–");
  assert.equal(interval(none, "en"), "");
  assert.equal(whisker(none), null);
});

test("days without a conversation stand between the others", () => {
  const rows = ["2026-11-01", "2026-11-04"].map((day) => ({ day, conversations: 3, contained: share, resolved: share }));
  assert.deepEqual(daily(rows).map(({ conversations }) => conversations), [3, 0, 0, 3]);
  assert.deepEqual(daily([]), []);
});

test("a span is whole days, today among them", () => {
  const query = new URLSearchParams(asked({ ...everything(), days: 7, channel: "call" }, Date.parse("2026-11-23T15:00:00Z")));
  assert.equal(query.get("from"), "2026-11-17T00:00:00.000Z");
  assert.equal(query.get("channel"), "call");
  assert.equal(query.has("language"), false);
});

test("an intent of a family is told by both", () => {
  assert.deepEqual(intentParts("policy:free_returns"), ["policy", "free returns"]);
  assert.deepEqual(intentParts("compare"), ["compare", ""]);
});
