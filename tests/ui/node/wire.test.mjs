// Frames, streams, text, markup and reconnection: the pure parts below the conversation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hearing, heardNothing } from "../../../channels/web_chat/page/assets/chat/announcer.js";
import { newConversation, applying } from "../../../channels/web_chat/page/assets/chat/conversation.js";
import { isProductPath, readMarkup } from "../../../channels/web_chat/page/assets/chat/markup.js";
import { newLine, reconnecting } from "../../../channels/web_chat/page/assets/chat/reconnect.js";
import { readStream } from "../../../channels/web_chat/page/assets/chat/sse.js";
import { Memory, memoryStorage } from "../../../channels/web_chat/page/assets/chat/storage.js";
import { countCharacters, lastSentenceEnd, spliceDelta } from "../../../channels/web_chat/page/assets/chat/text.js";
import { readFrame } from "../../../channels/web_chat/page/assets/chat/wire.js";
import { chooseLanguage, stockTone } from "../../../channels/web_chat/page/assets/chat/words.js";

test("what is no frame is null", () => {
  for (const text of ["", "{", "[]", "null", "1", '{"type": 3}', undefined, new ArrayBuffer(2)]) assert.equal(readFrame(text), null);
});

test("a stream cut anywhere gives the same frames", () => {
  const text = ': hi\r\n\r\nid: 1\nevent: event\ndata: {"type":"event",\ndata: "event":{"seq":1}}\n\ndata: {"type":"live"}\r\n\r\n';
  const whole = readStream("", text);
  assert.deepEqual(whole.frames.map((frame) => frame.type), ["event", "live"]);
  for (let cut = 0; cut <= text.length; cut += 1) {
    const first = readStream("", text.slice(0, cut));
    const second = readStream(first.rest, text.slice(cut));
    assert.deepEqual([...first.frames, ...second.frames], whole.frames, `cut at ${cut}`);
  }
});

test("a text cut into deltas anywhere is whole again", () => {
  const text = "Naïve 🏕️ tents – 89.00 € 👨‍👩‍👧.";
  const points = Array.from(text);
  for (let cut = 0; cut <= points.length; cut += 1) {
    const first = points.slice(0, cut).join("");
    assert.equal(spliceDelta(first, cut, points.slice(cut).join("")), text);
  }
  assert.equal(countCharacters("🏕"), 1);
});

test("a sentence ends at its full stop, not within a price or an initial", () => {
  const end = (text) => text.slice(0, lastSentenceEnd(text, 0));
  assert.equal(end("It costs 89.00 dollars. And"), "It costs 89.00 dollars.");
  assert.equal(end("By J. Smith"), "");
  assert.equal(end("Really?! Yes"), "Really?!");
  assert.equal(end("价格是九十。还"), "价格是九十。");
  assert.equal(end("Not yet."), "");
});

test("every sentence is heard once, streamed or not", () => {
  const event = (seq, type, data) => ({ kind: "event", event: { seq, id: `e${seq}`, at: "", channel: "web", actor: {}, type, data } });
  const inputs = [{ kind: "phase", phase: "live", attempt: 0 }, event(1, "turn_started", { turn_id: "t" }),
    ...["Two te", "nts fit. The Lo", "foten is $89.00. Shall I"].map((text, n, all) => ({ kind: "frame", frame: { type: "delta", turn_id: "t", offset: all.slice(0, n).join("").length, text } })),
    event(2, "assistant_said", { turn_id: "t", text: "Two tents fit. The Lofoten is $89.00. Shall I add it?" })];
  let state = newConversation();
  let heard = heardNothing();
  const spoken = [];
  for (const input of inputs) {
    state = applying(state, input);
    const step = hearing(heard, state);
    heard = step.heard;
    spoken.push(...step.sentences);
  }
  assert.deepEqual(spoken, ["Two tents fit.", "The Lofoten is $89.00.", "Shall I add it?"]);
});

test("a replay is not read out", () => {
  const state = { ...newConversation(), phase: "replaying", lastSeq: 1, entries: [{ key: "t", kind: "assistant", seq: 1, text: "Old." }] };
  const { heard, sentences } = hearing(heardNothing(), state);
  assert.deepEqual(sentences, []);
  assert.deepEqual(hearing(heard, { ...state, phase: "live" }).sentences, []);
});

test("markup knows emphasis, lists and this shop's products, and nothing else", () => {
  assert.deepEqual(readMarkup("Hi **you** and *me*\n\n- one\n- two\n\n1. a\n2. b").map((block) => block.kind), ["paragraph", "list", "list"]);
  const [block] = readMarkup("[x](javascript:alert(1)) [y](https://evil.example) [z](/p/tent-2) <b>no</b> 2*3*4");
  assert.deepEqual(block.lines[0].filter((span) => span.kind !== "text"), [{ kind: "link", text: "z", at: 52, href: "/p/tent-2" }]);
  for (const path of ["//evil.example", "/p/", "/p/a/b", "/p/a?x", "/p/../x", "/P/a", "\\p\\a"]) assert.ok(!isProductPath(path), path);
});

test("markup survives anything and keeps every word", () => {
  const signs = ["*", "**", "[", "](", ")", "\n", "- ", "1. ", "word", " ", "/p/x", "<", "`"];
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: 30 }, () => signs[Math.floor(random() * signs.length)]).join("");
    const flat = JSON.stringify(readMarkup(text));
    assert.equal((flat.match(/word/g) ?? []).length, (text.match(/word/g) ?? []).length);
  }
});

test("tries come ever later, spread by chance, and never later than half a minute or so", () => {
  let line = reconnecting(newLine(), { kind: "dial" });
  const delays = [];
  for (let n = 0; n < 12; n += 1) {
    line = reconnecting({ ...line, phase: "live" }, { kind: "lost", code: 1006, random: 0.5 });
    delays.push(line.delay);
  }
  assert.deepEqual(delays, [...delays].sort((a, b) => a - b));
  assert.ok(delays[0] <= 500 && Math.max(...delays) <= 30_000);
  const least = reconnecting({ ...newLine(), attempt: 5 }, { kind: "lost", code: 1006, random: 0 }).delay;
  const most = reconnecting({ ...newLine(), attempt: 5 }, { kind: "lost", code: 1006, random: 1 }).delay;
  assert.equal(most, least * 2);
});

test("a transport that is never welcomed gives way to the other, and back", () => {
  let line = newLine();
  const seen = [];
  for (let n = 0; n < 6; n += 1) {
    line = reconnecting(line, { kind: "dial" });
    seen.push(line.transport);
    line = reconnecting(line, { kind: "lost", code: 1006, random: 0 });
  }
  assert.deepEqual(seen, ["socket", "socket", "stream", "stream", "socket", "socket"]);
});

test("refused and replaced are not tried again, too many waits", () => {
  assert.equal(reconnecting(newLine(), { kind: "lost", code: 4401, random: 0 }).phase, "refused");
  assert.equal(reconnecting(newLine(), { kind: "lost", code: 4409, random: 0 }).phase, "replaced");
  assert.ok(reconnecting(newLine(), { kind: "lost", code: 4429, random: 0 }).delay >= 10_000);
});

test("the outbox keeps order, survives a reload and keeps conversations apart", () => {
  const storage = memoryStorage();
  const memory = new Memory(storage, "http://shop/");
  memory.putOutgoing("c1", { clientId: "a", kind: "message", text: "1" });
  memory.putOutgoing("c2", { clientId: "b", kind: "message", text: "2" });
  memory.putOutgoing(null, { clientId: "c", kind: "message", text: "3" });
  const again = new Memory(storage, "http://shop/");
  assert.deepEqual(again.outgoing("c1").map((item) => item.clientId), ["a", "c"]);
  again.removeOutgoing("a");
  assert.deepEqual(again.outgoing("c1").map((item) => item.clientId), ["c"]);
  assert.deepEqual(new Memory(storage, "http://other/").outgoing("c1"), []);
});

test("a storage that is full or broken costs the memory, not the chat", () => {
  const broken = { ...memoryStorage(), setItem() { throw new Error("full"); }, getItem() { return "{"; } };
  const memory = new Memory(broken, "x");
  memory.keep({ id: "c", token: "t", at: "", title: "", seenSeq: 0 });
  assert.deepEqual(memory.conversations(), []);
});

test("the first language that the widget speaks is chosen", () => {
  assert.equal(chooseLanguage([null, "xx", "nn-NO", "de"]), "nb");
  assert.equal(chooseLanguage(["pt_BR", "fr-CA"]), "fr");
  assert.equal(chooseLanguage([]), "en");
  assert.equal(chooseLanguage(["constructor"]), "en");
});

test("stock is coloured by its code and by the assistant's words alike", () => {
  const tones = { in_stock: "good", low_stock: "warn", stores_only: "unmarked", out_of_stock: "bad", "in stock": "good", "only 3 left online": "warn", "sold out everywhere": "bad", "sold out online, in 11 stores": "warn", shipped: "unmarked" };
  const abroad = {
    "agotado en la tienda online, disponible en 3 tiendas": "warn", "épuisé en ligne, disponible dans 1 magasin": "warn",
    "online ausverkauft, in 2 Filialen vorrätig": "warn", agotado: "bad", "épuisé à Portland": "bad", ausverkauft: "bad",
    "zurzeit nicht im Verkauf": "bad", "solo quedan 2 en la tienda online": "warn", "plus que 2 en ligne": "warn",
    "online nur noch 2 da": "warn", disponible: "good", "en stock": "good", "auf Lager": "good", "3 unidades": "good",
  };
  for (const [words, tone] of Object.entries(abroad)) assert.equal(stockTone(words), tone, words);
  for (const [words, tone] of Object.entries(tones)) assert.equal(stockTone(words), tone, words);
});
