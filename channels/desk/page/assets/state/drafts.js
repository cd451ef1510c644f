/**
 * What an agent has typed and not sent, by conversation: kept over a change of tabs, a lost connection and a sign-out, and gone
 * with the browser's tab (sessionStorage: a shared machine keeps no customer's words). Pure but for the store it is given.
 *
 * @typedef {"reply"|"note"|"whisper"} Mode
 * @typedef {{text: string, mode: Mode, draftId: string, draftText: string}} Draft
 */

const KEY = "aisle.desk.drafts";

/** @type {Draft} */
export const BLANK = Object.freeze({ text: "", mode: "reply", draftId: "", draftText: "" });

export class Drafts {
  /** @param {{getItem(key: string): string|null, setItem(key: string, value: string): void}} store */
  constructor(store) {
    this.store = store;
    /** @type {Map<string, Draft>} */
    this.kept = new Map(read(store.getItem(KEY)));
  }

  /** @param {string} id @returns {Draft} */
  of(id) {
    return this.kept.get(id) ?? BLANK;
  }

  /** @param {string} id @param {Partial<Draft>} change */
  change(id, change) {
    const next = { ...this.of(id), ...change };
    if (next.text || next.mode !== "reply") this.kept.set(id, next);
    else this.kept.delete(id);
    this.store.setItem(KEY, JSON.stringify([...this.kept]));
  }

  /** @param {string} id */
  drop(id) {
    this.change(id, BLANK);
  }
}

/** @param {string|null} text @returns {[string, Draft][]} */
function read(text) {
  try {
    const found = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}
