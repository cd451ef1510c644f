/**
 * One conversation as an agent's screen holds it, as a fold: (talk, frame) -> talk. No I/O, nothing of the page.
 *
 * Above: desk.js, the views. Below: the frames of /v1/desk/socket, the answers of /v1/desk.
 *
 * @typedef {{seq: number, at: string, type: string, actor: {kind: string, id: string}, channel: string, data: any}} DeskEvent
 * @typedef {{id: string, text: string, citations: any[]}} Draft
 * @typedef {{agent_id: string, name: string, writing: boolean, at: number}} Beside another agent who looks at it, or writes in it
 * @typedef {{id: string, events: DeskEvent[], live: boolean, writing: {turn: string, text: string}|null, typing: boolean, stage: string,
 *   heard: string, here: Record<string, boolean>, beside: Beside[], details: any, summary: string, drafts: Draft[], drafting: boolean,
 *   whispers: {agent_id: string, name: string, text: string, at: string}[], read: number, proposal: any,
 *   translations: Record<string, string>, failed: string}} Talk
 */

const WRITES_MS = 6_000;

/** @param {string} id @returns {Talk} */
export function unread(id) {
  return {
    id, events: [], live: false, writing: null, typing: false, stage: "", heard: "", here: {}, beside: [], details: null, summary: "",
    drafts: [], drafting: false, whispers: [], read: 0, proposal: null, translations: {}, failed: "",
  };
}

/**
 * @param {Talk} talk
 * @param {any} frame
 * @param {string} me
 * @param {number} now
 * @returns {Talk}
 */
export function heard(talk, frame, me, now) {
  switch (frame.type) {
    case "event": return withEvent(talk, frame.event);
    case "live": return { ...talk, live: true, here: { ...lastHere(talk.events), ...talk.here } };
    case "delta": case "snapshot": return { ...talk, writing: { turn: frame.turn_id, text: written(talk, frame) } };
    case "whisper": return { ...talk, whispers: [...talk.whispers, frame.whisper ?? frame].slice(-20) };
    case "signal": return signalled(talk, frame, me, now);
    default: return talk;
  }
}

/** Nobody tells who was here before one looked: the channel that came last and has not left. @param {DeskEvent[]} events */
function lastHere(events) {
  const moved = events.findLast(({ type }) => type === "channel_joined" || type === "channel_left");
  return moved?.type === "channel_joined" ? { [moved.data.channel]: true } : {};
}

/** @param {Talk} talk @param {any} frame */
function written(talk, frame) {
  const before = talk.writing && talk.writing.turn === frame.turn_id ? talk.writing.text : "";
  return before.slice(0, frame.offset) + frame.text;
}

/** @param {Talk} talk @param {any} frame @param {string} me @param {number} now @returns {Talk} */
function signalled(talk, frame, me, now) {
  switch (frame.signal) {
    case "typing":
      if (frame.who === "customer") return { ...talk, typing: frame.on };
      return frame.who === "agent" && frame.agent_id && frame.agent_id !== me ? { ...talk, beside: with_(talk.beside, { agent_id: frame.agent_id, name: frame.name ?? frame.agent_id, writing: frame.on, at: now }) } : talk;
    case "stage": return { ...talk, stage: frame.label };
    case "transcript": return { ...talk, heard: frame.final ? "" : frame.text ?? "" };
    case "presence":
      if (frame.who === "customer") return { ...talk, here: { ...talk.here, [frame.channel]: frame.online } };
      if (!frame.agent_id || frame.agent_id === me) return talk;
      return { ...talk, beside: frame.online ? with_(talk.beside, { agent_id: frame.agent_id, name: frame.name ?? frame.agent_id, writing: false, at: now }) : talk.beside.filter((one) => one.agent_id !== frame.agent_id) };
    default: return talk;
  }
}

/** @param {Beside[]} beside @param {Beside} one */
function with_(beside, one) {
  return [...beside.filter((other) => other.agent_id !== one.agent_id), one];
}

/** Each once and in order, whatever comes twice. @param {Talk} talk @param {DeskEvent} event @returns {Talk} */
function withEvent(talk, event) {
  const last = talk.events.at(-1)?.seq ?? 0;
  if (event.seq <= last) return talk;
  const ended = ["assistant_said", "reply_ready", "turn_failed"].includes(event.type);
  const spoke = event.type === "customer_said";
  return {
    ...talk,
    events: [...talk.events, event],
    writing: ended ? null : talk.writing,
    stage: ended ? "" : talk.stage,
    typing: spoke ? false : talk.typing,
    heard: spoke ? "" : talk.heard,
    here: !talk.live ? talk.here : event.type === "channel_joined" ? { ...talk.here, [event.data.channel]: true } : event.type === "channel_left" ? { ...talk.here, [event.data.channel]: false } : talk.here,
  };
}

/** Who writes here beside me, lately. @param {Talk} talk @param {number} now */
export function collision(talk, now) {
  return talk.beside.filter((one) => one.writing && now - one.at < WRITES_MS).map((one) => one.name);
}

/** Messages that nobody here has looked at. @param {Talk} talk */
export function fresh(talk) {
  return talk.events.filter(({ seq, type }) => seq > talk.read && type === "customer_said").length;
}

/**
 * Who may answer now.
 * @param {Talk|null} talk
 * @param {string} me
 * @returns {"mine"|"theirs"|"free"|"closed"}
 */
export function standing(talk, me) {
  const events = talk?.events ?? [];
  for (let place = events.length - 1; place >= 0; place -= 1) {
    const { type, data } = events[place];
    if (type === "conversation_closed") return "closed";
    if (type === "agent_left") return "free";
    if (type === "agent_joined") return data.agent_id === me ? "mine" : "theirs";
  }
  return "free";
}

/** Where nobody has it: does it wait for a person, or does the assistant answer? @param {DeskEvent[]} events */
export function waits(events) {
  for (let place = events.length - 1; place >= 0; place -= 1) {
    const { type } = events[place];
    if (type === "handoff_requested") return true;
    if (["agent_left", "agent_joined", "handoff_ended"].includes(type)) return false;
  }
  return false;
}

/**
 * The channels this customer was and is on, in the order they came.
 * @param {Talk} talk
 * @returns {{channel: string, online: boolean}[]}
 */
export function devices(talk) {
  const joined = talk.events.filter(({ type }) => type === "channel_joined").map(({ data }) => data.channel);
  const all = [...new Set([...joined, ...Object.keys(talk.here)])].filter((channel) => channel !== "desk");
  return all.map((channel) => ({ channel, online: Boolean(talk.here[channel]) }));
}
