/** Whether the last days' conversations are still like those before: a bar for each thing that is watched. Below: state/drift.js. */

import { v } from "../paint.js";
import { DRIFTED, SHIFTED, along, measured, movedWords } from "../state/drift.js";
import { worded } from "../words.js";

/** @param {import("../app.js").App} app */
export function driftView({ state, t, language }) {
  const { drift } = state;
  if (!measured(drift) || !drift) return v("p", { class: "empty" }, t("drift_too_few"));
  const mark = (/** @type {number} */ at, /** @type {string} */ kind) => v("line", { x1: along(at), x2: along(at), y1: 0, y2: 8, class: `drift-mark ${kind}` });
  return v("div", {}, v("ul", { class: "bars drift" }, drift.rows.map((row) => v("li", { key: row.of, class: row.verdict },
    v("span", { class: "bars-name" }, worded(t, "drift", row.of)),
    v("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, v("rect", { x: 0, y: 0, width: 100, height: 8, rx: 2, class: "bar-track" }), v("rect", { x: 0, y: 0, width: along(row.psi ?? 0).toFixed(1), height: 8, rx: 2, class: `bar drift-${row.verdict}` }), mark(SHIFTED, "shifted"), mark(DRIFTED, "drifted")),
    v("span", { class: "bars-count" }, row.psi === null ? "–" : row.psi.toLocaleString(language, { maximumFractionDigits: 2 })),
    v("span", { class: "soft small-text drift-words" }, `${worded(t, "verdict", row.verdict)}${row.moved.length && row.verdict !== "same" ? `: ${movedWords(row, language, (name) => worded(t, row.of === "channels" ? "channel" : row.of === "intents" ? "intent" : "moved", name))}` : ""}`)))),
    v("p", { class: "soft small-text" }, t("drift_at", { when: new Date(drift.at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" }) })));
}
