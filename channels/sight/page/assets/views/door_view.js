/** The operator's door: the admin token, or an administrator of the desk. Below: paint.js. */

import { v } from "/desk/assets/paint.js";

/** @param {{t: import("../words.js").Translate, problem: string, busy: boolean, onToken: (token: string) => void, onName: (name: string, password: string) => void}} view */
export function doorView({ t, problem, busy, onToken, onName }) {
  const submit = (/** @type {(values: FormData) => void} */ then) => (/** @type {any} */ event) => {
    event.preventDefault();
    then(new FormData(event.currentTarget));
  };
  const field = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ type, /** @type {string} */ complete) => v("label", {}, v("span", {}, label), v("input", { name, type, required: true, autocomplete: complete, autocapitalize: "none", spellcheck: "false" }));
  return v("main", { class: "door", key: "door", id: "main" },
    v("h1", {}, t("title")), v("p", { class: "soft" }, t("door_text")),
    problem ? v("p", { class: "problem", role: "alert" }, problem) : null,
    v("form", { key: "token", onsubmit: submit((values) => onToken(String(values.get("token")))) },
      field("token", t("door_token"), "password", "off"), v("p", { class: "soft small" }, t("door_token_help")), v("button", { class: "primary", disabled: busy }, t("door_enter"))),
    v("p", { class: "or" }, t("door_or")),
    v("form", { key: "name", onsubmit: submit((values) => onName(String(values.get("name")), String(values.get("password")))) },
      field("name", t("door_name"), "text", "username"), field("password", t("door_password"), "password", "current-password"), v("button", { disabled: busy }, t("door_enter"))));
}
