/** What stands around the conversation, pure: times, drafts that are kept, canned replies, plots, search, why, the four languages. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { conversationOf, joined, noFilters, query, readable } from "../../../channels/desk/page/assets/state/audit.js";
import { best, fit, listed, stepped } from "../../../channels/desk/page/assets/state/asking.js";
import { Drafts } from "../../../channels/desk/page/assets/state/drafts.js";
import { hourly, line, scale, shares, timeScale } from "../../../channels/desk/page/assets/state/plots.js";
import { fitting, gap, slashed, worded } from "../../../channels/desk/page/assets/state/replies.js";
import { exactly, lasting, snoozes, ticking, urgency, waited } from "../../../channels/desk/page/assets/state/times.js";
import { reasons } from "../../../channels/desk/page/assets/state/why.js";
import { LANGUAGES, chooseLanguage, speaking, worded as word } from "../../../channels/desk/page/assets/words.js";

test("the audit log is asked as it was filtered, joined by pages, and told by its places", () => {
  const filters = { ...noFilters(), who: " ben ", from: "2026-11-23", to: "2026-11-23" };
  const asked = new URLSearchParams(query(filters, "1.0.7"));
  assert.deepEqual([asked.get("who"), asked.get("before"), Date.parse(asked.get("to")) - Date.parse(asked.get("from"))], ["ben", "1.0.7", 86_400_000]);
  assert.equal(query(noFilters()), "");
  const page = (...places) => ({ filters: noFilters(), entries: places.map((place) => ({ place })), before: "", acts: [] });
  assert.deepEqual(joined(page("0/9", "0/8"), page("0/8", "0/7")).entries.map(({ place }) => place), ["0/9", "0/8", "0/7"]);
  assert.deepEqual([conversationOf("conversation:c_1"), conversationOf("order:O-1")], ["c_1", ""]);
});

test("a text as it was is read as it stands, a product by its fields", () => {
  assert.deepEqual(readable("Returns\nWithin 30 days."), [["", "Returns\nWithin 30 days."]]);
  assert.deepEqual(readable('{"title":"Tent","brand":"","category":["Outdoor","Tents"],"attributes":{"weight":"2 kg"}}'), [["title", "Tent"], ["category", "Outdoor; Tents"], ["attributes", "weight 2 kg"]]);
  assert.deepEqual(readable("{broken"), [["", "{broken"]]);
  assert.deepEqual(readable(""), []);
});

const AT = Date.parse("2026-11-22T12:00:00Z");

test("a wait is told as people say it, and ticks", () => {
  assert.deepEqual(["2026-11-22T11:59:30Z", "2026-11-22T11:48:00Z", "2026-11-22T10:55:00Z", "2026-11-22T12:00:09Z"].map((since) => waited(since, AT)), ["30 s", "12 min", "1 h 05", "0 s"]);
  assert.deepEqual([ticking("2026-11-22T11:55:51Z", AT), ticking("2026-11-22T10:58:59Z", AT), lasting(200_000), exactly(140), exactly(3900)], ["4:09", "1:01:01", "2 d", "2:20 min", "1:05 h"]);
  assert.deepEqual(["2026-11-22T11:59:30Z", "2026-11-22T11:58:30Z", "2026-11-22T11:50:00Z"].map((since) => urgency(since, AT, 60)), ["calm", "due", "late"]);
});

test("a snooze until Monday is a Monday at nine, and never today", () => {
  for (const day of [22, 23, 24, 28]) {
    const now = new Date(2026, 10, day, 14);
    const { until } = snoozes(now).find(({ key }) => key === "snooze_monday");
    assert.deepEqual([until.getDay(), until.getHours(), until > now], [1, 9, true]);
  }
});

test("what was typed is kept by conversation and is there after a new start", () => {
  const kept = new Map();
  const store = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const drafts = new Drafts(store);
  drafts.change("a", { text: "half a sen" });
  drafts.change("b", { mode: "note", text: "vip" });
  assert.deepEqual([new Drafts(store).of("a").text, new Drafts(store).of("b").mode, new Drafts(store).of("c").text], ["half a sen", "note", ""]);
  drafts.drop("a");
  assert.equal(new Drafts(store).kept.size, 1);
  assert.equal(new Drafts({ getItem: () => "{broken", setItem: () => undefined }).kept.size, 0);
});

test("a slash at the beginning looks for canned replies, elsewhere it is a slash", () => {
  const all = [{ shortcut: "returns", title: "Returns" }, { shortcut: "hello", title: "Greeting" }, { shortcut: "late", title: "Return of late parcels" }];
  assert.deepEqual([slashed("/re", 3), slashed("1/2", 3), slashed("/re turn", 8), slashed("/", 1)], ["re", null, null, ""]);
  assert.deepEqual(fitting(all, "ret").map((one) => one.shortcut), ["returns", "late"]);
  assert.deepEqual([worded({ texts: { en: "Hi", de: "Hallo" } }, "de-AT"), worded({ texts: { en: "Hi" } }, "fr")], ["Hallo", "Hi"]);
  assert.deepEqual([gap("for {order.id}, ok?"), gap("nothing {} here")], [[4, 14], null]);
});

test("plots have round lines, hours without anything, and gaps where nothing was measured", () => {
  assert.deepEqual(scale(12), { top: 15, ticks: [0, 5, 10, 15] });
  assert.deepEqual(scale(0).ticks, [0, 1]);
  assert.deepEqual(timeScale(247).ticks, [0, 60, 120, 180, 240, 300]);
  for (const most of [1, 2, 3, 7, 19, 64, 250, 999]) assert.ok(scale(most).top >= most && timeScale(most).top >= most && scale(most).ticks.length <= 6);
  assert.equal(line([1, 2, null, 4], (n) => n, (value) => value), "M0.0 1.0L1.0 2.0M3.0 4.0");
  assert.deepEqual(hourly([{ hour: "2026-11-23T09:00:00Z", asked: 1 }, { hour: "2026-11-23T11:00:00Z", asked: 2 }]).map(({ asked }) => asked), [1, 0, 2]);
  assert.deepEqual(shares([{ name: "a", count: 1 }, { name: "b", count: 3 }]).map(({ name, share, part }) => [name, share, part]), [["b", 1, 0.75], ["a", 1 / 3, 0.25]]);
});

test("a few letters find an act, whatever their accents", () => {
  const acts = [{ label: "Transfer…" }, { label: "Take over…" }, { label: "Übergeben" }];
  assert.deepEqual(best(acts, "ubg").map(({ label }) => label), ["Übergeben"]);
  assert.equal(best(acts, "tr")[0].label, "Transfer…");
  assert.deepEqual([fit("Transfer", "zz"), stepped(-1, 1, 3), stepped(0, -1, 3), stepped(0, 1, 0)], [0, 0, 2, -1]);
});

test("what was found is one list: policies, products, talks now and then, none twice", () => {
  const found = listed({ policies: [{ id: "p", title: "P", quote: "q" }], products: [{ id: "t", title: "T" }], conversations: [{ conversation_id: "c", last_words: "x" }], past: [{ conversation_id: "c" }, { conversation_id: "d", words: "y" }] });
  assert.deepEqual(found.map(({ kind, id }) => kind + id), ["policyp", "productt", "talkc", "pastd"]);
});

test("why the assistant said that: evidence, calls, and a bar for each step", () => {
  const event = (seq, type, data, at) => ({ seq, type, data: { turn_id: "t", ...data }, at: `2026-11-22T10:00:00.${at}Z` });
  const reply = event(5, "assistant_said", { text: "", citations: [{ kind: "policy", title: "Returns" }], cards: [{ kind: "product", title: "Tent" }], versions: { index: "catalogue@2" } }, "250");
  const why = reasons([{ seq: 1, type: "customer_said", data: { text: "hi" }, at: "" }, event(2, "turn_started", { answers: [1] }, "000"), event(3, "tool_called", { call_id: "c", name: "order_details", arguments: { id: 1 } }, "040"), event(4, "tool_returned", { call_id: "c", name: "order_details" }, "200"), reply], reply);
  assert.deepEqual([why.asked, why.evidence.map(({ title }) => title), why.milliseconds, why.versions], [["hi"], ["Returns", "Tent"], 250, [["index", "catalogue@2"]]]);
  assert.deepEqual(why.bars.map(({ name, from, to }) => [name, from, to]), [["understanding", 0, 40], ["order_details", 40, 200], ["wording", 200, 250]]);
});

test("each language says all that English says, with the same fields", () => {
  const fields = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
  for (const [language, words] of Object.entries(LANGUAGES)) {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(LANGUAGES.en).sort(), language);
    for (const [key, text] of Object.entries(words)) assert.deepEqual(fields(text), fields(LANGUAGES.en[key]), `${language} ${key}`);
  }
  assert.equal(speaking("en")("stands_theirs", { name: "Ben" }), "Ben answers");
  assert.deepEqual([word(speaking("en"), "outcome", "solved"), word(speaking("en"), "outcome", "our_own_word"), chooseLanguage(["it", "fr-CH"])], ["Solved", "our own word", "fr"]);
});
