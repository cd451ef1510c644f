/**
 * The state hash, version 1 (docs/moving.md): one short name for all that a customer could tell apart.
 *
 * Every device that has the same events has the same hash as the server. Below: conversation.js. Above: session.js, which
 * loads it when there is something to compare, and apps of one's own.
 *
 * @typedef {import("./conversation.js").State} State
 */

const VERSION = 1;
const DIGITS = 32;

/** Strings, whole numbers, booleans and null alone, keys in order: canonical JSON as it stands. @param {State} state */
export function canonical(state) {
  const { items, total } = state.cart;
  return JSON.stringify({
    cart: {
      items: items.map(({ quantity, variant_id }) => ({ quantity, variant_id })),
      total: { amount: total?.amount ?? "0.00", currency: total?.currency ?? "USD" },
    },
    confirmation: state.confirmation?.id ?? null,
    identified: state.identified,
    question: state.question && { flow: state.question.flow, slot: state.question.slot },
    shown: state.listed,
    status: state.status,
    version: VERSION,
  });
}

/** Null where the browser has no SHA-256: on an address that is not secure. @param {State} state @returns {Promise<string|null>} */
export async function stateHash(state) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical(state)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, DIGITS);
}
