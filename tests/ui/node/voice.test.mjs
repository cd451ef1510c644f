// The pure parts of the voice: samples, rates, the jitter buffer, states, and which words have been said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { applying, newConversation, openQuickReplies } from "../../../channels/web_chat/page/assets/chat/conversation.js";
import { readMarkup } from "../../../channels/web_chat/page/assets/chat/markup.js";
import { failureOf, microphoneFailure, noticeOf } from "../../../channels/web_chat/page/assets/voice/failures.js";
import { Framer, fromPcm16, levelOf, toPcm16 } from "../../../channels/web_chat/page/assets/voice/pcm.js";
import { PlayQueue } from "../../../channels/web_chat/page/assets/voice/play_queue.js";
import { heardOf, saidUpTo } from "../../../channels/web_chat/page/assets/voice/playhead.js";
import { Resampler } from "../../../channels/web_chat/page/assets/voice/resampler.js";
import { hearingOf, isSending, newVoice, shownOf } from "../../../channels/web_chat/page/assets/voice/voice_state.js";
import english from "../../../channels/web_chat/page/assets/voice/words/en.js";

const tone = (rate, hertz, seconds) => Float32Array.from({ length: Math.round(rate * seconds) }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / rate));
const power = (samples) => samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
let seed = 11;
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const frame = (type, more) => ({ kind: "frame", frame: { type, ...more } });
const fold = (inputs, state = newVoice()) => inputs.reduce(hearingOf, state);
const OPEN = fold([{ kind: "line", live: true }, { kind: "ask" }, { kind: "granted" }]);
const ON = fold([frame("signal", { signal: "voice", state: "listening" })], OPEN);
const SPEAKING = fold([frame("speech_start", { turn_id: "t", rate: 16000 })], ON);

test("samples come back from the wire as they went, and what is too loud is cut, not folded over", () => {
  const back = fromPcm16(toPcm16(Float32Array.of(0, 0.5, -0.5, 1, -1, 7, -7)));
  assert.deepEqual([...back].map((one) => Math.round(one * 100) / 100), [0, 0.5, -0.5, 1, -1, 1, -1]);
  assert.equal(fromPcm16(new ArrayBuffer(5)).length, 2);
});

test("a quiet room moves no meter and a voice fills it", () => {
  assert.equal(levelOf(new Float32Array(512)), 0);
  assert.equal(levelOf(new Float32Array(0)), 0);
  assert.ok(levelOf(tone(16000, 200, 0.1)) > 0.9);
  assert.ok(levelOf(tone(16000, 200, 0.1).map((one) => one / 30)) < 0.5);
});

test("frames have one size however the samples come", () => {
  const framer = new Framer(512);
  const frames = [];
  for (let left = 3000; left > 0;) {
    const size = Math.min(left, 1 + Math.floor(random() * 700));
    frames.push(...framer.push(new Float32Array(size)));
    left -= size;
  }
  assert.deepEqual(frames.map((one) => one.length), [512, 512, 512, 512, 512]);
});

for (const [from, to] of [[48000, 16000], [44100, 16000], [16000, 48000], [22050, 48000], [8000, 44100], [16000, 16000]]) {
  test(`a tone stays the same tone from ${from} to ${to}, in one piece or in many`, () => {
    const input = tone(from, 1000, 0.4);
    const resampler = new Resampler(from, to);
    const whole = [...resampler.push(input), ...resampler.flush()];
    assert.ok(Math.abs(whole.length - to * 0.4) <= 1, `${whole.length} samples`);
    const wanted = tone(to, 1000, 0.4);
    const middle = whole.slice(to * 0.05, to * 0.35).map((one, n) => one - wanted[n + to * 0.05]);
    assert.ok(power(middle) < power(wanted) * 1e-4, `error ${power(middle)}`);
    const pieces = new Resampler(from, to);
    const cut = [];
    for (let at = 0; at < input.length;) {
      const size = 1 + Math.floor(random() * 300);
      cut.push(...pieces.push(input.subarray(at, at + size)));
      at += size;
    }
    assert.deepEqual([...cut, ...pieces.flush()], whole);
  });
}

test("what 16 kHz cannot hold is taken out before it folds down", () => {
  assert.ok(power(new Resampler(48000, 16000).push(tone(48000, 11000, 0.2)).slice(100)) < 1e-5);
});

test("playing waits for a cushion, counts every sample, and tells the end of each reply once", () => {
  const queue = new PlayQueue(100, 10_000);
  const out = new Float32Array(64);
  queue.begin("a");
  queue.push(new Float32Array(60).fill(0.5));
  assert.deepEqual(queue.pull(out), []);
  assert.equal(out[0], 0);
  queue.push(new Float32Array(60).fill(0.5));
  assert.deepEqual(queue.pull(out), []);
  assert.equal(queue.parts[0].played, 64);
  queue.end();
  assert.deepEqual(queue.pull(out), [{ kind: "done", turnId: "a", played: 120 }]);
  assert.deepEqual(queue.pull(out), []);
  assert.equal(out[0], 0);
});

test("a late frame is one gap, and nothing of it is lost or counted twice", () => {
  const queue = new PlayQueue(100, 10_000);
  const out = new Float32Array(64);
  queue.begin("a");
  queue.push(new Float32Array(110).fill(1));
  queue.pull(out);
  queue.pull(out);
  assert.equal(queue.gaps, 1);
  assert.equal(out[46], 0);
  queue.push(new Float32Array(50).fill(1));
  queue.pull(out);
  assert.equal(out[0], 0);
  queue.end();
  assert.deepEqual(queue.pull(out), [{ kind: "done", turnId: "a", played: 160 }]);
});

test("a stop is silence from the next sample on, and what comes late for the stopped reply is dropped", () => {
  const queue = new PlayQueue(0, 10_000);
  const out = new Float32Array(64);
  queue.begin("a");
  queue.push(new Float32Array(1000).fill(1));
  queue.pull(out);
  assert.deepEqual(queue.clear(), [{ kind: "cleared", turnId: "a", played: 64 }]);
  queue.push(new Float32Array(1000).fill(1));
  assert.deepEqual(queue.pull(out), []);
  assert.ok(out.every((one) => one === 0));
});

test("replies follow each other without a mix, and a buffer that is full refuses instead of growing", () => {
  const queue = new PlayQueue(0, 100);
  const out = new Float32Array(64);
  queue.begin("a");
  queue.push(new Float32Array(40).fill(1));
  queue.begin("b");
  queue.push(new Float32Array(40).fill(-1));
  queue.push(new Float32Array(40).fill(-1));
  assert.equal(queue.lost, 40);
  queue.end();
  assert.deepEqual(queue.pull(out), [{ kind: "done", turnId: "a", played: 40 }]);
  assert.equal(out[39], 1);
  assert.equal(out[40], -1);
});

test("however it is cut, all that was pushed is played, in order", () => {
  for (let round = 0; round < 50; round += 1) {
    const queue = new PlayQueue(Math.floor(random() * 200), 100_000);
    const played = [];
    let pushed = 0;
    let done = [];
    queue.begin("a");
    while (!done.length) {
      if (pushed < 2000) {
        const size = Math.floor(random() * 300);
        queue.push(Float32Array.from({ length: size }, (_, n) => pushed + n + 1));
        pushed += size;
      } else queue.end();
      const out = new Float32Array(128);
      done = queue.pull(out);
      played.push(...out.filter((one) => one !== 0));
    }
    assert.equal(done[0].played, pushed);
    assert.deepEqual(played, Array.from({ length: pushed }, (_, n) => n + 1));
  }
});

test("the states are the customer's, the microphone's and the server's together", () => {
  assert.equal(shownOf(newVoice()), "off");
  assert.equal(shownOf(fold([{ kind: "ask" }])), "asking");
  assert.equal(shownOf(fold([{ kind: "ask" }, { kind: "granted" }])), "lost");
  assert.equal(shownOf(OPEN), "preparing");
  assert.equal(shownOf(ON), "listening");
  const voice = (state) => frame("signal", { signal: "voice", state });
  assert.deepEqual(["hearing", "thinking", "listening"].map((state) => shownOf(fold([voice(state)], ON))), ["hearing", "thinking", "listening"]);
  assert.equal(shownOf(SPEAKING), "speaking");
  assert.equal(shownOf(fold([{ kind: "mute", on: true }], ON)), "muted");
  assert.equal(shownOf(fold([{ kind: "mute", on: true }, { kind: "hold", on: true }], ON)), "hearing");
});

test("sound is sent while listening or held, and never while muted, cut off or failed", () => {
  assert.ok(isSending(ON) && isSending(SPEAKING));
  assert.ok(!isSending(fold([{ kind: "mute", on: true }], ON)));
  assert.ok(isSending(fold([{ kind: "mute", on: true }, { kind: "hold", on: true }], ON)));
  assert.ok(!isSending(fold([{ kind: "line", live: false }], ON)));
  assert.ok(!isSending(fold([{ kind: "failed", failure: "unplugged" }], ON)));
});

test("a reply stays spoken until its last word was played, though all of it has come", () => {
  const received = fold([frame("speech_end", { turn_id: "t" }), { kind: "received", turnId: "t", total: 900 }, { kind: "played", turnId: "t", ms: 400 }], SPEAKING);
  assert.equal(shownOf(received), "speaking");
  assert.equal(shownOf(fold([{ kind: "silent", turnId: "t" }], received)), "listening");
  assert.equal(shownOf(fold([frame("speech_stop", { turn_id: "t" })], received)), "listening");
  assert.equal(fold([frame("speech_stop", { turn_id: "other" })], received), received);
});

test("captions are grey, then firm, and go when the words stand in the conversation", () => {
  const partial = fold([frame("signal", { signal: "transcript", text: "I need a", final: false })], ON);
  assert.deepEqual(partial.caption, { text: "I need a", final: false });
  const firm = fold([frame("signal", { signal: "transcript", text: "I need a tent.", final: true })], partial);
  assert.deepEqual(firm.caption, { text: "I need a tent.", final: true });
  assert.equal(fold([{ kind: "said" }], firm).caption, null);
});

test("what was heard and not understood is said, and forgotten with the next word", () => {
  const voice = (state) => frame("signal", { signal: "voice", state });
  const missed = fold([voice("hearing"), frame("signal", { signal: "transcript", text: "Uh", final: false }), voice("listening")], ON);
  assert.deepEqual([missed.notice, missed.caption], ["missed", null]);
  assert.equal(fold([voice("hearing")], missed).notice, null);
  assert.equal(fold([voice("hearing"), frame("signal", { signal: "transcript", text: "Hi.", final: true }), voice("thinking"), voice("listening")], ON).notice, null);
});

test("a dead engine ends the voice, a busy one is a notice, and a message's own error is not the voice's", () => {
  assert.equal(shownOf(fold([frame("error", { code: "speech_not_installed" })], ON)), "failed");
  assert.equal(fold([frame("error", { code: "speech_not_installed" })], ON).failure, "engine");
  const busy = fold([frame("error", { code: "overloaded" })], ON);
  assert.deepEqual([shownOf(busy), busy.notice], ["listening", "busy"]);
  assert.equal(fold([frame("error", { code: "overloaded", client_id: "m1" })], ON), ON);
  assert.equal(fold([frame("error", { code: "something_new" })], ON), ON);
});

test("a line that is lost while somebody speaks says so; one that is lost in silence only comes back", () => {
  const cut = fold([{ kind: "line", live: false }], SPEAKING);
  assert.deepEqual([cut.speech, cut.notice, shownOf(cut)], [null, "cut_off", "lost"]);
  assert.equal(shownOf(fold([{ kind: "line", live: true }], cut)), "preparing");
  assert.equal(fold([{ kind: "line", live: false }], ON).notice, null);
});

test("a clause may be told of before its speech begins, as the first one is, and counts for that reply alone", () => {
  const clause = (turn, start, end, ms) => frame("signal", { signal: "clause", turn_id: turn, start, end, ms });
  const { speech } = fold([clause("t", 0, 14, 0), frame("speech_start", { turn_id: "t" }), clause("t", 14, 30, 900)], ON);
  assert.deepEqual(speech.clauses, [{ start: 0, end: 14, ms: 0 }, { start: 14, end: 30, ms: 900 }]);
  assert.deepEqual(fold([clause("old", 0, 14, 0), frame("speech_start", { turn_id: "t" })], ON).speech.clauses, []);
  const again = fold([frame("speech_stop", { turn_id: "t" }), clause("t", 14, 30, 0), frame("speech_start", { turn_id: "t" })], { ...ON, speech });
  assert.deepEqual(again.speech.clauses, [{ start: 14, end: 30, ms: 0 }]);
});

test("frames mean nothing to a voice that is off", () => {
  const off = fold([{ kind: "line", live: true }]);
  assert.equal(fold([frame("speech_start", { turn_id: "t" }), frame("signal", { signal: "voice", state: "hearing" })], off), off);
});

test("every failure and every notice has its words", () => {
  for (const name of ["NotAllowedError", "NotFoundError", "NotReadableError", "TypeError", "Whatever"]) assert.ok(english[`failed_${microphoneFailure({ name })}`]);
  assert.equal(microphoneFailure(undefined), "unknown");
  for (const code of ["speech_not_installed", "model_unavailable", "unsupported_audio"]) assert.ok(english[`failed_${failureOf(code)}`]);
  for (const code of ["overloaded", "not_heard", "not_spoken", "too_many"]) assert.ok(english[`notice_${noticeOf(code)}`]);
});

const TEXT = "Two tents fit. The **Lofoten** 🏕️ costs $89.00 today.";
const speech = (more) => ({ turnId: "t", ms: 0, total: null, clauses: [], ...more });

test("words light up one after the other, whole, and the last one with the end", () => {
  let before = 0;
  for (let ms = 0; ms <= 3000; ms += 50) {
    const at = saidUpTo(TEXT, speech({ ms, total: 3000 }));
    assert.ok(at >= before && (at === TEXT.length || /\s/.test(TEXT[at])), `at ${at}`);
    before = at;
  }
  assert.equal(before, TEXT.length);
});

test("clauses that the server tells make it exact, in characters and not in halves of them", () => {
  const clauses = [{ start: 0, end: 14, ms: 0 }, { start: 15, end: Array.from(TEXT).length, ms: 1200 }];
  assert.equal(saidUpTo(TEXT, speech({ ms: 1199, total: 3000, clauses })), 14);
  assert.ok(saidUpTo(TEXT, speech({ ms: 1300, total: 3000, clauses })) > 14);
  assert.equal(heardOf(TEXT, speech({ ms: 1199, clauses })), "");
  assert.equal(heardOf(TEXT, speech({ ms: 1200, clauses })), "Two tents fit.");
  assert.equal(heardOf(TEXT, speech({ ms: 3000, total: 3000, clauses })), TEXT);
  assert.equal(heardOf(TEXT, speech({ ms: 3000, total: 3000 })), null);
});

test("every word of a text knows where it stands in it", () => {
  const text = "First *line*\nsecond **bold words** and [a tent](/p/tent)\n\n- one **two**\n2. three";
  const spans = readMarkup(text).flatMap((block) => (block.kind === "paragraph" ? block.lines : block.items)).flat();
  for (const span of spans) assert.equal(text.slice(span.at, span.at + span.text.length), span.text);
});

const event = (seq, type, data) => ({ kind: "event", event: { seq, id: `e${seq}`, at: "", channel: "web", actor: {}, type, data } });
const READY = { turn_id: "t", text: "It is light. It costs $89.00.", language: "en", cards: [{ kind: "product", id: "p", title: "It" }], quick_replies: [{ label: "Add", text: "Add" }] };

test("a reply that is being spoken is shown at once with its cards, and once", () => {
  let state = [event(1, "turn_started", { turn_id: "t" }), event(2, "reply_ready", READY)].reduce(applying, newConversation());
  assert.deepEqual([state.entries.length, state.entries[0].cards.length, state.speaking, state.turnId], [1, 1, "t", null]);
  assert.equal(openQuickReplies(state).length, 1);
  state = applying(state, event(3, "assistant_said", { ...READY, interrupted: false }));
  assert.deepEqual([state.entries.length, state.speaking, state.entries[0].unsaidFrom, state.entries[0].seq], [1, null, null, 3]);
});

test("what was not heard of a reply stays to be read, and is told apart", () => {
  const shown = [event(1, "reply_ready", READY), event(2, "customer_said", { client_id: "m", text: "Stop" })].reduce(applying, newConversation());
  const cut = applying(shown, event(3, "assistant_said", { ...READY, cards: [], text: "It is light.", interrupted: true }));
  assert.deepEqual(cut.entries.map((entry) => entry.kind), ["assistant", "customer"]);
  assert.deepEqual([cut.entries[0].text, cut.entries[0].unsaidFrom, cut.entries[0].cards.length], [READY.text, 12, 1]);
  const unheard = applying(shown, event(3, "assistant_said", { ...READY, text: "", interrupted: true }));
  assert.deepEqual([unheard.entries[0].text, unheard.entries[0].unsaidFrom], [READY.text, 0]);
});
