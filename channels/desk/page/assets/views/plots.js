/** The supervisor's plots, drawn in SVG: volume and waits by hour, counts by name. Values stand in words, too. Below: state/plots.js. */

import { v } from "../paint.js";
import { hourly, line, scale, shares, timeScale } from "../state/plots.js";
import { exactly, lasting } from "../state/times.js";
import { worded } from "../words.js";

const WIDTH = 720;
const HEIGHT = 190;
const PAD = { left: 44, right: 8, top: 10, bottom: 24 };

/** @param {any[]} rows @param {{top: number, ticks: number[]}} scaled @param {(value: number) => string} told */
function frame(rows, { top, ticks }, told) {
  const step = (WIDTH - PAD.left - PAD.right) / Math.max(1, rows.length);
  const x = (/** @type {number} */ n) => PAD.left + step * (n + 0.5);
  const y = (/** @type {number} */ value) => HEIGHT - PAD.bottom - (value / top) * (HEIGHT - PAD.top - PAD.bottom);
  const every = Math.ceil(rows.length / 14);
  const grid = ticks.map((tick) => v("g", { key: `t${tick}` }, v("line", { x1: PAD.left, x2: WIDTH - PAD.right, y1: y(tick), y2: y(tick), class: "grid" }), v("text", { x: PAD.left - 6, y: y(tick) + 4, class: "tick end" }, told(tick))));
  const hours = rows.map((row, n) => (n % every ? null : v("text", { key: `h${n}`, x: x(n), y: HEIGHT - 6, class: "tick middle" }, hour(row.hour))));
  return { x, y, step, marks: [grid, hours] };
}

/** @param {string} at */
function hour(at) {
  return String(new Date(at).getHours()).padStart(2, "0");
}

/** How many asked, and how many of them somebody came to. @param {import("../app.js").App} app @param {any[]} given */
export function hoursPlot({ t }, given) {
  const rows = hourly(given ?? []);
  if (!rows.length) return v("p", { class: "empty" }, t("no_figures"));
  const { x, y, step, marks } = frame(rows, scale(Math.max(...rows.map(({ asked }) => asked))), String);
  const wide = Math.min(34, step * 0.62);
  const bar = (/** @type {number} */ n, /** @type {number} */ value, /** @type {string} */ kind) => v("rect", { x: (x(n) - wide / 2).toFixed(1), width: wide.toFixed(1), y: y(value).toFixed(1), height: Math.max(0, HEIGHT - PAD.bottom - y(value)).toFixed(1), rx: 2, class: kind });
  return v("figure", { class: "plot" },
    v("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": rows.map((row) => `${hour(row.hour)}: ${t("plot_asked")} ${row.asked}, ${t("plot_claimed")} ${row.claimed}`).join("; ") },
      marks, rows.map((row, n) => v("g", { key: row.hour }, v("title", {}, `${hour(row.hour)}:00 · ${row.asked} / ${row.claimed}`), bar(n, row.asked, "bar asked"), bar(n, row.claimed, "bar claimed")))),
    legend([["asked", t("plot_asked")], ["claimed", t("plot_claimed")]]));
}

/** @param {import("../app.js").App} app @param {any[]} given @param {number} level */
export function waitsPlot({ t }, given, level) {
  const rows = hourly(given ?? []);
  const most = Math.max(level || 0, ...rows.flatMap((row) => [row.wait_p50 ?? 0, row.wait_p95 ?? 0]));
  if (!rows.length) return v("p", { class: "empty" }, t("no_figures"));
  const { x, y, marks } = frame(rows, timeScale(most), (value) => lasting(value));
  const dots = (/** @type {"wait_p50"|"wait_p95"} */ name) => rows.map((row, n) => (row[name] === null || row[name] === undefined ? null : v("circle", { key: `${name}${n}`, cx: x(n), cy: y(row[name]), r: 3, class: `dot-${name}` }, v("title", {}, exactly(row[name])))));
  return v("figure", { class: "plot" },
    v("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": rows.map((row) => `${hour(row.hour)}: ${row.wait_p50 === null ? "–" : exactly(row.wait_p50)}`).join("; ") },
      marks, level ? v("line", { x1: PAD.left, x2: WIDTH - PAD.right, y1: y(level), y2: y(level), class: "target" }) : null,
      v("path", { d: line(rows.map((row) => row.wait_p95), x, y), class: "curve wait_p95" }), v("path", { d: line(rows.map((row) => row.wait_p50), x, y), class: "curve wait_p50" }), dots("wait_p95"), dots("wait_p50")),
    legend([["wait_p50", t("median")], ["wait_p95", "95 %"], ["target", t("plot_target", { time: exactly(level || 0) })]]));
}

/** @param {string[][]} rows */
function legend(rows) {
  return v("figcaption", { class: "legend" }, rows.map(([kind, words]) => v("span", { key: kind }, v("i", { class: kind, "aria-hidden": "true" }), words)));
}

/** @param {import("../app.js").App} app @param {{name: string, count: number}[]} rows @param {string} family */
export function barsView({ t }, rows, family) {
  if (!rows.length) return v("p", { class: "empty" }, t("no_figures"));
  return v("ul", { class: "bars" }, shares(rows).map((row) => v("li", { key: row.name },
    v("span", { class: "bars-name" }, worded(t, family, row.name)),
    v("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, v("rect", { x: 0, y: 0, width: 100, height: 8, rx: 2, class: "bar-track" }), v("rect", { x: 0, y: 0, width: (row.share * 100).toFixed(1), height: 8, rx: 2, class: "bar claimed" })),
    v("span", { class: "bars-count" }, row.count, v("span", { class: "soft" }, ` ${Math.round(row.part * 100)} %`)))));
}
