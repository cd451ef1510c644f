/**
 * What an agent's screen shows, as a fold: (state, what happened) -> state. No I/O, nothing of the page.
 *
 * Above: desk_element.js, the acts. Below: talk.js; docs/desk-api.md has the frames.
 *
 * @typedef {{agent_id: string, name: string, role: string, status: string, capacity: number, has: number, languages: string[], skills: string[]}} Colleague
 * @typedef {{conversation_id: string, status: string, waiting_since: string, reason: string, summary: string, language: string,
 *   channel: string, customer_id: string, last_words: string, sentiment: string, agent: {agent_id: string, name: string}|null,
 *   last_seq: number, priority?: number, skills?: string[], for_agent?: {agent_id: string, name: string}|null,
 *   reserved_until?: string|null, snoozed_until?: string|null, snooze_note?: string, rule?: string, offered?: boolean,
 *   customer_name?: string}} Line
 * @typedef {"waiting"|"mine"|"snoozed"|"callbacks"|"others"} Tab
 * @typedef {{kind: string, [more: string]: any}} Panel what lies over the page: a dialog, the palette, a drawer
 * @typedef {{id: number, text: string, tone: "good"|"bad"|"plain", undo: (() => void)|null}} Toast
 * @typedef {{me: {id: string, name: string, role: string}|null, link: "connecting"|"live"|"lost"|"offline", loaded: boolean, lines: Line[],
 *   colleagues: Colleague[], callbacks: any[], callbacksOpen: number, talks: Record<string, import("./talk.js").Talk>, order: string[],
 *   current: string, tab: Tab, view: "desk"|"floor", floorTab: string, panel: Panel|null, toasts: Toast[], asking: any, replies: any[],
 *   fields: string[], hours: any, figures: any, figuresDay: string, audit: import("./audit.js").Audit|null,
 *   analytics: import("./analytics.js").Figures|null, analyticsOf: import("./analytics.js").Narrowed, analyticsNames: {channels: {name: string}[], languages: {name: string}[]},
 *   drift: import("./drift.js").DriftFound|null, review: import("./review.js").Review|null,
 *   sounds: boolean, side: boolean, left: boolean, problem: string}} State
 */

import { everything } from "./analytics.js";
import { fresh, heard, standing, unread } from "./talk.js";

/** @returns {State} */
export function empty() {
  return {
    me: null, link: "connecting", loaded: false, lines: [], colleagues: [], callbacks: [], callbacksOpen: 0, talks: {}, order: [], current: "",
    tab: "waiting", view: "desk", floorTab: "live", panel: null, toasts: [], asking: null, replies: [], fields: [], hours: null,
    figures: null, figuresDay: "", audit: null, analytics: null, analyticsOf: everything(), analyticsNames: { channels: [], languages: [] }, drift: null, review: null, sounds: false, side: false, left: false, problem: "",
  };
}

/**
 * @param {State} state
 * @param {any} frame a frame of the desk's socket
 * @param {number} now
 * @returns {State}
 */
export function received(state, frame, now) {
  switch (frame.type) {
    case "welcome": return { ...state, link: "live", problem: "", me: { id: frame.agent_id, name: frame.name, role: frame.role } };
    case "queue": return { ...state, loaded: true, lines: sorted(frame.conversations) };
    case "queue_changed": return { ...state, lines: sorted([...without(state.lines, frame.line.conversation_id), frame.line]) };
    case "queue_left": return { ...state, lines: without(state.lines, frame.conversation_id) };
    case "colleagues": return { ...state, colleagues: frame.agents };
    case "callbacks": return { ...state, callbacksOpen: frame.open };
    case "error": return { ...state, problem: frame.detail };
    case "agents": return inTalk(state, frame.conversation_id, (talk) => ({ ...talk, beside: besides(talk, frame.agents, state.me?.id ?? "", now) }));
    case "collision": return inTalk(state, frame.conversation_id, (talk) => ({
      ...talk, beside: [...talk.beside.filter((one) => one.agent_id !== frame.agent.agent_id), { ...frame.agent, writing: true, at: now }],
    }));
    case "summary": return inTalk(state, frame.conversation_id, (talk) => ({ ...talk, summary: frame.summary }));
    case "draft": return inTalk(state, frame.conversation_id, (talk) => drafted(talk, frame.suggestion));
    default: return frame.conversation_id ? inTalk(state, frame.conversation_id, (talk) => seen(heard(talk, frame, state.me?.id ?? "", now), state)) : state;
  }
}

/** @param {import("./talk.js").Talk} talk @param {any} one @returns {import("./talk.js").Talk} */
export function drafted(talk, one) {
  const draft = { id: one.suggestion_id, text: one.text, citations: one.citations ?? [] };
  return { ...talk, drafting: false, drafts: [draft, ...talk.drafts.filter(({ id, text }) => id !== draft.id && text !== draft.text)].slice(0, 5) };
}

/** @param {import("./talk.js").Talk} talk @param {any[]} agents @param {string} me @param {number} now */
function besides(talk, agents, me, now) {
  return agents.filter((one) => one.agent_id !== me).map((one) => ({ agent_id: one.agent_id, name: one.name, writing: one.doing === "writing", at: now }));
}

/** What is in front of the agent counts as read. @param {import("./talk.js").Talk} talk @param {State} state */
function seen(talk, state) {
  return talk.id === state.current && state.view === "desk" ? { ...talk, read: talk.events.at(-1)?.seq ?? 0 } : talk;
}

/**
 * @param {State} state
 * @param {string} id
 * @param {(talk: import("./talk.js").Talk) => import("./talk.js").Talk} change
 * @returns {State}
 */
export function inTalk(state, id, change) {
  const talk = state.talks[id];
  if (!talk) return state;
  const next = change(talk);
  return next === talk ? state : { ...state, talks: { ...state.talks, [id]: next } };
}

/** @param {State} state @param {string} id @returns {State} */
export function opened(state, id) {
  const talk = state.talks[id] ?? unread(id);
  return {
    ...state, view: "desk", current: id, problem: "", left: false, asking: state.current === id ? state.asking : null,
    order: state.order.includes(id) ? state.order : [...state.order, id],
    talks: { ...state.talks, [id]: { ...talk, read: talk.events.at(-1)?.seq ?? 0 } },
  };
}

/** The tab beside it comes forward. @param {State} state @param {string} id @returns {State} */
export function shut(state, id) {
  const at = state.order.indexOf(id);
  if (at < 0) return state;
  const order = state.order.filter((one) => one !== id);
  const { [id]: _, ...talks } = state.talks;
  const current = state.current === id ? order[Math.min(at, order.length - 1)] ?? "" : state.current;
  return current ? opened({ ...state, order, talks }, current) : { ...state, order, talks, current };
}

/** @param {State} state */
export function front(state) {
  return state.talks[state.current] ?? null;
}

/** @param {State} state */
export function stands(state) {
  return standing(front(state), state.me?.id ?? "");
}

/** Until when the conversation in front is laid aside, or nothing. @param {State} state @returns {string|null} */
export function asleep(state) {
  return lineOf(state, state.current)?.snoozed_until ?? front(state)?.details?.snoozed_until ?? null;
}

/** @param {State} state @param {string} id */
export function lineOf(state, id) {
  return state.lines.find((line) => line.conversation_id === id) ?? null;
}

/**
 * The queue in its groups; what is snoozed stands apart whoever has it.
 * @param {State} state
 * @returns {Record<"waiting"|"mine"|"snoozed"|"others", Line[]>}
 */
export function groups(state) {
  const me = state.me?.id;
  const asleep = state.lines.filter((line) => line.snoozed_until);
  const awake = state.lines.filter((line) => !line.snoozed_until);
  return {
    waiting: awake.filter((line) => line.status === "waiting_for_agent"),
    mine: awake.filter((line) => line.status !== "waiting_for_agent" && line.agent?.agent_id === me),
    snoozed: asleep.filter((line) => !line.agent || line.agent.agent_id === me),
    others: state.lines.filter((line) => line.status !== "waiting_for_agent" && line.agent && line.agent.agent_id !== me),
  };
}

/** The lines of the tab in front. @param {State} state @returns {Line[]} */
export function shown(state) {
  return state.tab === "callbacks" ? [] : groups(state)[state.tab];
}

/** What waits for me to look: for the title and the tabs. @param {State} state */
export function attention(state) {
  const { waiting } = groups(state);
  const unseen = state.order.filter((id) => id !== state.current).reduce((sum, id) => sum + fresh(state.talks[id]), 0);
  return waiting.length + unseen;
}

/** Those that wait first: the urgent ahead, then the longest wait. @param {Line[]} lines */
export function sorted(lines) {
  const rank = (/** @type {Line} */ line) => (line.status === "waiting_for_agent" ? 0 : 1);
  return [...lines].sort((a, b) => rank(a) - rank(b) || (b.priority ?? 0) - (a.priority ?? 0) || a.waiting_since.localeCompare(b.waiting_since));
}

/** @param {Line[]} lines @param {string} id */
function without(lines, id) {
  return lines.filter((line) => line.conversation_id !== id);
}

/** How a customer is called where there is little room; nameless ones are told apart by the end of their id. @param {Line|null} line @param {any} details @param {string} guest */
export function called(line, details, guest) {
  const person = details?.customer;
  const id = line?.conversation_id ?? details?.conversation_id ?? "";
  return person?.name || line?.customer_name || person?.customer_id || line?.customer_id || `${guest} ${id.slice(-4).toUpperCase()}`.trim();
}

/** @param {State} state */
export function leads(state) {
  return state.me?.role === "supervisor" || state.me?.role === "admin";
}
