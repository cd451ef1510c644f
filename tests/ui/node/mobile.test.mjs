// How somebody comes to the mobile app, and its own few words: pure.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readArrival } from "../../../channels/mobile/page/assets/arriving.js";
import { KEYS, LANGUAGES, appWords } from "../../../channels/mobile/page/assets/words.js";

const at = (path) => readArrival(new URL(path, "https://shop.example"));
const shared = (fields) => at(`/m/share?${new URLSearchParams(fields)}`);

test("a code comes in the fragment, with or without its name", () => {
  assert.deepEqual(at("/m/#transfer=K7PQ2M"), { kind: "code", code: "K7PQ2M" });
  assert.deepEqual(at("/m/#K7PQ-2M"), { kind: "code", code: "K7PQ-2M" });
  assert.deepEqual(at("/m/#<script>"), { kind: "nothing" });
});

test("a product's link of this shop opens it, wherever the telephone puts it", () => {
  const product = { kind: "product", id: "p 1", title: "Tent" };
  assert.deepEqual(shared({ title: "Tent", url: "https://shop.example/p/p%201?x=1" }), product);
  assert.deepEqual(shared({ title: "Tent", text: "Look: https://shop.example/p/p%201" }), product);
  assert.deepEqual(shared({ text: "A fine tent https://shop.example/p/t" }), { kind: "product", id: "t", title: "A fine tent" });
});

test("a link to elsewhere, or broken, is only words", () => {
  assert.deepEqual(shared({ url: "https://evil.example/p/1" }), { kind: "words", text: "https://evil.example/p/1" });
  assert.deepEqual(shared({ url: "https://shop.example/p/%E0%A4%A" }), { kind: "words", text: "https://shop.example/p/%E0%A4%A" });
  assert.deepEqual(shared({ url: "javascript:alert(1)" }), { kind: "words", text: "javascript:alert(1)" });
  assert.deepEqual(shared({}), { kind: "nothing" });
});

test("words that are shared have an end", () => {
  assert.equal(shared({ text: "x".repeat(5000) }).text.length, 1000);
});

test("shortcuts ask, and nothing else does", () => {
  assert.deepEqual(at("/m/?ask=order"), { kind: "ask", about: "order" });
  assert.deepEqual(at("/m/?ask=anything"), { kind: "nothing" });
});

test("every word is there in every language, and another language is English", () => {
  for (const language of LANGUAGES) for (const key of KEYS) assert.ok(appWords(language)(key, { n: 2 }));
  assert.equal(appWords("nb")("install"), appWords("en")("install"));
  assert.equal(appWords("en")("waiting", { n: 2 }), "You are offline. Waiting to be sent: 2");
});
