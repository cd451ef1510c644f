/** Why the assistant said that, as a drawer: what it rests on, what it looked up, how long each took (drawn), what made it. Below: state/why.js. */

import { icon } from "../icons.js";
import { v } from "../paint.js";
import { front } from "../state/desk.js";
import { brief, clock } from "../state/times.js";
import { readable } from "../state/audit.js";
import { reasons } from "../state/why.js";
import { worded } from "../words.js";
import { dialog } from "./panels.js";
import { markup } from "./markup.js";

const WIDTH = 400;
const NAMES = 132;
const ROW = 24;

/** @param {import("../app.js").App} app @param {any} panel */
export function whyPanel(app, { seq, lineage }) {
  const { state, t, language } = app;
  const events = front(state)?.events ?? [];
  const reply = events.find((event) => event.seq === seq);
  if (!reply) return dialog(app, { key: "why", title: t("why_title"), kind: "drawer" });
  const why = reasons(events, reply);
  return dialog(app, { key: "why", title: t("why_title"), kind: "drawer" },
    why.asked.length ? v("blockquote", { class: "asked" }, why.asked.map((text) => v("p", {}, text))) : null,
    v("div", { class: "why-reply bubble assistant" }, v("span", { class: "bubble-who" }, t("who_assistant"), v("time", { datetime: reply.at }, clock(reply.at, language))), v("div", { class: "bubble-text" }, markup(reply.data.text))),
    section(t("rests_on"), "book", why.evidence.length ? v("ul", { class: "plain-list" }, why.evidence.map((/** @type {any} */ one) => source(app, one, lineage))) : v("p", { class: "soft" }, t("rests_on_nothing"))),
    section(t("took", { time: why.milliseconds === null ? "–" : brief(why.milliseconds) }), "clock", waterfall(why, t)),
    section(t("looked_up"), "search", why.tools.length ? v("ul", { class: "plain-list" }, why.tools.map((tool) => v("li", {},
      v("strong", {}, tool.name.replaceAll("_", " ")), tool.error ? v("span", { class: "tag upset" }, tool.error) : null,
      Object.keys(tool.arguments).length ? v("code", { class: "arguments" }, JSON.stringify(tool.arguments, null, 1)) : null,
      returned(app, tool, lineage)))) : v("p", { class: "soft" }, t("looked_up_nothing"))),
    section(t("made_by"), "spark", v("dl", { class: "facts" }, fact(t("written_by"), why.writtenBy), fact(t("language"), why.language.toUpperCase()), why.versions.map(([name, version]) => fact(worded(t, "part", name), String(version))))));
}

/** What was told of it; once it is known, whether it still says so, and all of it as it was. @param {import("../app.js").App} app @param {any} one @param {any} lineage */
function source({ t }, one, lineage) {
  const known = lineage?.sources.find((/** @type {any} */ other) => other.kind === one.kind && other.id === one.id);
  const text = readable(known?.text ?? "");
  return v("li", { key: `${one.kind} ${one.id ?? one.title}` }, v("span", { class: "tag" }, worded(t, "kind", one.kind)), " ", v("strong", {}, one.title),
    one.quote ? v("p", { class: "soft" }, one.quote) : null,
    known?.version ? v("p", { class: "soft small-text why-version" }, t("why_version", { version: known.version }), known.now === "unknown" ? null : v("span", { class: `tag ${known.now}` }, worded(t, "now", known.now))) : null,
    text.length ? v("details", {}, v("summary", { class: "soft" }, t("why_as_it_was")),
      v("dl", { class: "why-text", tabindex: 0 }, text.map(([name, value]) => v("div", { key: name }, name ? v("dt", {}, name) : null, v("dd", {}, value))))) : null);
}

/** @param {import("../app.js").App} app @param {any} tool @param {any} lineage */
function returned({ t }, tool, lineage) {
  const known = lineage?.tools.find((/** @type {any} */ other) => other.name === tool.name && Date.parse(other.at) === Date.parse(tool.at));
  if (known?.result === undefined || known?.result === null) return null;
  return v("details", {}, v("summary", { class: "soft" }, t("why_returned")), v("code", { class: "arguments" }, JSON.stringify(known.result, null, 1)));
}

/** @param {string} title @param {any} picture @param {...any} children */
function section(title, picture, ...children) {
  return v("section", { class: "why-part" }, v("h3", {}, icon(picture), title), children);
}

/** @param {string} name @param {string} value */
function fact(name, value) {
  return v("div", { key: name }, v("dt", {}, name), v("dd", {}, value || "–"));
}

/** @param {ReturnType<typeof reasons>} why @param {import("../words.js").Translate} t */
function waterfall(why, t) {
  const whole = Math.max(1, why.milliseconds ?? 1, ...why.bars.map(({ to }) => to));
  if (!why.bars.length) return v("p", { class: "soft" }, t("no_timings"));
  const x = (/** @type {number} */ ms) => NAMES + (ms / whole) * (WIDTH - NAMES - 52);
  return v("svg", { class: "waterfall", viewBox: `0 0 ${WIDTH} ${why.bars.length * ROW + 4}`, role: "img", "aria-label": why.bars.map((bar) => `${worded(t, "step", bar.name)} ${brief(bar.to - bar.from)}`).join(", ") },
    why.bars.map((bar, n) => v("g", { key: `${n}` },
      v("text", { x: 0, y: n * ROW + 16, class: "bar-name" }, short(worded(t, "step", bar.name))),
      v("rect", { x: NAMES, y: n * ROW + 5, width: WIDTH - NAMES - 52, height: 14, rx: 3, class: "bar-track" }),
      v("rect", { x: x(bar.from).toFixed(1), y: n * ROW + 5, width: Math.max(2, x(bar.to) - x(bar.from)).toFixed(1), height: 14, rx: 3, class: `bar ${bar.kind} ${bar.failed ? "failed" : ""}` }),
      v("text", { x: WIDTH, y: n * ROW + 16, class: "bar-time" }, brief(bar.to - bar.from)))));
}

/** @param {string} name */
function short(name) {
  return name.length > 21 ? `${name.slice(0, 20)}…` : name;
}
