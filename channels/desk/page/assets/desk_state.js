/**
 * What an agent's screen shows, as a fold: (state, what happened) -> state. No I/O, nothing of the page.
 *
 * Above: desk_element.js. Below: the frames of /v1/desk/socket and the answers of /v1/desk.
 *
 * @typedef {{conversation_id: string, status: string, waiting_since: string, reason: string, summary: string, language: string,
 *   channel: string, customer_id: string, last_words: string, sentiment: string, agent: {agent_id: string, name: string}|null,
 *   last_seq: number}} Line
 * @typedef {{seq: number, at: string, type: string, actor: {kind: string, id: string}, channel: string, data: any}} DeskEvent
 * @typedef {{id: string, events: DeskEvent[], writing: {turn: string, text: string}|null, typing: boolean, stage: string,
 *   details: any, draft: {id: string, text: string, citations: any[]}|null, drafting: boolean}} Open
 * @typedef {{me: {id: string, name: string, role: string}|null, connected: boolean, lines: Line[], open: Open|null,
 *   found: any, problem: string}} State
 */

/** @returns {State} */
export function empty() {
  return { me: null, connected: false, lines: [], open: null, found: null, problem: "" };
}

/**
 * @param {State} state
 * @param {any} frame a frame of the desk's socket
 * @returns {State}
 */
export function received(state, frame) {
  switch (frame.type) {
    case "welcome": return { ...state, connected: true, problem: "", me: { id: frame.agent_id, name: frame.name, role: frame.role } };
    case "queue": return { ...state, lines: sorted(frame.conversations) };
    case "queue_changed": return { ...state, lines: sorted([...without(state.lines, frame.line.conversation_id), frame.line]) };
    case "queue_left": return { ...state, lines: without(state.lines, frame.conversation_id) };
    case "error": return { ...state, problem: frame.detail };
    default: return state.open && frame.conversation_id === state.open.id ? { ...state, open: inOpen(state.open, frame) } : state;
  }
}

/**
 * @param {Open} open
 * @param {any} frame
 * @returns {Open}
 */
function inOpen(open, frame) {
  if (frame.type === "event") return withEvent(open, frame.event);
  if (frame.type === "delta") {
    const before = open.writing && open.writing.turn === frame.turn_id ? open.writing.text : "";
    return { ...open, writing: { turn: frame.turn_id, text: before.slice(0, frame.offset) + frame.text } };
  }
  if (frame.type !== "signal") return open;
  if (frame.signal === "typing" && frame.who === "customer") return { ...open, typing: frame.on };
  return frame.signal === "stage" ? { ...open, stage: frame.label } : open;
}

/**
 * Each once and in order, whatever comes twice.
 * @param {Open} open
 * @param {DeskEvent} event
 * @returns {Open}
 */
function withEvent(open, event) {
  const last = open.events.at(-1)?.seq ?? 0;
  if (event.seq <= last) return open;
  const ended = ["assistant_said", "reply_ready", "turn_failed"].includes(event.type);
  return {
    ...open,
    events: [...open.events, event],
    writing: ended ? null : open.writing,
    stage: ended ? "" : open.stage,
    typing: event.type === "customer_said" ? false : open.typing,
  };
}

/**
 * @param {State} state
 * @param {string} id
 * @returns {State}
 */
export function opened(state, id) {
  if (state.open?.id === id) return state;
  return { ...state, problem: "", open: { id, events: [], writing: null, typing: false, stage: "", details: null, draft: null, drafting: false } };
}

/**
 * @param {State} state
 * @param {Partial<Open>} change of the open conversation
 * @returns {State}
 */
export function changed(state, change) {
  return state.open ? { ...state, open: { ...state.open, ...change } } : state;
}

/**
 * Who may answer in the open conversation now.
 * @param {State} state
 * @returns {"mine"|"theirs"|"free"|"closed"}
 */
export function standing(state) {
  const events = state.open?.events ?? [];
  for (let place = events.length - 1; place >= 0; place -= 1) {
    const { type, data } = events[place];
    if (type === "conversation_closed") return "closed";
    if (type === "agent_left") return "free";
    if (type === "agent_joined") return data.agent_id === state.me?.id ? "mine" : "theirs";
  }
  return "free";
}

/**
 * The transcript as bubbles: what people read, in order; a reply that was spoken stands once.
 * @param {DeskEvent[]} events
 * @returns {{seq: number, who: "customer"|"assistant"|"agent"|"note"|"event", text: string, at: string, name: string, event: DeskEvent}[]}
 */
export function bubbles(events) {
  const spoken = new Set(events.filter(({ type }) => type === "assistant_said" || type === "turn_failed").map(({ data }) => data.turn_id));
  const names = new Map(events.filter(({ type }) => type === "agent_joined").map(({ data }) => [data.agent_id, data.name]));
  return events.flatMap((event) => {
    const { seq, at, type, data } = event;
    const one = (/** @type {any} */ who, /** @type {string} */ text, name = "") => (text ? [{ seq, who, text, at, name, event }] : []);
    switch (type) {
      case "customer_said": return one("customer", data.text, data.audio ? "spoken" : "");
      case "reply_ready": return spoken.has(data.turn_id) ? [] : one("assistant", data.text, "speaking");
      case "assistant_said": return one("assistant", data.text, data.interrupted ? "interrupted" : data.written_by);
      case "turn_failed": return one("assistant", data.text ?? "");
      case "agent_said": return one("agent", data.text, names.get(data.agent_id) ?? data.agent_id);
      case "note_added": return one("note", data.text, names.get(data.agent_id) ?? data.agent_id);
      case "handoff_requested": return one("event", data.reason === "asked" ? "The customer asked for a person" : `A person was asked for: ${data.reason}`);
      case "agent_joined": return one("event", `${data.name} joined`);
      case "agent_left": return one("event", `${data.name} left`);
      case "channel_joined": return one("event", `Joined by ${data.channel}`);
      case "customer_identified": return one("event", `Identified as ${data.customer_id} by ${data.method}`);
      case "confirmation_asked": return one("event", `Asked for a yes: ${data.summary}`);
      case "conversation_closed": return one("event", `Closed: ${data.reason}`);
      default: return [];
    }
  });
}

/**
 * Why the assistant said that: what was looked up in its turn, on what the words rest, what made them.
 * @param {DeskEvent[]} events
 * @param {DeskEvent} reply
 */
export function reasons(events, reply) {
  const turn = reply.data.turn_id;
  const tools = events.filter(({ type, data }) => type === "tool_called" && data.turn_id === turn).map(({ data }) => data.name);
  const began = events.find(({ type, data }) => type === "turn_started" && data.turn_id === turn);
  const seconds = began ? (Date.parse(reply.at) - Date.parse(began.at)) / 1000 : null;
  return {
    tools: [...new Set(tools)],
    evidence: [...(reply.data.citations ?? []), ...(reply.data.cards ?? [])].map((/** @type {any} */ one) => one.title).filter(Boolean),
    versions: Object.entries(reply.data.versions ?? {}).map(([part, version]) => `${part} ${version}`),
    writtenBy: reply.data.written_by ?? "template",
    seconds,
  };
}

/** @param {Line[]} lines those that wait first, the longest wait ahead */
function sorted(lines) {
  const rank = (/** @type {Line} */ line) => (line.status === "waiting_for_agent" ? 0 : 1);
  return [...lines].sort((a, b) => rank(a) - rank(b) || a.waiting_since.localeCompare(b.waiting_since));
}

/**
 * @param {Line[]} lines
 * @param {string} id
 */
function without(lines, id) {
  return lines.filter((line) => line.conversation_id !== id);
}

/**
 * "2 min", "1 h 05": how long somebody waits.
 * @param {string} since
 * @param {number} now milliseconds
 */
export function waited(since, now) {
  const seconds = Math.max(0, (now - Date.parse(since)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}
