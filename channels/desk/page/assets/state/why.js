/**
 * Why the assistant said that: its evidence, what it looked up and how long each took, what made it. Pure.
 *
 * Above: views/why.js. Below: talk.js's events.
 *
 * @typedef {{name: string, from: number, to: number, failed: boolean, kind: "tool"|"rest"}} Bar milliseconds since the turn began
 */

/**
 * @param {import("./talk.js").DeskEvent[]} events
 * @param {import("./talk.js").DeskEvent} reply
 */
export function reasons(events, reply) {
  const turn = reply.data.turn_id;
  const ofTurn = events.filter(({ data }) => data.turn_id === turn && turn);
  const asked = ofTurn.find(({ type }) => type === "turn_started")?.data.answers ?? [];
  return {
    asked: events.filter(({ seq, type }) => type === "customer_said" && asked.includes(seq)).map(({ data }) => data.text),
    evidence: once([...(reply.data.citations ?? []), ...(reply.data.cards ?? []).map((/** @type {any} */ card) => ({ kind: card.kind, id: card.id, title: card.title, quote: card.subtitle }))]),
    tools: calls(ofTurn),
    bars: bars(ofTurn, reply),
    versions: Object.entries(reply.data.versions ?? {}),
    writtenBy: reply.data.written_by ?? "template",
    language: reply.data.language ?? "",
    milliseconds: span(ofTurn, reply),
  };
}

/** A product that is quoted and shown is one thing: what was quoted of it stays. @param {any[]} found @returns {any[]} */
function once(found) {
  return found.filter((one, n) => found.findIndex((other) => other.kind === one.kind && (other.id ?? other.title) === (one.id ?? one.title)) === n);
}

/** @param {import("./talk.js").DeskEvent[]} ofTurn */
function calls(ofTurn) {
  const returned = new Map(ofTurn.filter(({ type }) => type === "tool_returned").map((event) => [event.data.call_id, event]));
  return ofTurn.filter(({ type }) => type === "tool_called").map(({ data, at }) => {
    const answer = returned.get(data.call_id);
    return { name: data.name, arguments: data.arguments ?? {}, error: answer?.data.error ?? "", at, until: answer?.at ?? at };
  });
}

/** @param {import("./talk.js").DeskEvent[]} ofTurn @param {import("./talk.js").DeskEvent} reply */
function span(ofTurn, reply) {
  const began = ofTurn.find(({ type }) => type === "turn_started");
  return began ? Math.max(0, Date.parse(reply.at) - Date.parse(began.at)) : null;
}

/**
 * One bar a call, and one for what is left: understanding before, wording after.
 * @param {import("./talk.js").DeskEvent[]} ofTurn
 * @param {import("./talk.js").DeskEvent} reply
 * @returns {Bar[]}
 */
function bars(ofTurn, reply) {
  const whole = span(ofTurn, reply);
  if (whole === null) return [];
  const zero = Date.parse(/** @type {any} */ (ofTurn.find(({ type }) => type === "turn_started")).at);
  const tools = calls(ofTurn).map((call) => ({
    name: call.name, from: Math.max(0, Date.parse(call.at) - zero), to: Math.max(0, Date.parse(call.until) - zero), failed: Boolean(call.error), kind: /** @type {const} */ ("tool"),
  }));
  const first = tools.length ? tools[0].from : whole;
  const last = tools.length ? Math.max(...tools.map(({ to }) => to)) : whole;
  /** @type {Bar[]} */
  const all = [{ name: tools.length ? "understanding" : "turn", from: 0, to: first, failed: false, kind: "rest" }, ...tools];
  return tools.length ? [...all, { name: "wording", from: last, to: Math.max(last, whole), failed: false, kind: "rest" }] : all;
}
