/**
 * <aisle-desk>: one agent's screen. Holds the state, draws it at most once a frame, and lets keys do what buttons do.
 *
 * Below: state/ (what is shown), acts/ (what is done), views/ (how it looks), desk_client.js (calls).
 */

import { Handling } from "./acts/handling.js";
import { Leading } from "./acts/leading.js";
import { Reviewing } from "./acts/reviewing.js";
import { Serving } from "./acts/serving.js";
import { Writing } from "./acts/writing.js";
import { chime } from "./chime.js";
import { commands, pressed } from "./commands.js";
import { DeskClient } from "./desk_client.js";
import { Door } from "./door.js";
import { bring } from "./focus.js";
import { paint, v } from "./paint.js";
import { Showing } from "./showing.js";
import { attention, empty, front, opened, received } from "./state/desk.js";
import { Drafts } from "./state/drafts.js";
import { composerView } from "./views/composer.js";
import { floorView } from "./views/floor.js";
import { panelView } from "./views/panels.js";
import { paneView } from "./views/pane.js";
import { queueView } from "./views/queue.js";
import { tabsView } from "./views/tabs.js";
import { besideView, talkBar, transcript } from "./views/talk.js";
import { toastsView } from "./views/toasts.js";
import { bannerView, topView } from "./views/top.js";
import { chooseLanguage, speaking, worded } from "./words.js";

const NEAR_END = 90;

class AisleDesk extends HTMLElement {
  #state = empty();
  #drawing = 0;
  #inside = false;
  #language = chooseLanguage([localStorage.getItem("aisle.desk.language") ?? "", ...navigator.languages]);
  #singleKeys = localStorage.getItem("aisle.desk.keys") !== "off";
  /** @type {HTMLElement|null} */
  #before = null;
  #drawn = { seq: 0, id: "" };
  #client = new DeskClient((frame) => this.#received(frame), (why) => this.#lost(why));
  #drafts = new Drafts(sessionStorage);
  #host = {
    client: this.#client, drafts: this.#drafts, read: () => this.#state, t: /** @type {import("./words.js").Translate} */ ((key, values) => speaking(this.#language)(key, values)),
    change: (/** @type {(state: import("./state/desk.js").State) => import("./state/desk.js").State} */ next) => this.#change(next),
    focus: (/** @type {string} */ what) => this.#focus(what), lead: () => this.#lead, review: () => this.#review, serve: () => this.#serve, leave: () => this.#leave(),
    draft: () => { if (!front(this.#state)?.drafts.length) this.#write.draft(); },
  };
  #handle = new Handling(this.#host);
  #write = new Writing(this.#host);
  #serve = new Serving(this.#host);
  #lead = new Leading(this.#host);
  #review = new Reviewing(this.#host);
  #show = new Showing(this.#host);
  #door = new Door(this, this.#client, this.#host.t, () => this.#enter());

  connectedCallback() {
    const theme = localStorage.getItem("aisle.desk.theme");
    if (theme) document.documentElement.dataset.theme = theme;
    document.documentElement.lang = this.#language;
    document.addEventListener("keydown", (event) => this.#key(event));
    window.addEventListener("hashchange", () => this.#inside && this.#fromAddress());
    setInterval(() => this.#inside && !document.hidden && this.#soon(), 1000);
    document.addEventListener("visibilitychange", () => this.#inside && this.#soon());
    if (this.#client.signedIn) this.#enter();
    else this.#door.open("", [...this.#drafts.kept.keys()].length > 0);
  }

  /** What every view is given; its state is that of the moment, for keys that are quicker than the next picture. @returns {import("./app.js").App} */
  get #app() {
    const now = () => this.#state;
    return {
      get state() { return now(); },
      t: this.#host.t, language: this.#language, now: Date.now(), drafts: this.#drafts, singleKeys: this.#singleKeys,
      handle: this.#handle, write: this.#write, serve: this.#serve, lead: this.#lead, review: this.#review, show: this.#show,
    };
  }

  #enter() {
    this.#inside = true;
    this.#state = { ...empty(), sounds: localStorage.getItem("aisle.desk.sounds") === "on" };
    this.replaceChildren();
    this.#client.connect();
    this.#lead.begin();
    this.#fromAddress();
    this.#draw();
  }

  /** #c_…: a conversation to open at once. */
  #fromAddress() {
    const id = decodeURIComponent(location.hash.slice(1));
    if (id && !id.includes("=") && id !== this.#state.current) this.#handle.open(id);
  }

  /** @param {"lost"|"refused"|"offline"} why */
  #lost(why) {
    if (why === "refused") return this.#shut(this.#host.t("door_signed_out"));
    this.#change((state) => ({ ...state, link: why }));
  }

  async #leave() {
    const ways = await this.#client.ways();
    const way = await this.#client.signOut();
    this.#shut("");
    if (way === "oidc" && ways.oidc?.end_session_url) location.assign(ways.oidc.end_session_url);
  }

  /** @param {string} problem */
  #shut(problem) {
    this.#client.forget();
    this.#inside = false;
    this.#state = empty();
    document.title = this.#host.t("desk_title");
    this.replaceChildren();
    this.#door.open(problem, this.#drafts.kept.size > 0);
  }

  // -- what happens ------------------------------------------------------------------------------------------------

  /** @param {any} frame */
  #received(frame) {
    const waited = this.#state.lines.filter((line) => line.status === "waiting_for_agent").length;
    this.#change((state) => received(state, frame, Date.now()));
    const waits = this.#state.lines.filter((line) => line.status === "waiting_for_agent").length;
    const spoke = frame.type === "event" && frame.event.type === "customer_said" && (frame.conversation_id !== this.#state.current || document.hidden);
    if (this.#state.sounds && this.#state.loaded && ((frame.type === "queue_changed" && waits > waited) || (spoke && this.#state.talks[frame.conversation_id]?.live))) chime(spoke ? "message" : "waiting");
    if (frame.type === "event") this.#handle.details(frame.conversation_id);
    if (frame.type === "callbacks" && this.#state.tab === "callbacks") this.#serve.callbacks();
    if (frame.type === "error" && frame.detail) this.#handle.toast(frame.detail, "bad");
    if (frame.type === "whisper" || (frame.type === "event" && frame.event.data?.kind === "whisper" && frame.event.data.agent_id !== this.#state.me?.id && this.#state.talks[frame.conversation_id]?.live)) this.#handle.toast(this.#host.t("whispered"), "plain", null);
  }

  /** @param {(state: import("./state/desk.js").State) => import("./state/desk.js").State} next */
  #change(next) {
    const before = this.#state;
    this.#state = next(before);
    if (!before.panel && this.#state.panel) this.#before = /** @type {HTMLElement|null} */ (document.activeElement);
    if (before.panel && !this.#state.panel) queueMicrotask(() => requestAnimationFrame(() => this.#back()));
    this.#soon();
  }

  /** Where the focus was before a dialog. */
  #back() {
    if (document.activeElement && document.activeElement !== document.body) return;
    if (this.#before?.isConnected) this.#before.focus();
    else bring(this, "log");
  }

  /** @param {string} what */
  #focus(what) {
    const [word, value] = what.split("-");
    if (word === "language") { this.#language = value; localStorage.setItem("aisle.desk.language", value); document.documentElement.lang = value; }
    else if (word === "theme") this.#theme(value);
    else if (what === "toggle-keys") { this.#singleKeys = !this.#singleKeys; localStorage.setItem("aisle.desk.keys", this.#singleKeys ? "on" : "off"); }
    else if (!bring(this, what) || value) requestAnimationFrame(() => requestAnimationFrame(() => bring(this, what)));
    this.#soon();
  }

  /** @param {string} theme */
  #theme(theme) {
    if (theme === "system") { localStorage.removeItem("aisle.desk.theme"); delete document.documentElement.dataset.theme; }
    else { localStorage.setItem("aisle.desk.theme", theme); document.documentElement.dataset.theme = theme; }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#inside) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); return this.#show.palette(); }
    const at = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || this.#state.panel || !this.#singleKeys) return;
    if (["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName) || at.isContentEditable) return;
    if (/^[1-9]$/.test(event.key) && this.#state.order[Number(event.key) - 1]) { event.preventDefault(); return this.#handle.open(this.#state.order[Number(event.key) - 1]); }
    const command = pressed(commands(this.#app), event);
    if (!command) return;
    event.preventDefault();
    command.run();
  }

  // -- drawing -------------------------------------------------------------------------------------------------------

  #soon() {
    if (this.#drawing) return;
    this.#drawing = document.hidden ? window.setTimeout(() => this.#draw(), 200) : requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#drawing = 0;
    if (!this.#inside) return;
    const app = this.#app;
    const log = this.querySelector(".transcript");
    const near = !log || log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    paint(this, v("a", { class: "skip", href: "#composer", onclick: (/** @type {Event} */ event) => { event.preventDefault(); bring(this, "composer"); } }, app.t("skip")),
      topView(app), bannerView(app), app.state.view === "floor" ? floorView(app) : this.#columns(app), app.state.panel ? panelView(app) : toastsView(app));
    this.#follow(near);
    const count = attention(app.state);
    const title = `${count ? `(${count}) ` : ""}${app.t("desk_title")}`;
    if (document.title !== title) document.title = title;
  }

  /** @param {import("./app.js").App} app */
  #columns(app) {
    const { state, t } = app;
    return v("div", { class: `columns ${state.current ? "" : "nothing"}`, key: "desk" },
      queueView(app),
      v("main", { class: "column talk", "aria-label": t("conversation") },
        tabsView(app), talkBar(app),
        v("div", { class: "transcript", role: "log", "aria-label": t("transcript"), tabindex: 0 }, v("ol", { class: "says" }, transcript(app))),
        besideView(app), composerView(app)),
      paneView(app));
  }

  /** The end stays in sight for who is at the end; another conversation begins there. @param {boolean} near */
  #follow(near) {
    const log = this.querySelector(".transcript");
    const talk = front(this.#state);
    if (!log || !talk) return;
    const fresh = this.#drawn.id !== talk.id;
    if (near || fresh) log.scrollTop = log.scrollHeight;
    if (fresh && talk.events.length) this.#drawn = { id: talk.id, seq: talk.events.at(-1)?.seq ?? 0 };
    if (this.#drawn.id !== talk.id) this.#drawn = { id: talk.events.length ? talk.id : "", seq: 0 };
    if (talk.read < (talk.events.at(-1)?.seq ?? 0) && !document.hidden) this.#state = opened(this.#state, talk.id);
  }
}

customElements.define("aisle-desk", AisleDesk);
