/**
 * What is offered to say next, by what is on the screen: nobody has to type at a kiosk. Pure. Above: stay.js.
 *
 * @typedef {import("/assets/chat/conversation.js").State} State
 * @typedef {{key: "ask_where"|"ask_here"|"ask_reviews"|"ask_first"|"ask_tills"|"ask_fitting"|"ask_person"|"take"}} Chip
 *   "take" is no words: it opens the way to a phone
 */

const MOST = 4;

/**
 * @param {State} state
 * @param {boolean} hasPlan
 * @returns {Chip[]} none while the shop is at work, and none before anything was asked
 */
export function chipsFor(state, hasPlan) {
  const last = state.entries.findLast((entry) => entry.kind === "assistant");
  if (!last || last.kind !== "assistant" || state.turnId !== null || state.pending.length || state.status !== "assistant") return [];
  if (state.confirmation || last.cards.some((card) => card.kind === "confirmation")) return [];
  const products = last.cards.filter((card) => card.kind === "product");
  const told = last.cards.some((card) => (card.actions ?? []).some((action) => action.action === "show_on_map"));
  const own = last.cards.some((card) => card.kind === "order");
  const room = Math.max(0, MOST - last.quickReplies.length);
  if (own) return [];
  if (products.length === 1) return offered(told ? ["ask_reviews", "ask_fitting", "ask_tills"] : ["ask_where", "ask_here", "ask_reviews"], hasPlan).slice(0, room);
  if (products.length > 1) return offered(["ask_first"], hasPlan).slice(0, room);
  if (asksWho(state)) return [{ key: "take" }];
  return offered(["ask_fitting", "ask_tills", "ask_person"], hasPlan).slice(0, room);
}

/** Who somebody is, is asked on their own phone: the newest answer waits for that. @param {State} state */
export function asksWho(state) {
  return !state.identified && state.question?.slot === "identity";
}

/** @param {Chip["key"][]} keys @param {boolean} hasPlan @returns {Chip[]} */
function offered(keys, hasPlan) {
  const onPlan = ["ask_where", "ask_first", "ask_tills", "ask_fitting"];
  return keys.filter((key) => hasPlan || !onPlan.includes(key)).map((key) => ({ key }));
}
