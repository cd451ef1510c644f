/** The queue: who waits, how long, why, in which mood. Below: desk_state.js, dom.js. */

import { h } from "/assets/dom.js";
import { waited } from "./desk_state.js";

/** Channels as agents say them. */
const CHANNELS = { web: "Web", mobile: "Mobile", kiosk: "Kiosk", call: "Phone", api: "API", desk: "Desk" };

/**
 * @param {import("./desk_state.js").State} state
 * @param {number} now
 * @param {(id: string) => void} open
 */
export function queueView(state, now, open) {
  const waiting = state.lines.filter((line) => line.status === "waiting_for_agent");
  const taken = state.lines.filter((line) => line.status !== "waiting_for_agent");
  return h("nav", { class: "queue", "aria-label": "Queue" },
    h("h2", {}, "Waiting ", h("span", { class: "count" }, waiting.length)),
    waiting.length ? h("ul", {}, waiting.map((line) => lineView(line, state, now, open)))
      : h("p", { class: "soft calm" }, "Nobody waits. New conversations appear here by themselves."),
    taken.length ? [h("h2", {}, "With an agent ", h("span", { class: "count" }, taken.length)),
      h("ul", {}, taken.map((line) => lineView(line, state, now, open)))] : []);
}

/**
 * @param {import("./desk_state.js").Line} line
 * @param {import("./desk_state.js").State} state
 * @param {number} now
 * @param {(id: string) => void} open
 */
function lineView(line, state, now, open) {
  const here = state.open?.id === line.conversation_id;
  return h("li", {},
    h("button", { class: `line ${line.sentiment}`, "aria-current": here ? "true" : null, "data-id": line.conversation_id,
      onclick: () => open(line.conversation_id) },
      h("span", { class: "line-top" },
        h("strong", {}, line.customer_id || "Guest"),
        h("time", { datetime: line.waiting_since, class: "wait" }, waited(line.waiting_since, now))),
      h("span", { class: "line-words" }, line.last_words || line.summary),
      h("span", { class: "tags" },
        h("span", { class: "tag" }, CHANNELS[/** @type {keyof typeof CHANNELS} */ (line.channel)] ?? line.channel),
        h("span", { class: "tag" }, line.language.toUpperCase()),
        h("span", { class: "tag" }, line.reason),
        line.sentiment === "upset" ? h("span", { class: "tag upset" }, "Upset") : null,
        line.agent ? h("span", { class: "tag mine" }, line.agent.agent_id === state.me?.id ? "You" : line.agent.name) : null)));
}
