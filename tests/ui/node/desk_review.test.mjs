/** What conversations could teach, as a queue: what is shown, changed, decided, put back; drift's bars. */

import assert from "node:assert/strict";
import test from "node:test";

import { along, measured, movedWords } from "../../../channels/desk/page/assets/state/drift.js";
import { changed, decided, edited, fieldsOf, notInASet, place, putBack, read, shown, stepped } from "../../../channels/desk/page/assets/state/review.js";

const one = (id, kind = "not_found") => ({ candidate_id: id, kind, state: "open", becomes: "synonym", text: id, better: "", label: "", conditions: "", exchange: [] });
const found = (...ids) => ({ candidates: ids.map((id) => one(id)), counts: { open: ids.length, accepted: 2, rejected: 0 }, kinds: { not_found: ids.length }, labels: [], sets: [], current: 0, previous: 0, acts: [] });

test("the first is shown, and the one that was stays when the list is read again", () => {
  const first = read(null, found("a", "b", "c"), "open", "");
  assert.equal(shown(first).candidate_id, "a");
  const second = stepped(first, 1);
  assert.equal(read(second, found("a", "b"), "open", "").at, "b");
  assert.equal(read(second, found("a", "c"), "open", "").at, "a");
  assert.equal(read(second, found(), "open", "").at, "");
});

test("steps stay within the list and drop what was typed", () => {
  const review = changed(read(null, found("a", "b"), "open", ""), { better: "sofa" });
  assert.equal(edited(review).better, "sofa");
  assert.equal(place(stepped(review, -1)), 0);
  assert.equal(place(stepped(review, 9)), 1);
  assert.equal(stepped(review, 1).draft, null);
});

test("what is decided leaves at once, is counted, and the next one is shown", () => {
  const review = decided(stepped(read(null, found("a", "b", "c"), "open", ""), 1), "b", "accepted");
  assert.equal(review.at, "c");
  assert.deepEqual(review.counts, { open: 2, accepted: 3, rejected: 0 });
  assert.equal(review.kinds.not_found, 2);
  assert.equal(review.undo[0].candidate_id, "b");
  assert.equal(decided(decided(review, "c", "rejected"), "a", "rejected").at, "");
  assert.equal(decided(review, "zz", "rejected"), review);
});

test("what is refused comes back with why, and with what was typed", () => {
  const before = changed(read(null, found("a", "b"), "open", ""), { becomes: "eval_case" });
  const back = putBack(before, before.draft, { field: "conditions", why: "say what" });
  assert.equal(edited(back).becomes, "eval_case");
  assert.equal(back.refused.field, "conditions");
  assert.equal(changed(back, { conditions: "x" }).refused, null);
});

test("each kind has its own fields", () => {
  assert.deepEqual(fieldsOf("synonym"), ["text", "better"]);
  assert.deepEqual(fieldsOf("eval_case"), ["text", "conditions"]);
  assert.deepEqual(fieldsOf("poem"), ["text"]);
});

test("how many accepted ones are in no set yet", () => {
  const review = read(null, found("a"), "open", "");
  assert.equal(notInASet(review), 2);
  assert.equal(notInASet({ ...review, sets: [{ number: 1, items: 2 }] }), 0);
});

test("drift is told by what moved most; what was not measured is no drift", () => {
  assert.equal(along(0.25), 50);
  assert.equal(along(9), 100);
  assert.equal(measured({ at: "", days: 7, rows: [{ psi: null }] }), false);
  assert.equal(movedWords({ moved: [["de", 0.1, 0.4], ["en", 0.7, 0.5], ["fr", 0.1, 0.05]] }, "en", (name) => name), "de 10% → 40%, en 70% → 50%");
});
