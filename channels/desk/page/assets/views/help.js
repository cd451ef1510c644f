/** Which keys do what, and oneself. Below: commands.js, panels.js's frame. */

import { commands } from "../commands.js";
import { icon } from "../icons.js";
import { v } from "../paint.js";
import { LANGUAGES, worded } from "../words.js";
import { dialog, labelled } from "./panels.js";

const GROUPS = /** @type {const} */ (["go", "talk", "help", "house"]);

/** @param {import("../app.js").App} app */
export function helpPanel(app) {
  const { t } = app;
  const all = commands(app).filter(({ key, id }, n, list) => key && list.findIndex((one) => one.key === key && one.id.slice(0, 4) === id.slice(0, 4)) === n);
  const extra = { talk: [["Enter", "key_send"], ["Shift+Enter", "key_break"], ["/", "key_slash"], ["Esc", "key_escape"]] };
  return dialog(app, { key: "help", title: t("keys"), kind: "wide help" },
    v("div", { class: "key-groups" }, GROUPS.map((group) => v("section", { key: group }, v("h3", {}, t(`keys_${group}`)),
      v("dl", { class: "keys-list" }, all.filter((one) => one.group === group).map((one) => v("div", { key: one.id }, v("dt", {}, keys(one.key ?? "")), v("dd", {}, t(one.word)))),
        group === "talk" ? extra.talk.map(([key, word]) => v("div", { key: word }, v("dt", {}, keys(key)), v("dd", {}, t(/** @type {any} */ (word))))) : null)))),
    v("label", { class: "check" }, v("input", { type: "checkbox", checked: app.singleKeys, onchange: () => app.show.host.focus("toggle-keys") }), v("span", {}, t("single_keys"))));
}

/** @param {string} key */
function keys(key) {
  return key.split("+").map((one) => v("kbd", {}, one));
}

/** @param {import("../app.js").App} app */
export function mePanel(app) {
  const { state, t, lead, show } = app;
  const me = state.colleagues.find(({ agent_id }) => agent_id === state.me?.id);
  return dialog(app, { key: "me", title: state.me?.name ?? "", kind: "narrow" },
    v("p", { class: "soft" }, `${state.me?.id} · ${worded(t, "role", state.me?.role ?? "")}`),
    me ? labelled(t("capacity"), v("input", { type: "number", min: 1, max: 20, value: me.capacity, onchange: (/** @type {any} */ event) => lead.capacity(Math.min(20, Math.max(1, Number(event.target.value) || 1))) }), t("capacity_hint", { n: me.has })) : null,
    labelled(t("page_language"), v("select", { value: app.language, onchange: (/** @type {any} */ event) => show.host.focus(`language-${event.target.value}`) },
      Object.entries(LANGUAGES).map(([id, words]) => v("option", { key: id, value: id, selected: id === app.language }, words.name)))),
    labelled(t("theme"), v("select", { value: document.documentElement.dataset.theme ?? "system", onchange: (/** @type {any} */ event) => show.host.focus(`theme-${event.target.value}`) },
      ["system", "light", "dark"].map((one) => v("option", { key: one, value: one, selected: one === (document.documentElement.dataset.theme ?? "system") }, worded(t, "theme", one))))),
    v("p", { class: "row end" }, v("button", { onclick: () => { show.shut(); show.signOut(); } }, icon("back"), t("sign_out"))));
}
