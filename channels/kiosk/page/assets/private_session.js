/**
 * A session at a public screen: what the server masked there is known by its turn, and leaving is told to the server.
 *
 * Below: the widget's session. Above: stay.js.
 */

import { Session } from "/assets/aisle_client.js";

/** What stands on the screen. Of the rest of a turn nothing is seen, so a reply is not hidden for it. */
const SAID = new Set(["customer_said", "assistant_said", "reply_ready", "agent_said", "confirmation_asked"]);

export class PrivateSession extends Session {
  /** @param {import("/assets/chat/session.js").SessionOptions} options */
  constructor(options) {
    super(options);
    /** Keys of entries that stand for something on the customer's own phone. @type {Set<string>} */
    this.masked = new Set();
  }

  /** @param {import("/assets/chat/wire.js").LogEvent} event */
  receive(event) {
    if (event.data?.private && SAID.has(event.type)) this.masked.add(event.data.turn_id || event.data.client_id || event.id);
    super.receive(event);
  }

  /** The screen's token opens nothing after this. Sent even while the page goes. */
  depart() {
    const { conversationId } = this.state;
    if (conversationId && this.token) {
      void fetch(new URL(`v1/conversations/${encodeURIComponent(conversationId)}/leave`, this.base), {
        method: "POST", keepalive: true, headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" }, body: "{}",
      }).catch(() => null);
    }
    this.end();
    this.masked.clear();
  }
}
