/** Latency by stage: median, 95 %, and the last hour as a line. Below: state/sight.js, paint.js. */

import { v } from "/desk/assets/paint.js";
import { INSIDE, curve, hourly, lasting, number } from "../state/sight.js";
import { worded } from "../words.js";

/** @param {import("./figures_view.js").View} view @param {any} seen */
export function stagesView({ t, language, now }, seen) {
  const places = hourly(seen.minutes, now);
  return v("section", { class: "card", "aria-labelledby": "stages", key: "stages" }, v("h2", { id: "stages" }, t("stages")),
    seen.stages.length ? v("table", {},
      v("thead", {}, v("tr", {}, v("th", { scope: "col" }, t("stage")), v("th", { scope: "col", class: "figure" }, t("median")), v("th", { scope: "col", class: "figure" }, t("p95")), v("th", { scope: "col", class: "figure count" }, t("count")), v("th", { scope: "col", class: "plot" }, t("over_time")))),
      v("tbody", {}, seen.stages.map((/** @type {any} */ one) => v("tr", { key: one.stage, class: one.stage === "turn" ? "whole" : INSIDE.includes(one.stage) ? "within" : "" },
        v("th", { scope: "row" }, worded(t, "stage", one.stage)), v("td", { class: "figure" }, lasting(one.p50, language)), v("td", { class: "figure" }, lasting(one.p95, language)), v("td", { class: "figure count soft" }, number(one.n, language)),
        v("td", { class: "plot" }, line(places.map((place) => (place < 0 ? null : one.p95_by_minute[place]))))))))
      : v("p", { class: "soft" }, t("nothing_yet")));
}

/** @param {(number|null)[]} values */
function line(values) {
  return v("svg", { viewBox: "0 0 240 28", preserveAspectRatio: "none", "aria-hidden": "true" }, v("path", { d: curve(values, 240, 28), class: "curve" }));
}
