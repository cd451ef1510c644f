/**
 * What the voice is doing, as a pure fold: the customer's moves, the microphone's fate, the server's frames, the playback.
 *
 * Nobody else decides what is shown, whether sound is sent, or what went wrong. Below: failures.js. Above: voice.js and the
 * views.
 *
 * @typedef {import("./failures.js").Failure} Failure
 * @typedef {import("./failures.js").Notice} Notice
 * @typedef {"off"|"asking"|"failed"|"lost"|"preparing"|"listening"|"hearing"|"thinking"|"speaking"|"muted"} Shown
 *
 * @typedef {Object} VoiceState
 * @property {"off"|"asking"|"on"|"failed"} mic
 * @property {Failure|null} failure why there is no voice now
 * @property {Notice|null} notice what went wrong this once; the voice goes on
 * @property {boolean} muted
 * @property {boolean} holding the button is held down: talks even when muted
 * @property {boolean} linked the socket is there
 * @property {boolean} ready the server has shown that it hears
 * @property {"listening"|"hearing"|"thinking"|"speaking"} turn as the server sees it
 * @property {Speech|null} speech what is being played
 * @property {{turnId: string, clause: Clause}|null} early a clause that was told of before its speech began
 * @property {{text: string, final: boolean}|null} caption the customer's words
 * @property {string} prompt a sentence that is spoken and is no reply
 *
 * @typedef {Object} Speech
 * @property {string} turnId
 * @property {number} ms played so far
 * @property {number|null} total once all of it has come
 * @property {readonly Clause[]} clauses as far as the server tells where they are
 * @typedef {{start: number, end: number, ms: number}} Clause offsets in the shown text (code points), and where its sound begins
 *
 * @typedef {{kind: "ask"} | {kind: "granted"} | {kind: "failed", failure: Failure} | {kind: "off"}
 *   | {kind: "mute", on: boolean} | {kind: "hold", on: boolean} | {kind: "line", live: boolean}
 *   | {kind: "frame", frame: import("../chat/wire.js").Frame} | {kind: "said"}
 *   | {kind: "played", turnId: string, ms: number} | {kind: "received", turnId: string, total: number}
 *   | {kind: "silent", turnId: string} | {kind: "notice", notice: Notice|null}} Input
 */

import { failureOf, noticeOf } from "./failures.js";

/** @returns {VoiceState} */
export function newVoice() {
  return { mic: "off", failure: null, notice: null, muted: false, holding: false, linked: false, ready: false, turn: "listening", speech: null, early: null, caption: null, prompt: "" };
}

/**
 * @param {VoiceState} state
 * @param {Input} input
 * @returns {VoiceState}
 */
export function hearingOf(state, input) {
  switch (input.kind) {
    case "ask": return { ...newVoice(), mic: "asking", linked: state.linked };
    case "granted": return { ...state, mic: "on", failure: null };
    case "failed": return { ...newVoice(), mic: "failed", failure: input.failure, linked: state.linked };
    case "off": return { ...newVoice(), linked: state.linked };
    case "mute": return { ...state, muted: input.on, holding: false, turn: input.on && state.turn === "hearing" ? "thinking" : state.turn };
    case "hold": return { ...state, holding: input.on };
    case "line": return line(state, input.live);
    case "frame": return readFrame(state, input.frame);
    case "said": return { ...state, caption: null };
    case "played": return withSpeech(state, input.turnId, { ms: input.ms });
    case "received": return withSpeech(state, input.turnId, { total: input.total });
    case "silent": return state.speech?.turnId === input.turnId ? { ...state, speech: null, prompt: "", turn: state.turn === "speaking" ? "listening" : state.turn } : state;
    case "notice": return { ...state, notice: input.notice };
  }
}

/**
 * A lost line takes the call with it: what was half said must be said again, and that is told.
 * @param {VoiceState} state
 * @param {boolean} live
 * @returns {VoiceState}
 */
function line(state, live) {
  if (state.linked === live) return state;
  if (live) return { ...state, linked: true };
  const cut = state.mic === "on" && (state.turn === "hearing" || state.speech !== null);
  return { ...state, linked: false, ready: false, turn: "listening", speech: null, caption: null, notice: cut ? "cut_off" : state.notice };
}

/**
 * @param {VoiceState} state
 * @param {import("../chat/wire.js").Frame} frame
 * @returns {VoiceState}
 */
function readFrame(state, frame) {
  if (state.mic !== "on") return state;
  switch (frame.type) {
    case "speech_start": return beginSpeech(state, String(frame.turn_id));
    case "speech_stop": return state.speech?.turnId === frame.turn_id ? { ...state, speech: null, prompt: "" } : state;
    case "signal": return readSignal(state, frame);
    case "error": return readError(state, frame);
    default: return state;
  }
}

/**
 * @param {VoiceState} state
 * @param {string} turnId
 * @returns {VoiceState}
 */
function beginSpeech(state, turnId) {
  const clauses = state.early?.turnId === turnId ? [state.early.clause] : [];
  return { ...state, turn: "speaking", ready: true, notice: null, early: null, speech: { turnId, ms: 0, total: null, clauses } };
}

/**
 * @param {VoiceState} state
 * @param {import("../chat/wire.js").Frame} frame
 * @returns {VoiceState}
 */
function readSignal(state, frame) {
  if (frame.signal === "voice" && ["listening", "hearing", "thinking", "speaking"].includes(frame.state)) {
    const missed = state.turn === "hearing" && frame.state === "listening" && !state.caption?.final;
    const notice = missed ? "missed" : frame.state === "hearing" ? null : state.notice;
    return { ...state, turn: frame.state, ready: true, notice, caption: missed ? null : state.caption };
  }
  if (frame.signal === "prompt") return { ...state, prompt: String(frame.text ?? "") };
  if (frame.signal === "transcript") return { ...state, caption: frame.text ? { text: String(frame.text), final: Boolean(frame.final) } : null };
  if (frame.signal === "clause") {
    const clause = { start: Number(frame.start) || 0, end: Number(frame.end) || 0, ms: Number(frame.ms) || 0 };
    if (state.speech?.turnId !== frame.turn_id) return { ...state, early: { turnId: String(frame.turn_id), clause } };
    return withSpeech(state, frame.turn_id, { clauses: [...(state.speech?.clauses ?? []), clause] });
  }
  return state;
}

/**
 * An error that answers no message is about the sound.
 * @param {VoiceState} state
 * @param {import("../chat/wire.js").Frame} frame
 * @returns {VoiceState}
 */
function readError(state, frame) {
  if (frame.client_id) return state;
  const failure = failureOf(String(frame.code));
  if (failure) return { ...newVoice(), mic: "failed", failure, linked: state.linked };
  const notice = noticeOf(String(frame.code));
  return notice ? { ...state, notice, turn: "listening" } : state;
}

/**
 * @param {VoiceState} state
 * @param {string} turnId
 * @param {Partial<Speech>} change
 * @returns {VoiceState}
 */
function withSpeech(state, turnId, change) {
  return state.speech?.turnId === turnId ? { ...state, speech: { ...state.speech, ...change } } : state;
}

/** Whether what the microphone hears is sent. @param {VoiceState} state */
export function isSending(state) {
  return state.mic === "on" && state.linked && (!state.muted || state.holding);
}

/** @param {VoiceState} state @returns {Shown} */
export function shownOf(state) {
  if (state.mic !== "on") return state.mic;
  if (!state.linked) return "lost";
  if (state.speech) return "speaking";
  if (state.turn === "thinking") return "thinking";
  if (!isSending(state)) return "muted";
  if (!state.ready) return "preparing";
  return state.turn === "hearing" || state.holding ? "hearing" : "listening";
}
