/**
 * Which of the shown words has just been said. Pure. Below: text.js's offsets. Above: voice.js and the views.
 *
 * Where the server tells where its clauses lie (signal "clause"), it is exact to the clause and estimated within it; else
 * it is estimated over the whole. What was heard is never estimated: only whole clauses count.
 *
 * @typedef {import("./voice_state.js").Speech} Speech
 */

import { unitOffset } from "../chat/text.js";

/** Of English, Spanish, French and German alike, read by a calm voice. */
const CHARACTERS_A_SECOND = 15;

/**
 * @param {string} text as shown
 * @param {Speech} speech
 * @returns {number} the end of the word that is being said, in UTF-16 units
 */
export function saidUpTo(text, speech) {
  const at = speech.clauses.findLastIndex((clause) => clause.ms <= speech.ms);
  if (!speech.clauses.length) return within(text, 0, text.length, speech.ms, speech.total);
  if (at < 0) return 0;
  const clause = speech.clauses[at];
  const ends = speech.clauses[at + 1]?.ms ?? speech.total;
  const [start, end] = [units(text, clause.start), units(text, clause.end)];
  return within(text, start, end, speech.ms - clause.ms, ends === null || ends === undefined ? null : ends - clause.ms);
}

/**
 * The text of the clauses that were played to their end; null when the server does not tell where they lie.
 * @param {string} text
 * @param {Speech} speech
 */
export function heardOf(text, speech) {
  if (!speech.clauses.length) return null;
  const whole = speech.clauses.findLast((_, n) => (speech.clauses[n + 1]?.ms ?? speech.total ?? Infinity) <= speech.ms);
  return whole ? text.slice(0, units(text, whole.end)) : "";
}

/**
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {number} ms since start was said
 * @param {number|null} total how long all of it takes, if known
 */
function within(text, start, end, ms, total) {
  const part = total ? ms / total : (ms * CHARACTERS_A_SECOND) / 1000 / Math.max(1, end - start);
  return wordEnd(text, start + Math.floor(Math.min(1, part) * (end - start)), end);
}

/** @param {string} text @param {number} at @param {number} most */
function wordEnd(text, at, most) {
  const rest = text.slice(at, most).search(/\s/);
  return rest < 0 ? most : at + rest;
}

/** @param {string} text @param {number} offset */
function units(text, offset) {
  const at = unitOffset(text, offset);
  return at < 0 ? text.length : at;
}
