// The pure parts of the operator's page: figures in words, gaps that stay gaps, the worst first.
import assert from "node:assert/strict";
import { test } from "node:test";
import de from "../../../channels/sight/page/assets/languages/de.js";
import en from "../../../channels/sight/page/assets/languages/en.js";
import es from "../../../channels/sight/page/assets/languages/es.js";
import fr from "../../../channels/sight/page/assets/languages/fr.js";
import { byTrouble, costEach, curve, grouped, hourly, lasting, level, money, share } from "../../../channels/sight/page/assets/state/sight.js";
import { chooseLanguage, speaking, worded } from "../../../channels/sight/page/assets/words.js";

test("times are told in the unit that people read", () => {
  assert.deepEqual([0.00123, 0.0456, 0.9999, 1.25, 12.4, null].map((one) => lasting(one, "en")), ["1.2 ms", "46 ms", "1 s", "1.3 s", "12 s", "–"]);
  assert.equal(lasting(1.25, "de"), "1,3 s");
});

test("a share of nothing is no figure, a small one keeps its decimals", () => {
  assert.deepEqual([share(0, 0, "en"), share(0, 10, "en"), share(1, 200, "en"), share(5, 10, "en")], ["–", "0%", "0.5%", "50%"]);
});

test("what is not priced costs nothing that could be shown", () => {
  const hour = { model_cost: 0, cpu_cost: 0, conversations: 3 };
  assert.equal(costEach(hour), null);
  assert.equal(costEach({ ...hour, cpu_cost: 0.03 }), 0.01);
  assert.equal(costEach({ ...hour, cpu_cost: 1, conversations: 0 }), null);
  assert.equal(money(0.00042, "USD", "en"), "$0.00042");
  assert.match(money(1.5, "no currency", "en"), /1\.5/);
});

test("minutes without turns are gaps: the line breaks, and a lone value is a dot", () => {
  const now = Date.parse("2026-11-23T10:59:30Z");
  const places = hourly([{ at: "2026-11-23T10:00:00Z" }, { at: "2026-11-23T10:59:00Z" }], now);
  assert.deepEqual([places.length, places[0], places[1], places[59]], [60, 0, -1, 1]);
  assert.match(curve([1, 2, null, 1, null], 100, 20), /^M[\d. ]+L[\d. ]+M[\d. ]+h0\.1$/);
  assert.equal(curve([null, null], 100, 20), "");
});

test("what is broken stands first, what is off last of all that is well", () => {
  const names = byTrouble([{ name: "b", state: "ready", good: true }, { name: "a", state: "starting", good: true }, { name: "z", state: "failed", good: false }]).map(({ name }) => name);
  assert.deepEqual(names, ["z", "a", "b"]);
  assert.deepEqual([level(0, 0, 0.1, 0.5), level(1, 100, 0.1, 0.5), level(2, 10, 0.1, 0.5), level(6, 10, 0.1, 0.5)], ["good", "good", "watch", "bad"]);
});

test("errors of one kind are one row that the newest stands for", () => {
  const rows = grouped([{ what: "KeyError", stage: "flows", trace_id: "new" }, { what: "KeyError", stage: "flows", trace_id: "old" }, { what: "KeyError", stage: "tool" }]);
  assert.deepEqual(rows.map(({ count, trace_id }) => [count, trace_id]), [[2, "new"], [1, undefined]]);
});

test("each language has every word and takes the same values", () => {
  const values = (words, key) => [...words[key].matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const words of [de, es, fr]) {
    assert.deepEqual(Object.keys(words), Object.keys(en));
    for (const key of Object.keys(en)) assert.deepEqual(values(words, key), values(en, key), key);
  }
  assert.deepEqual([chooseLanguage(["pt", "de-AT"]), chooseLanguage([])], ["de", "en"]);
  assert.equal(worded(speaking("de"), "stage", "retrieval"), "Suchen");
  assert.equal(worded(speaking("de"), "error", "KeyError"), "KeyError");
});
