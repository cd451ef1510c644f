/**
 * All that can be done, once: the keys, the palette and the help overlay are made of it.
 *
 * Above: desk_element.js, the palette, the help. Below: the acts.
 *
 * @typedef {{id: string, word: import("./words.js").Key, key?: string, icon: keyof typeof import("./icons.js").ICONS, group: "go"|"talk"|"help"|"house",
 *   when: boolean, run: () => void}} Command
 */

import { asleep, front, groups, leads, stands } from "./state/desk.js";

/** @param {import("./app.js").App} app @returns {Command[]} */
export function commands(app) {
  return [...reviewing(app), ...going(app), ...handling(app), ...helping(app), ...house(app)];
}

/** @param {import("./app.js").App} app @returns {Command[]} */
function going({ state, handle, show }) {
  const desk = state.view === "desk";
  return [
    { id: "down", word: "cmd_down", key: "j", icon: "down", group: "go", when: desk, run: () => handle.step(1) },
    { id: "up", word: "cmd_up", key: "k", icon: "down", group: "go", when: desk, run: () => handle.step(-1) },
    { id: "next", word: "cmd_next", key: "n", icon: "bolt", group: "go", when: groups(state).waiting.length > 0, run: () => handle.next() },
    { id: "tab_next", word: "cmd_tab_next", key: "]", icon: "chat", group: "go", when: state.order.length > 1, run: () => handle.stepTab(1) },
    { id: "tab_before", word: "cmd_tab_before", key: "[", icon: "chat", group: "go", when: state.order.length > 1, run: () => handle.stepTab(-1) },
    { id: "tab_shut", word: "cmd_tab_shut", key: "e", icon: "close", group: "go", when: desk && Boolean(state.current), run: () => handle.shut(state.current) },
    { id: "group", word: "cmd_group", key: "q", icon: "list", group: "go", when: desk, run: () => show.nextGroup() },
    { id: "ask", word: "cmd_ask", key: "/", icon: "search", group: "go", when: desk, run: () => show.lookup() },
    { id: "palette", word: "cmd_palette", key: "Ctrl+K", icon: "keys", group: "go", when: true, run: () => show.palette() },
  ];
}

/** What stands before the others while it is looked at. @param {import("./app.js").App} app @returns {Command[]} */
function reviewing({ state, review }) {
  const here = state.view === "floor" && state.floorTab === "review" && state.review !== null;
  const open = here && state.review?.state === "open" && Boolean(state.review.at);
  return [
    { id: "review_accept", word: "rv_accept", key: "a", icon: "check", group: "talk", when: open, run: () => review.decide("accepted") },
    { id: "review_change", word: "rv_change", key: "e", icon: "edit", group: "talk", when: open, run: () => review.field() },
    { id: "review_reject", word: "rv_reject", key: "x", icon: "close", group: "talk", when: open, run: () => review.decide("rejected") },
    { id: "review_next", word: "rv_next", key: "j", icon: "down", group: "go", when: here, run: () => review.step(1) },
    { id: "review_before", word: "rv_before", key: "k", icon: "down", group: "go", when: here, run: () => review.step(-1) },
    { id: "review_undo", word: "rv_undo", key: "u", icon: "undo", group: "talk", when: here && Boolean(state.review?.undo.length), run: () => review.undo() },
  ];
}

/** @param {import("./app.js").App} app @returns {Command[]} */
function handling({ state, handle, show }) {
  const stand = stands(state);
  const mine = stand === "mine";
  const talk = front(state);
  const sleeps = Boolean(asleep(state));
  return [
    { id: "claim", word: "cmd_claim", key: "c", icon: "person", group: "talk", when: Boolean(talk) && stand === "free", run: () => handle.claim() },
    { id: "reply", word: "cmd_reply", key: "r", icon: "chat", group: "talk", when: Boolean(talk), run: () => show.compose("reply") },
    { id: "note", word: "cmd_note", key: "i", icon: "note", group: "talk", when: Boolean(talk), run: () => show.compose("note") },
    { id: "transfer", word: "cmd_transfer", key: "t", icon: "swap", group: "talk", when: mine, run: () => show.over("transfer") },
    { id: "snooze", word: "cmd_snooze", key: "z", icon: "moon", group: "talk", when: mine && !sleeps, run: () => show.over("snooze") },
    { id: "wake", word: "cmd_wake", key: "z", icon: "bell", group: "talk", when: mine && sleeps, run: () => handle.wake(state.current) },
    { id: "back", word: "cmd_back", key: "b", icon: "back", group: "talk", when: mine, run: () => handle.handBack() },
    { id: "queue", word: "cmd_queue", key: "v", icon: "list", group: "talk", when: mine, run: () => handle.toQueue() },
    { id: "close", word: "cmd_close", key: "x", icon: "check", group: "talk", when: mine, run: () => show.over("close") },
    { id: "dial", word: "cmd_dial", icon: "call", group: "talk", when: mine && Boolean(talk?.details?.on_call), run: () => show.over("dial") },
    { id: "whisper", word: "cmd_whisper", key: "h", icon: "whisper", group: "talk", when: leads(state) && stand === "theirs", run: () => handle.join(state.current) },
    { id: "take_over", word: "cmd_take_over", key: "o", icon: "person", group: "talk", when: leads(state) && stand === "theirs", run: () => handle.takeOver(state.current) },
  ];
}

/** @param {import("./app.js").App} app @returns {Command[]} */
function helping({ state, write, show }) {
  const talk = front(state);
  const mine = stands(state) === "mine";
  return [
    { id: "draft", word: "cmd_draft", key: "d", icon: "spark", group: "help", when: Boolean(talk), run: () => write.draft() },
    { id: "use", word: "cmd_use", key: "u", icon: "insert", group: "help", when: mine && Boolean(talk?.drafts.length), run: () => talk && write.insert(talk.drafts[0]) },
    { id: "send_draft", word: "cmd_send_draft", key: "Shift+U", icon: "send", group: "help", when: mine && Boolean(talk?.drafts.length), run: () => talk && write.sendDraft(talk.drafts[0]) },
    { id: "canned", word: "cmd_canned", key: "l", icon: "bolt", group: "help", when: mine, run: () => show.canned() },
    { id: "why", word: "cmd_why", key: "w", icon: "why", group: "help", when: Boolean(talk?.events.some(({ type }) => type === "assistant_said")), run: () => show.whyLast() },
    { id: "side", word: "cmd_side", key: "p", icon: "side", group: "help", when: Boolean(talk), run: () => show.side() },
  ];
}

/** @param {import("./app.js").App} app @returns {Command[]} */
function house({ state, lead, show }) {
  const away = state.colleagues.find(({ agent_id }) => agent_id === state.me?.id)?.status === "away";
  return [
    { id: "floor", word: "cmd_floor", key: "f", icon: "chart", group: "house", when: leads(state) && state.view === "desk", run: () => show.view("floor") },
    { id: "desk", word: "cmd_desk", key: "f", icon: "desk", group: "house", when: state.view === "floor", run: () => show.view("desk") },
    { id: "away", word: away ? "cmd_available" : "cmd_away", key: "y", icon: "clock", group: "house", when: true, run: () => lead.status(away ? "available" : "away") },
    { id: "sounds", word: state.sounds ? "cmd_sounds_off" : "cmd_sounds_on", key: "s", icon: state.sounds ? "bell_off" : "bell", group: "house", when: true, run: () => show.sounds() },
    { id: "analytics", word: "cmd_analytics", icon: "chart", group: "house", when: leads(state), run: () => show.analytics() },
    { id: "review", word: "cmd_review", icon: "book", group: "house", when: leads(state), run: () => show.review() },
    { id: "audit", word: "cmd_audit", icon: "shield", group: "house", when: leads(state), run: () => show.audit() },
    { id: "replies", word: "cmd_replies", icon: "bolt", group: "house", when: true, run: () => show.replies() },
    { id: "export_csv", word: "cmd_export", icon: "download", group: "house", when: leads(state), run: () => lead.export("csv") },
    { id: "help", word: "cmd_help", key: "?", icon: "keys", group: "house", when: true, run: () => show.over("help") },
    { id: "sign_out", word: "cmd_sign_out", icon: "back", group: "house", when: true, run: () => show.signOut() },
  ];
}

/** The command that a pressed key means, if it can be done now. @param {Command[]} all @param {{key: string, shiftKey: boolean}} event */
export function pressed(all, event) {
  const name = event.shiftKey && /^\p{Lu}$/u.test(event.key) ? `Shift+${event.key}` : event.key;
  return all.find((one) => one.key === name && one.when) ?? null;
}
