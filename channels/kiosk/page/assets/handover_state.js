/**
 * Taking a conversation along on a phone: a code while it is good, a fresh one in time, and the phone that has come. Pure.
 *
 * Below: nothing. Above: handover_view.js.
 *
 * @typedef {{kind: "closed"} | {kind: "asking"} | {kind: "refused"} | {kind: "failed", at: number}
 *   | {kind: "shown", code: string, url: string, picture: string, until: number, left: number} | {kind: "joined"}} Handover
 *   left: whole seconds that the code is still good for
 * @typedef {{kind: "open"} | {kind: "close"} | {kind: "issued", code: string, url: string, picture: string, until: number, now: number}
 *   | {kind: "refused"} | {kind: "failed", now: number} | {kind: "tick", now: number} | {kind: "joined"}} Input
 */

/** A code is replaced while it can still be scanned: nobody points a camera at one that opens nothing. */
export const RENEW_SECONDS = 5;
const AGAIN_AFTER = 5_000;

/** @returns {Handover} */
export function notHanding() {
  return { kind: "closed" };
}

/**
 * @param {Handover} handover
 * @param {Input} input
 * @returns {Handover}
 */
export function handing(handover, input) {
  switch (input.kind) {
    case "open": return handover.kind === "closed" ? { kind: "asking" } : handover;
    case "close": return notHanding();
    case "joined": return handover.kind === "closed" ? handover : { kind: "joined" };
    case "refused": return handover.kind === "asking" ? { kind: "refused" } : handover;
    case "failed": return handover.kind === "asking" ? { kind: "failed", at: input.now } : handover;
    case "issued": return handover.kind === "asking" ? shown(input) : handover;
    case "tick": return ticked(handover, input.now);
  }
}

/** @param {Extract<Input, {kind: "issued"}>} issued @returns {Handover} */
function shown({ code, url, picture, until, now }) {
  return { kind: "shown", code, url, picture, until, left: Math.max(0, Math.ceil((until - now) / 1000)) };
}

/** @param {Handover} handover @param {number} now @returns {Handover} */
function ticked(handover, now) {
  if (handover.kind === "failed") return now - handover.at >= AGAIN_AFTER ? { kind: "asking" } : handover;
  if (handover.kind !== "shown") return handover;
  const left = Math.ceil((handover.until - now) / 1000);
  if (left <= RENEW_SECONDS) return { kind: "asking" };
  return left === handover.left ? handover : { ...handover, left };
}

/** "4:05". @param {number} seconds */
export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
