/**
 * What conversations could teach, as a queue that a person works through: which one is shown, what is changed of it, what is next. Pure.
 *
 * Above: views/review.js, acts/reviewing.js. Below: nothing.
 *
 * @typedef {"open"|"accepted"|"rejected"} Decided
 * @typedef {{who: string, text: string}} Line
 * @typedef {{candidate_id: string, conversation_id: string, kind: string, language: string, channel: string, state: Decided, decided_by: string, decided_at: string,
 *   becomes: string, text: string, better: string, label: string, conditions: string, reason: string, exchange: Line[]}} Candidate
 * @typedef {{candidates: Candidate[], counts: Record<string, number>, kinds: Record<string, number>, labels: string[],
 *   sets: {number: number, made_at: string, made_by: string, items: number}[], current: number, previous: number,
 *   acts: {at: string, act: string, version: number, by: string, reason: string, forced: boolean}[]}} Found
 * @typedef {{becomes: string, text: string, better: string, label: string, conditions: string}} Draft
 * @typedef {Found & {state: Decided, kind: string, at: string, draft: Draft|null, refused: {field: string, why: string}|null, undo: Candidate[]}} Review
 */

export const BECOMES = Object.freeze(["synonym", "reader_example", "writer_example", "eval_case", "tuning_example"]);
const FIELDS = Object.freeze({
  synonym: ["text", "better"], reader_example: ["text", "label"], writer_example: ["text", "better"], eval_case: ["text", "conditions"], tuning_example: ["text", "better"],
});
const MOST_UNDONE = 20;

/** Which fields a person may change of it, in order. @param {string} becomes @returns {(keyof Draft)[]} */
export function fieldsOf(becomes) {
  return /** @type {any} */ (FIELDS)[becomes] ?? ["text"];
}

/** @param {Review|null} before @param {Found} found @param {Decided} state @param {string} kind @returns {Review} */
export function read(before, found, state, kind) {
  const kept = before && before.state === state && before.kind === kind && found.candidates.some(({ candidate_id: id }) => id === before.at);
  return { ...found, state, kind, at: kept ? before.at : found.candidates[0]?.candidate_id ?? "", draft: kept ? before.draft : null, refused: null, undo: before?.undo ?? [] };
}

/** @param {Review} review */
export function shown(review) {
  return review.candidates.find(({ candidate_id: id }) => id === review.at) ?? null;
}

/** @param {Review} review */
export function place(review) {
  return review.candidates.findIndex(({ candidate_id: id }) => id === review.at);
}

/** What would be added: the proposal with what was changed. @param {Review} review @returns {Candidate|null} */
export function edited(review) {
  const one = shown(review);
  return one ? { ...one, ...(review.draft ?? {}) } : null;
}

/** @param {Review} review @param {string} id @returns {Review} */
export function opened(review, id) {
  return { ...review, at: id, draft: null, refused: null };
}

/** The next one, or the one before; it stays at the ends. @param {Review} review @param {number} by @returns {Review} */
export function stepped(review, by) {
  const to = Math.max(0, Math.min(review.candidates.length - 1, place(review) + by));
  return review.candidates[to] ? opened(review, review.candidates[to].candidate_id) : review;
}

/** @param {Review} review @param {Partial<Draft>} some @returns {Review} */
export function changed(review, some) {
  const one = edited(review);
  if (!one) return review;
  const { becomes, text, better, label, conditions } = one;
  return { ...review, draft: { becomes, text, better, label, conditions, ...some }, refused: null };
}

/** Decided: it leaves this list at once, and the one after it is shown. @param {Review} review @param {string} id @param {Decided} to @returns {Review} */
export function decided(review, id, to) {
  const n = review.candidates.findIndex(({ candidate_id: other }) => other === id);
  if (n < 0) return review;
  const one = review.candidates[n];
  const candidates = review.candidates.filter(({ candidate_id: other }) => other !== id);
  const next = candidates[Math.min(n, candidates.length - 1)]?.candidate_id ?? "";
  const counts = { ...review.counts, [one.state]: Math.max(0, (review.counts[one.state] ?? 0) - 1), [to]: (review.counts[to] ?? 0) + 1 };
  const kinds = review.state === "open" ? { ...review.kinds, [one.kind]: Math.max(0, (review.kinds[one.kind] ?? 0) - 1) } : review.kinds;
  return { ...review, candidates, counts, kinds, at: review.at === id ? next : review.at, draft: null, refused: null, undo: [one, ...review.undo].slice(0, MOST_UNDONE) };
}

/** It was refused: back to its place, with why, and with what was typed. @param {Review} before @param {Draft|null} draft @param {{field: string, why: string}} refused @returns {Review} */
export function putBack(before, draft, refused) {
  return { ...before, draft, refused };
}

/** Accepted ones that no set has yet. @param {Review} review */
export function notInASet(review) {
  return Math.max(0, (review.counts.accepted ?? 0) - (review.sets[0]?.items ?? 0));
}
