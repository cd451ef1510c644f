/**
 * aisle-client for browsers: the wire protocol as one ES module, the one that widget, kiosk and mobile page stand on.
 *
 *     import { Session, browserStorage } from "https://shop.example/assets/aisle_client.js";
 *
 *     const session = new Session({ base: "https://shop.example/", storage: browserStorage(), locale: "en", channel: "web" });
 *     session.addEventListener("change", () => show(session.state));
 *     session.resume();                            // goes on where this browser left off
 *     session.say("A tent for two under 300?");    // kept, and sent again with the same client_id until the log holds it
 *     session.act("add_to_cart", { variant_id: "v1" });
 *
 * `Session` joins the pure parts with memory and network: it starts a conversation at the first word, connects (WebSocket,
 * else Server-Sent Events), resumes after `last_seq` without gaps or doubles, retries with jitter, and keeps what is unsent.
 * `applying(state, input)` is the pure fold that makes its `state`; `stateHash(state)` is the server's own (docs/moving.md).
 * `outbox` may be any object with `putOutgoing`, `removeOutgoing` and `outgoing`; without one it is `storage`.
 * docs/clients.md tells more; the types are in the JSDoc (`tsc --allowJs --declaration` writes them out).
 *
 * Below: chat/. Above: shops' own pages, and ours.
 *
 * @typedef {import("./chat/conversation.js").State} State
 * @typedef {import("./chat/conversation.js").Entry} Entry
 * @typedef {import("./chat/conversation.js").Outgoing} Outgoing
 * @typedef {import("./chat/conversation.js").Place} Place
 * @typedef {import("./chat/session.js").SessionOptions} SessionOptions
 * @typedef {import("./chat/session.js").Outbox} Outbox
 * @typedef {import("./chat/wire.js").LogEvent} LogEvent
 * @typedef {import("./chat/wire.js").Frame} Frame
 * @typedef {import("./chat/wire.js").Card} Card
 * @typedef {import("./chat/wire.js").Cart} Cart
 */

export { Problem, call } from "./chat/api.js";
export { Connection } from "./chat/connection.js";
export { applying, cartCount, isBusy, isCutOff, looseConfirmation, mayAllowDisplay, newConversation, openQuickReplies, unreadCount } from "./chat/conversation.js";
export { Session } from "./chat/session.js";
export { Memory, browserStorage, memoryStorage } from "./chat/storage.js";
export { MESSAGE_LIMIT } from "./chat/wire.js";

/**
 * The same as the server's for the same events; null where the browser has no SHA-256 (an address that is not secure).
 * @param {State} state
 * @returns {Promise<string|null>}
 */
export async function stateHash(state) {
  return (await import("./chat/state_hash.js")).stateHash(state);
}
