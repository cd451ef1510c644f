/**
 * When to try again, and by which transport: pure, time and chance come in as arguments.
 *
 * Below: wire.js. Above: connection.js, which obeys it.
 *
 * @typedef {"socket"|"stream"} Transport
 * @typedef {import("./conversation.js").Phase} Phase
 * @typedef {{phase: Phase, transport: Transport, attempt: number, deaf: number, delay: number}} Line
 *   `deaf`: losses in a row before this transport was welcomed; `delay`: milliseconds until the next try
 * @typedef {{kind: "dial"} | {kind: "welcomed"} | {kind: "live"} | {kind: "hangup"} | {kind: "gap"}
 *   | {kind: "lost", code: number, random: number} | {kind: "upgrade"}} Signal
 */

import { CLOSE } from "./wire.js";

const FIRST_DELAY = 400;
const LONGEST_DELAY = 30_000;
const BUSY_DELAY = 10_000;
const DEAF_BEFORE_SWITCH = 2;

/** @returns {Line} */
export function newLine() {
  return { phase: "idle", transport: "socket", attempt: 0, deaf: 0, delay: 0 };
}

/**
 * @param {Line} line
 * @param {Signal} signal
 * @returns {Line}
 */
export function reconnecting(line, signal) {
  switch (signal.kind) {
    case "dial": return { ...line, phase: "connecting", delay: 0 };
    case "welcomed": return { ...line, phase: "replaying", deaf: 0 };
    case "live": return { ...line, phase: "live", attempt: 0, deaf: 0 };
    case "gap": return { ...line, phase: "waiting", delay: 0 };
    case "upgrade": return { ...line, transport: "socket", deaf: 0, attempt: 0, delay: 0 };
    case "hangup": return newLine();
    case "lost": return lost(line, signal.code, signal.random);
  }
}

/**
 * @param {Line} line
 * @param {number} code
 * @param {number} random in [0, 1)
 * @returns {Line}
 */
function lost(line, code, random) {
  if (code === CLOSE.refused) return { ...line, phase: "refused", delay: 0 };
  if (code === CLOSE.replaced) return { ...line, phase: "replaced", delay: 0 };
  const unheard = line.phase === "connecting";
  const deaf = unheard ? line.deaf + 1 : 0;
  const other = deaf >= DEAF_BEFORE_SWITCH;
  return {
    phase: "waiting",
    transport: other ? (line.transport === "socket" ? "stream" : "socket") : line.transport,
    attempt: line.attempt + 1,
    deaf: other ? 0 : deaf,
    delay: backOff(line.attempt, code, random),
  };
}

/**
 * Exponential with jitter over the upper half, so that a thousand clients of a restarted server do not come as one.
 * @param {number} attempt
 * @param {number} code
 * @param {number} random
 */
function backOff(attempt, code, random) {
  const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
  const floor = code === CLOSE.tooMany ? BUSY_DELAY : 0;
  return Math.round(floor + longest * (0.5 + random / 2));
}
