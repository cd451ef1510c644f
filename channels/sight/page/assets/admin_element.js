/**
 * <aisle-admin>: how the server runs, looked at every few seconds. Holds what was seen last; draws it anew at each look.
 *
 * Below: state/ (figures), views/ (how it looks), admin_client.js (calls).
 */

import { paint, v } from "/desk/assets/paint.js";
import { AdminClient, Gone, Refused } from "./admin_client.js";
import { doorView } from "./views/door_view.js";
import { hourView, nowView, turnsPlot } from "./views/figures_view.js";
import { replicasView } from "./views/replicas_view.js";
import { stagesView } from "./views/stages_view.js";
import { errorsView, healthView, replicaView, versionsView } from "./views/state_view.js";
import { LANGUAGES, chooseLanguage, speaking, worded } from "./words.js";

const EVERY_MS = 5_000;
const NAMES = { en: "English", de: "Deutsch", es: "Español", fr: "Français" };

class AisleAdmin extends HTMLElement {
  #client = new AdminClient();
  #language = chooseLanguage([localStorage.getItem("aisle.admin.language") ?? "", ...navigator.languages]);
  /** @type {any} */
  #seen = null;
  #seenAt = 0;
  #problem = "";
  #lost = false;
  #busy = false;
  #paused = false;
  #copied = "";
  #replica = "";
  #timer = 0;

  connectedCallback() {
    const theme = localStorage.getItem("aisle.admin.theme");
    if (theme) document.documentElement.dataset.theme = theme;
    document.addEventListener("visibilitychange", () => document.hidden || this.#look());
    this.#draw();
    this.#look();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  async #look() {
    clearTimeout(this.#timer);
    if (!this.#client.signedIn || this.#paused || document.hidden) return;
    try {
      this.#seen = await this.#client.sight(this.#replica).catch((error) => {
        if (!(error instanceof Gone)) throw error;
        this.#replica = ""; // it ended: all of them then
        return this.#client.sight();
      });
      [this.#seenAt, this.#lost, this.#problem] = [Date.now(), false, ""];
    } catch (error) {
      if (error instanceof Refused) this.#leave("refused");
      else this.#lost = true;
    }
    this.#draw();
    if (this.#client.signedIn) this.#timer = setTimeout(() => this.#look(), EVERY_MS);
  }

  /** @param {() => Promise<void>|void} how */
  async #enter(how) {
    this.#busy = true;
    this.#draw();
    try {
      await how();
      this.#problem = "";
    } catch (error) {
      this.#problem = error instanceof Refused ? "refused" : "unreachable";
    }
    this.#busy = false;
    await this.#look();
    this.#draw();
    /** @type {HTMLElement|null} */ (this.querySelector("#main"))?.focus({ preventScroll: true });
  }

  /** @param {string} [problem] */
  #leave(problem = "") {
    this.#client.forget();
    [this.#seen, this.#problem] = [null, problem];
    this.#draw();
  }

  /** One replica's figures, or all together. @param {string} replica */
  #show(replica) {
    this.#replica = replica;
    this.#paused = false;
    this.#look();
  }

  /** @param {string} trace */
  async #copy(trace) {
    await navigator.clipboard?.writeText(trace).catch(() => undefined);
    this.#copied = trace;
    this.#draw();
  }

  #theme() {
    const dark = document.documentElement.dataset.theme === "dark" || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("aisle.admin.theme", dark ? "light" : "dark");
  }

  /** @param {string} language */
  #speak(language) {
    this.#language = language;
    localStorage.setItem("aisle.admin.language", language);
    this.#draw();
  }

  #draw() {
    const t = speaking(this.#language);
    document.documentElement.lang = this.#language;
    document.title = `Aisle · ${t("title")}`;
    const door = { t, problem: this.#problem ? t(/** @type {any} */ (this.#problem)) : "", busy: this.#busy, onToken: (/** @type {string} */ token) => this.#enter(() => this.#client.use(token)), onName: (/** @type {string} */ name, /** @type {string} */ password) => this.#enter(() => this.#client.signIn(name, password)) };
    if (!this.#client.signedIn) return paint(this, this.#tools(t, false), doorView(door));
    return paint(this, v("a", { class: "skip", href: "#main", key: "skip" }, t("skip")), this.#tools(t, true), this.#seen ? this.#inside(t) : v("main", { class: "empty", id: "main", key: "empty" }, v("p", { role: "status" }, this.#lost ? t("unreachable") : "…")));
  }

  /** @param {import("./words.js").Translate} t @param {boolean} inside */
  #tools(t, inside) {
    const time = new Intl.DateTimeFormat(this.#language, { timeStyle: "medium" }).format(this.#seenAt);
    return v("header", { class: "top", key: "top" },
      v("span", { class: "brand" }, "Aisle", v("span", { class: "soft" }, t("title"))),
      inside && this.#seen ? v("span", { class: "soft small when" }, t("updated", { time })) : null,
      v("span", { class: "tools" },
        inside ? v("button", { "aria-pressed": this.#paused ? "true" : "false", onclick: () => { this.#paused = !this.#paused; this.#draw(); this.#look(); } }, t(this.#paused ? "go_on" : "pause")) : null,
        v("select", { "aria-label": t("language"), value: this.#language, onchange: (/** @type {any} */ event) => this.#speak(event.currentTarget.value) }, Object.keys(LANGUAGES).map((one) => v("option", { key: one, value: one, selected: one === this.#language }, NAMES[/** @type {keyof typeof NAMES} */ (one)]))),
        v("button", { class: "plain", "aria-label": t("theme"), onclick: () => this.#theme() }, "◐"),
        inside ? v("button", { class: "plain", onclick: () => this.#leave() }, t("leave")) : null));
  }

  /** @param {import("./words.js").Translate} t */
  #inside(t) {
    const view = { t, language: this.#language, now: this.#seenAt };
    const seen = this.#seen;
    const time = new Intl.DateTimeFormat(this.#language, { timeStyle: "medium" }).format(this.#seenAt);
    return v("main", { id: "main", class: "inside", tabindex: "-1", key: "inside" },
      v("h1", { class: `status ${seen.status}` }, v("span", { class: "dot", "aria-hidden": "true" }), worded(t, "status", seen.status)),
      this.#lost ? v("p", { class: "problem", role: "alert" }, t("offline", { seconds: EVERY_MS / 1000, time })) : null,
      replicasView(view, seen, (replica) => this.#show(replica)), hourView(view, seen), turnsPlot(view, seen),
      v("div", { class: "columns" }, healthView(view, seen), nowView(view, seen),
        v("div", { class: "stack wide", key: "left" }, stagesView(view, seen), errorsView(view, seen, this.#copied, (trace) => this.#copy(trace))),
        v("div", { class: "stack", key: "right" }, versionsView(view, seen), replicaView(view, seen))));
  }
}

customElements.define("aisle-admin", AisleAdmin);
