/** Before the desk: signing in by password or by the shop's provider, whose answer comes in the address. Above: desk_element.js. */

import { paint } from "./paint.js";
import { signInView } from "./views/sign_in.js";
import { worded } from "./words.js";

export class Door {
  #view = { problem: "", busy: false, mustChange: false, kept: false, ways: /** @type {any} */ (null) };

  /** @param {HTMLElement} place @param {import("./desk_client.js").DeskClient} client @param {import("./words.js").Translate} t @param {() => void} enter */
  constructor(place, client, t, enter) {
    this.place = place;
    this.client = client;
    this.t = t;
    this.enter = enter;
  }

  /** @param {string} problem @param {boolean} kept whether something unsent waits */
  async open(problem, kept) {
    const given = new URLSearchParams(location.hash.slice(1));
    if (given.has("ticket") || given.has("sign_in_failed")) history.replaceState(null, "", location.pathname);
    this.#view = { problem: given.has("sign_in_failed") ? worded(this.t, "oidc", given.get("sign_in_failed") ?? "") : problem, busy: false, mustChange: false, kept, ways: null };
    this.#draw();
    const ticket = given.get("ticket");
    if (ticket) return this.#through(() => this.client.redeem(ticket));
    this.#view.ways = await this.client.ways();
    this.#draw();
  }

  #draw() {
    if (this.client.signedIn && !this.#view.mustChange) return;
    paint(this.place, signInView({
      ...this.#view, t: this.t,
      onSignIn: (name, password) => this.#through(() => this.client.signIn(name, password)),
      onChange: (old, fresh) => this.#through(() => this.client.changePassword(old, fresh)),
    }));
  }

  /** @param {() => Promise<any>} knock */
  async #through(knock) {
    this.#view = { ...this.#view, busy: true, problem: "" };
    this.#draw();
    try {
      const answer = await knock();
      this.#view = { ...this.#view, busy: false, mustChange: answer.must_change_password };
      if (!answer.must_change_password) return this.enter();
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      this.#view = { ...this.#view, busy: false, problem: code === "unreachable" ? this.t("problem_unreachable") : message || worded(this.t, "problem", code) };
    }
    this.#draw();
  }
}
