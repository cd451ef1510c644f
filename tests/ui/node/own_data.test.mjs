/** "Your data": what the panel shows, worked out of what the server tells. */

import assert from "node:assert/strict";
import test from "node:test";

import { chosen, fileName, kept, may } from "../../../channels/web_chat/page/assets/own_data/own_data.js";
import { wordsFor } from "../../../channels/web_chat/page/assets/own_data/own_data_words.js";

const TOLD = { who: "proven", erasure: "none", counts: { conversations: 2, memories: 0, orders: 3, looks: 9 },
  kept_for: { messages: { any: "2 years", kiosk: "30 days" }, memories: { any: "forever" } } };

test("only what there is something of is shown, with its period", () => {
  assert.deepEqual(kept(TOLD), [{ kind: "conversations", count: 2, period: [2, "year"] }, { kind: "orders", count: 3, period: null }]);
});

test("a period that is not understood is left to the shop", () => {
  assert.equal(kept({ ...TOLD, kept_for: { messages: { any: "soon" } } })[0].period, null);
});

test("a choice is shown before the server has answered, and touches no other", () => {
  const before = { notice: "1", lasting: true, consents: [{ purpose: "memory", given: true, decided_by: "default", changeable: true }, { purpose: "training", given: false, decided_by: "shop", changeable: false }] };
  const after = chosen(before, "memory", false);
  assert.deepEqual(after.consents[0], { purpose: "memory", given: false, decided_by: "customer", changeable: true });
  assert.equal(after.consents[1], before.consents[1]);
  assert.equal(before.consents[0].given, true);
});

test("who has only said who they are takes nothing and deletes this conversation alone", () => {
  assert.deepEqual(may({ ...TOLD, who: "named" }), { take: false, eraseHere: true, eraseAll: false, signIn: true, going: false, held: false });
  assert.deepEqual(may({ ...TOLD, who: "nobody" }), { take: true, eraseHere: true, eraseAll: false, signIn: false, going: false, held: false });
  assert.equal(may(TOLD).eraseAll, true);
});

test("what is being deleted is not deleted again", () => {
  for (const erasure of ["open", "failed"]) assert.equal(may({ ...TOLD, erasure }).eraseAll, false);
  assert.equal(may({ ...TOLD, erasure: "held" }).held, true);
});

test("a file's name is a plain one", () => {
  assert.equal(fileName('attachment; filename="my-data-2026-11-23.zip"'), "my-data-2026-11-23.zip");
  assert.equal(fileName('attachment; filename="../x"'), "my-data.zip");
  assert.equal(fileName(null), "my-data.zip");
});

test("every language has every word, and others read English", () => {
  const shape = (words) => Object.entries(words).map(([key, value]) => (typeof value === "string" ? key : `${key}:${Object.keys(value).join()}`)).join("|");
  for (const language of ["de", "es", "fr"]) {
    assert.equal(shape(wordsFor(language)), shape(wordsFor("en")));
    assert.notEqual(wordsFor(language).kept, wordsFor("en").kept);
  }
  assert.equal(wordsFor("nb-NO"), wordsFor("en"));
  assert.equal(wordsFor("de-AT"), wordsFor("de"));
});
