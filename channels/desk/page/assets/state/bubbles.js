/**
 * The transcript as bubbles: what people read, in order. Pure.
 *
 * Above: views/talk.js. Below: talk.js's events.
 *
 * @typedef {"customer"|"assistant"|"agent"|"note"|"event"} Who
 * @typedef {{seq: number, who: Who, text: string, at: string, name: string, mark: string, word: string, values: Record<string, string>,
 *   event: import("./talk.js").DeskEvent}} Bubble `word`: of an event, the key of its sentence; `mark`: spoken, interrupted, speaking, draft
 */

/**
 * A reply that was spoken stands once.
 * @param {import("./talk.js").DeskEvent[]} events
 * @returns {Bubble[]}
 */
export function bubbles(events) {
  const unheard = new Set(events.filter(({ data }) => data.code === "unheard").map(({ data }) => data.turn_id));
  const spoken = new Set(events.filter(({ type, data }) => type === "assistant_said" || (type === "turn_failed" && !unheard.has(data.turn_id))).map(({ data }) => data.turn_id));
  const names = new Map(events.filter(({ type }) => type === "agent_joined").map(({ data }) => [data.agent_id, data.name]));
  const called = (/** @type {string} */ id) => names.get(id) ?? id;
  const used = new Map(events.filter(({ type }) => type === "suggestion_used").map(({ seq, data }) => [seq - 1, data.edited ? "draft_edited" : "draft"]));
  return events.flatMap((event) => {
    const { seq, at, type, data } = event;
    const one = (/** @type {Who} */ who, /** @type {string} */ text, name = "", mark = "") =>
      (text ? [{ seq, who, text, at, name, mark, word: "", values: {}, event }] : []);
    switch (type) {
      case "customer_said": return one("customer", data.text, "", data.audio ? "spoken" : data.action ? "pressed" : "");
      case "reply_ready": return spoken.has(data.turn_id) ? [] : one("assistant", data.text, "", unheard.has(data.turn_id) ? "interrupted" : "speaking");
      case "assistant_said": return one("assistant", data.text, "", data.interrupted ? "interrupted" : "");
      case "turn_failed": return one("assistant", data.text ?? "", "", "failed");
      case "agent_said": return one("agent", data.text, called(data.agent_id), used.get(seq) ?? "");
      case "note_added": return one("note", data.text, called(data.agent_id));
      default: return told(event);
    }
  });
}

/** @param {import("./talk.js").DeskEvent} event @returns {Bubble[]} */
function told(event) {
  const { seq, at, type, data } = event;
  const say = (/** @type {string} */ word, values = {}) =>
    [{ seq, who: /** @type {Who} */ ("event"), text: "", at, name: "", mark: type, word, values, event }];
  switch (type) {
    case "handoff_requested": return say(data.reason === "asked" ? "ev_asked" : "ev_handoff", { reason: data.reason });
    case "agent_joined": return say("ev_joined", { name: data.name });
    case "agent_left": return say(data.to_name ? "ev_transferred" : "ev_left", { name: data.name, to: data.to_name });
    case "channel_joined": return say("ev_channel", { channel: data.channel });
    case "channel_left": return say("ev_channel_left", { channel: data.channel });
    case "customer_identified": return say("ev_identified", { who: data.customer_id, how: data.method });
    case "confirmation_asked": return say("ev_confirm", { what: data.summary });
    case "confirmation_answered": return say(data.answer === "yes" ? "ev_yes" : "ev_no");
    case "handoff_offered": return say("ev_offered", { rule: data.rule });
    case "wait_offered": return say("ev_wait");
    case "callback_requested": return say("ev_callback", { phone: data.phone, when: data.when });
    case "message_left": return say("ev_message", { text: data.text });
    case "handoff_ended": return say("ev_ended", { why: data.reason });
    case "conversation_snoozed": return say("ev_snoozed", { until: data.until, note: data.note ? `(${data.note})` : "" });
    case "outcome_recorded": return say("ev_outcome", { outcome: data.outcome, note: data.note ? `(${data.note})` : "" });
    case "feedback_given": return say(data.rating === "up" ? "ev_up" : "ev_down", { comment: data.comment ? `: “${data.comment}”` : "" });
    case "conversation_closed": return say("ev_closed", { reason: data.reason });
    default: return [];
  }
}
