/**
 * What the panel "Your data" shows, worked out of what the server tells (pure). Above: own_data_sheet.js.
 *
 * @typedef {{purpose: string, given: boolean, decided_by: string, changeable: boolean}} Consent
 * @typedef {{notice: string, consents: Consent[], lasting: boolean}} Consents
 * @typedef {{who: "nobody"|"named"|"proven", counts: Record<string, number>, kept_for: Record<string, Record<string, string>>,
 *   erasure: "none"|"open"|"held"|"failed"|"done"}} OwnData
 */

/** How long each kind that is counted is kept: the rule that it goes by. @type {Record<string, string>} */
const RULES = { conversations: "messages", memories: "memories", callbacks: "callbacks", sign_ins: "accounts", devices: "accounts" };
const SHOWN = ["conversations", "memories", "orders", "callbacks", "sign_ins", "devices"];

/**
 * The kinds of which something is kept, in order, each with its period: [amount, unit], or null where the shop keeps it on.
 * @param {OwnData} told
 * @returns {{kind: string, count: number, period: [number, string]|null}[]}
 */
export function kept(told) {
  return SHOWN.filter((kind) => told.counts[kind]).map((kind) => ({ kind, count: told.counts[kind], period: periodOf(told, kind) }));
}

/** @param {OwnData} told @param {string} kind @returns {[number, string]|null} */
function periodOf(told, kind) {
  const text = told.kept_for[RULES[kind]]?.any ?? "";
  const found = /^\s*(\d+)\s*(day|week|month|year)s?\s*$/i.exec(text);
  return found ? [Number(found[1]), found[2].toLowerCase()] : null;
}

/**
 * As it is at once, before the server has answered.
 * @param {Consents} before
 * @param {string} purpose
 * @param {boolean} given
 * @returns {Consents}
 */
export function chosen(before, purpose, given) {
  const consents = before.consents.map((one) => (one.purpose === purpose ? { ...one, given, decided_by: "customer" } : one));
  return { ...before, consents };
}

/** What may be done: nothing while a deletion is on its way, all of it for who has proven who they are. @param {OwnData} told */
export function may({ who, erasure }) {
  const going = erasure === "open" || erasure === "failed";
  return { take: who !== "named", eraseHere: !going, eraseAll: who === "proven" && !going, signIn: who === "named", going, held: erasure === "held" };
}

/** The file's name out of a Content-Disposition. @param {string|null} header */
export function fileName(header) {
  return /filename="([\w.-]+)"/.exec(header ?? "")?.[1] ?? "my-data.zip";
}
