/** The desk's door: name and password, and a password of one's own at the first sign-in. Below: dom.js. */

import { h, icon } from "/assets/dom.js";

/**
 * @param {{problem: string, busy: boolean, mustChange: boolean, onSignIn: (name: string, password: string) => void,
 *   onChange: (old: string, fresh: string) => void}} view
 */
export function signInView(view) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const values = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const first = String(values.get("first") ?? "");
    const second = String(values.get("second") ?? "");
    if (view.mustChange) view.onChange(first, second);
    else view.onSignIn(first, second);
  };
  const labels = view.mustChange ? ["One-time password", "Your new password"] : ["Name", "Password"];
  return h("main", { class: "door" },
    h("form", { class: "door-card", onsubmit: submit },
      h("div", { class: "door-mark" }, icon("chat")),
      h("h1", {}, view.mustChange ? "Choose your password" : "Agents’ desk"),
      h("p", { class: "soft" }, view.mustChange
        ? "The first one was for this sign-in only. At least 10 characters."
        : "The first account is “admin”; its one-time password lies in the server’s data folder."),
      h("label", {}, labels[0], h("input", {
        name: "first", required: true, autofocus: true, type: view.mustChange ? "password" : "text",
        autocomplete: view.mustChange ? "current-password" : "username" })),
      h("label", {}, labels[1], h("input", {
        name: "second", required: true, type: "password", minlength: view.mustChange ? 10 : null,
        autocomplete: view.mustChange ? "new-password" : "current-password" })),
      view.problem ? h("p", { class: "problem", role: "alert" }, view.problem) : null,
      h("button", { class: "primary", disabled: view.busy }, view.mustChange ? "Set password" : "Sign in")));
}
