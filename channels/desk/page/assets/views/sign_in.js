/** The desk's door: the shop's own provider, or a name and a password, and one of one's own at the first sign-in. Below: paint.js. */

import { icon } from "../icons.js";
import { v } from "../paint.js";

/**
 * @param {{t: import("../words.js").Translate, problem: string, busy: boolean, mustChange: boolean, kept: boolean,
 *   ways: {password: boolean, oidc: {name: string, url: string}|null}|null,
 *   onSignIn: (name: string, password: string) => void, onChange: (old: string, fresh: string) => void}} view
 */
export function signInView(view) {
  const { t, mustChange, ways } = view;
  return v("main", { class: "door" },
    v("div", { class: "door-card" },
      v("div", { class: "door-mark" }, icon("desk")),
      v("h1", {}, t(mustChange ? "door_change" : "desk_title")),
      v("p", { class: "soft" }, t(mustChange ? "door_change_text" : "door_text")),
      view.problem ? v("p", { class: "problem", role: "alert" }, icon("alert"), view.problem) : null,
      view.kept ? v("p", { class: "soft" }, icon("edit"), " ", t("door_drafts")) : null,
      ways?.oidc && !mustChange ? v("button", { class: "primary big", onclick: () => location.assign(/** @type {any} */ (ways).oidc.url) }, icon("shield"), t("door_with", { name: ways.oidc.name })) : null,
      ways?.oidc && ways.password && !mustChange ? v("p", { class: "or" }, t("door_or")) : null,
      mustChange || !ways || ways.password ? form(view) : null));
}

/** @param {Parameters<typeof signInView>[0]} view */
function form({ t, mustChange, busy, ways, onSignIn, onChange }) {
  const submit = (/** @type {any} */ event) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const [first, second] = [String(values.get("first") ?? ""), String(values.get("second") ?? "")];
    if (mustChange) onChange(first, second);
    else onSignIn(first, second);
  };
  return v("form", { key: mustChange ? "change" : "enter", onsubmit: submit },
    v("label", {}, v("span", {}, t(mustChange ? "door_old" : "door_name")), v("input", { name: "first", required: true, autofocus: true, type: mustChange ? "password" : "text", autocomplete: mustChange ? "current-password" : "username", autocapitalize: "none", spellcheck: "false" })),
    v("label", {}, v("span", {}, t(mustChange ? "door_new" : "door_password")), v("input", { name: "second", required: true, type: "password", minlength: mustChange ? 10 : null, autocomplete: mustChange ? "new-password" : "current-password" })),
    v("button", { class: ways?.oidc ? "" : "primary big", disabled: busy }, t(mustChange ? "door_set" : "door_enter")),
    mustChange ? null : v("p", { class: "soft small-text" }, t("door_first")));
}
