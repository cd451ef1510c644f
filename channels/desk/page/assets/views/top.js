/** Along the top: where one is, whether it is live, whether one is there, and the way to everything. Below: paint.js. */

import { icon } from "../icons.js";
import { leads } from "../state/desk.js";
import { v } from "../paint.js";

/** @param {import("../app.js").App} app */
export function topView(app) {
  const { state, t, show } = app;
  return v("header", { class: "top" },
    v("button", { class: "plain left-toggle", "aria-label": t("queue"), "aria-expanded": String(state.left), onclick: () => show.left() }, icon("list")),
    v("span", { class: "brand" }, v("span", { class: "brand-mark" }, icon("desk")), v("span", { class: "brand-name" }, t("desk_title"))),
    leads(state) ? viewSwitch(app) : null,
    v("button", { class: "palette-button", onclick: () => show.palette() }, icon("search"), v("span", {}, t("palette_hint")), v("kbd", {}, mac() ? "⌘K" : "Ctrl K")),
    link(app),
    presence(app),
    v("button", { class: "plain", "aria-pressed": String(state.sounds), "aria-label": t("sounds"), title: t("sounds"), onclick: () => show.sounds() }, icon(state.sounds ? "bell" : "bell_off")),
    v("button", { class: "plain wide-only", "aria-label": t("keys"), title: t("keys"), onclick: () => show.over("help") }, icon("keys")),
    v("button", { class: "plain side-toggle", "aria-label": t("copilot"), "aria-expanded": String(state.side), onclick: () => show.side() }, icon("side")),
    menu(app));
}

function mac() {
  return /Mac|iPad|iPhone/.test(navigator.platform);
}

/** @param {import("../app.js").App} app */
function viewSwitch({ state, t, show }) {
  const one = (/** @type {"desk"|"floor"} */ view, /** @type {any} */ word, /** @type {any} */ picture) =>
    v("button", { "aria-label": t(word), "aria-pressed": String(state.view === view), onclick: () => show.view(view) }, icon(picture), v("span", {}, t(word)));
  return v("div", { class: "switch", role: "group", "aria-label": t("views") }, one("desk", "view_desk", "chat"), one("floor", "view_floor", "chart"));
}

/** @param {import("../app.js").App} app */
function link({ state, t }) {
  const words = { live: t("link_live"), connecting: t("link_connecting"), lost: t("link_lost"), offline: t("link_offline") };
  return v("span", { class: `link ${state.link}`, role: "status" }, state.link === "offline" ? icon("offline") : v("span", { class: "dot", "aria-hidden": "true" }), v("span", { class: "link-words" }, words[state.link]));
}

/** @param {import("../app.js").App} app */
function presence({ state, t, lead }) {
  const me = state.colleagues.find(({ agent_id }) => agent_id === state.me?.id);
  if (!me) return null;
  const away = me.status === "away";
  return v("button", { class: `presence ${away ? "away" : "available"}`, "aria-pressed": String(!away), title: t("presence_hint"), onclick: () => lead.status(away ? "available" : "away") },
    v("span", { class: "dot", "aria-hidden": "true" }), v("span", {}, t(away ? "away" : "available")), v("span", { class: "load" }, `${me.has}/${me.capacity}`));
}

/** @param {import("../app.js").App} app */
function menu({ state, t, show }) {
  const name = state.me?.name ?? "";
  return v("button", { class: "me", "aria-haspopup": "dialog", onclick: () => show.over("me") },
    v("span", { class: "initials", "aria-hidden": "true" }, initials(name)), v("span", { class: "me-name" }, name), v("span", { class: "hidden" }, t("me_menu")));
}

/** @param {string} name */
export function initials(name) {
  return name.split(/\s+/).map((part) => [...part][0] ?? "").join("").slice(0, 2).toUpperCase() || "·";
}

/** What goes wrong with the line, across the page, in words. @param {import("../app.js").App} app */
export function bannerView({ state, t }) {
  if (state.link === "offline") return v("p", { class: "banner bad", role: "alert" }, icon("offline"), t("banner_offline"));
  if (state.link === "lost") return v("p", { class: "banner warn", role: "alert" }, icon("alert"), t("banner_lost"));
  if (state.hours && !state.hours.open) return v("p", { class: "banner calm" }, icon("clock"), t("banner_closed", { when: state.hours.opens_at ? new Date(state.hours.opens_at).toLocaleString([], { weekday: "long", hour: "2-digit", minute: "2-digit" }) : "–" }));
  return null;
}
