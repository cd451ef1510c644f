/**
 * <aisle-desk>: one agent's screen. Holds the state, draws it, carries out what is pressed; keys do what buttons do.
 *
 * Below: desk_state.js (what is shown), desk_client.js (calls), the views.
 */

import { h, icon, put } from "/assets/dom.js";
import { copilotView } from "./copilot_view.js";
import { DeskClient } from "./desk_client.js";
import { changed, empty, opened, received, standing } from "./desk_state.js";
import { queueView } from "./queue_view.js";
import { signInView } from "./sign_in_view.js";
import { talkBar, transcriptNodes } from "./talk_view.js";

const TYPING_SECONDS = 4;
const LATER_DETAILS = 400;

class AisleDesk extends HTMLElement {
  #state = empty();
  #client = new DeskClient((frame) => this.#received(frame), (why) => this.#lost(why));
  #door = { problem: "", busy: false, mustChange: false };
  #typedAt = 0;
  #usedDraft = "";
  #draftText = "";
  #detailsSoon = 0;
  /** @type {{queue: HTMLElement, bar: HTMLElement, log: HTMLElement, side: HTMLElement, field: HTMLTextAreaElement, top: HTMLElement, note: HTMLInputElement}|null} */
  #parts = null;
  #log = "";

  connectedCallback() {
    document.addEventListener("keydown", (event) => this.#key(event));
    setInterval(() => this.#parts && this.#drawQueue(), 5000);
    if (this.#client.signedIn) this.#enter();
    else this.#drawDoor();
  }

  // -- the door ----------------------------------------------------------------------------------------------------

  #drawDoor() {
    this.#parts = null;
    put(this, signInView({
      ...this.#door,
      onSignIn: (name, password) => this.#through(() => this.#client.signIn(name, password)),
      onChange: (old, fresh) => this.#through(() => this.#client.changePassword(old, fresh)),
    }));
  }

  /** @param {() => Promise<any>} knock */
  async #through(knock) {
    this.#door = { ...this.#door, busy: true, problem: "" };
    this.#drawDoor();
    try {
      const answer = await knock();
      this.#door = { busy: false, problem: "", mustChange: answer.must_change_password };
      if (answer.must_change_password) this.#drawDoor();
      else this.#enter();
    } catch (error) {
      this.#door = { ...this.#door, busy: false, problem: /** @type {Error} */ (error).message };
      this.#drawDoor();
    }
  }

  #enter() {
    const log = h("ol", { class: "transcript", role: "log", "aria-label": "Transcript", tabindex: 0 });
    const field = h("textarea", { class: "field", rows: 2, "aria-label": "Your reply", oninput: () => this.#typed(), onkeydown: (/** @type {Event} */ event) => this.#enterKey(/** @type {KeyboardEvent} */ (event)) });
    const note = h("input", { type: "checkbox", id: "as-note", onchange: () => this.#drawComposer() });
    const queue = h("div", { class: "column left" });
    const bar = h("div", {});
    const side = h("div", { class: "column right" });
    const top = h("div", { class: "top" });
    this.#parts = { queue, bar, log, side, field, top, note };
    const composer = h("form", { class: "composer", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); this.#send(); } },
      field,
      h("div", { class: "row" },
        h("label", { class: "as-note", for: "as-note" }, note, "Internal note"),
        h("span", { class: "soft hint" }, "Enter sends, Shift+Enter breaks the line"),
        h("button", { class: "primary send" }, icon("send"), h("span", { class: "send-label" }, "Send"))));
    put(this, top, h("div", { class: "columns" }, queue, h("main", { class: "column talk" }, bar, log, composer), side));
    this.#client.connect();
    this.#draw();
  }

  /** @param {"lost"|"refused"} why */
  #lost(why) {
    if (why === "refused") {
      this.#client.forget();
      this.#state = empty();
      this.#door = { problem: "You were signed out. Sign in again.", busy: false, mustChange: false };
      return this.#drawDoor();
    }
    this.#state = { ...this.#state, connected: false };
    this.#drawTop();
  }

  // -- what happens ------------------------------------------------------------------------------------------------

  /** @param {any} frame */
  #received(frame) {
    this.#state = received(this.#state, frame);
    if (frame.type === "event" && frame.conversation_id === this.#state.open?.id) this.#refreshDetails();
    this.#draw();
  }

  /** @param {string} id */
  #open(id) {
    this.#state = opened(this.#state, id);
    this.#log = "";
    this.#client.watch(id);
    this.#refreshDetails(0);
    this.#draw();
  }

  #refreshDetails(wait = LATER_DETAILS) {
    clearTimeout(this.#detailsSoon);
    const id = this.#state.open?.id;
    this.#detailsSoon = window.setTimeout(async () => {
      const details = await this.#try(() => this.#client.call("GET", `/conversations/${id}`));
      if (details && this.#state.open?.id === id) this.#change({ details });
    }, wait);
  }

  async #claim() {
    if (await this.#act("/claim")) {
      this.#parts?.field.focus();
      this.#draft();
    }
  }

  async #draft() {
    if (!this.#state.open || this.#state.open.drafting) return;
    this.#change({ drafting: true });
    const answer = await this.#act("/suggestions");
    const one = answer?.suggestions[0];
    this.#change({ drafting: false, draft: one ? { id: one.suggestion_id, text: one.text, citations: one.citations } : this.#state.open?.draft ?? null });
  }

  /** @param {string} text */
  #use(text) {
    if (!this.#parts || !this.#state.open?.draft) return;
    this.#parts.field.value = text;
    this.#usedDraft = this.#state.open.draft.id;
    this.#draftText = text;
    this.#parts.field.focus();
  }

  async #send() {
    if (!this.#parts || !this.#state.open) return;
    const { field, note } = this.#parts;
    const text = field.value.trim();
    if (!text) return;
    const body = note.checked ? { text } : {
      client_id: crypto.randomUUID(), text,
      ...(this.#usedDraft ? { suggestion_id: this.#usedDraft, edited: text !== this.#draftText } : {}),
    };
    if (!(await this.#act(note.checked ? "/notes" : "/messages", body))) return;
    field.value = "";
    note.checked = false;
    this.#usedDraft = "";
    this.#change({ draft: null });
    this.#drawComposer();
  }

  /** @param {any} order */
  async #cancel(order) {
    const proposed = await this.#act("/actions", { action: "cancel_order", arguments: { order_id: order.order_id, reason: "no longer needed" } });
    if (!proposed) return;
    const words = [proposed.title, ...proposed.lines].join("\n");
    if (window.confirm(`${words}\n\nCarry this out under your name?`) && (await this.#act("/actions", { action: "cancel_order", sealed: proposed.sealed }))) this.#refreshDetails(0);
  }

  /** @param {string} q */
  async #search(q) {
    const found = await this.#try(() => this.#client.call("GET", `/search?q=${encodeURIComponent(q)}`));
    if (!found) return;
    this.#state = { ...this.#state, found: { ...found, q } };
    this.#draw();
  }

  #typed() {
    const now = Date.now();
    if (!this.#state.open || this.#parts?.note.checked || now - this.#typedAt < TYPING_SECONDS * 1000) return;
    this.#typedAt = now;
    this.#client.typing(this.#state.open.id, true);
  }

  /** @param {string} path @param {any} [body] */
  #act(path, body) {
    return this.#try(() => this.#client.call("POST", `/conversations/${this.#state.open?.id}${path}`, body ?? {}));
  }

  /** @param {() => Promise<any>} work @returns {Promise<any>} */
  async #try(work) {
    try {
      const answer = await work();
      if (this.#state.problem) this.#tell("");
      return answer ?? true;
    } catch (error) {
      this.#tell(/** @type {Error} */ (error).message);
      return null;
    }
  }

  /** @param {string} problem */
  #tell(problem) {
    this.#state = { ...this.#state, problem };
    this.#drawTop();
  }

  /** @param {Partial<import("./desk_state.js").Open>} change */
  #change(change) {
    this.#state = changed(this.#state, change);
    this.#draw();
  }

  // -- keys ----------------------------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  #enterKey(event) {
    if (event.key === "Escape") this.#parts?.log.focus();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = /** @type {HTMLElement} */ (event.target);
    if (!this.#parts || event.ctrlKey || event.metaKey || event.altKey || ["INPUT", "TEXTAREA"].includes(at.tagName)) return;
    const stands = standing(this.#state);
    /** @type {Record<string, () => void>} */
    const keys = {
      j: () => this.#step(1), k: () => this.#step(-1),
      c: () => stands === "free" && this.#claim(), d: () => this.#draft(),
      u: () => stands === "mine" && this.#state.open?.draft && this.#use(this.#state.open.draft.text),
      r: () => this.#parts?.field.focus(), b: () => stands === "mine" && this.#act("/release", { to: "assistant" }),
      x: () => stands === "mine" && this.#act("/close", { outcome: "solved" }),
      "/": () => /** @type {HTMLElement|null} */ (this.querySelector(".ask"))?.focus(),
    };
    const does = keys[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  /** @param {number} by */
  #step(by) {
    const ids = this.#state.lines.map((line) => line.conversation_id);
    const at = ids.indexOf(this.#state.open?.id ?? "");
    const next = ids[at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + by))];
    if (next) this.#open(next);
  }

  // -- drawing ---------------------------------------------------------------------------------------------------------

  #draw() {
    if (!this.#parts) return;
    this.#drawTop();
    this.#drawQueue();
    this.#drawTalk();
    this.#drawComposer();
    this.#drawSide();
  }

  #drawTop() {
    const { me, connected, problem } = this.#state;
    if (!this.#parts) return;
    put(this.#parts.top,
      h("span", { class: "brand" }, icon("chat"), "Agents’ desk"),
      h("span", { class: `link ${connected ? "on" : "off"}`, role: "status" }, connected ? "Live" : "Connecting…"),
      problem ? h("span", { class: "problem", role: "alert" }, problem) : null,
      h("span", { class: "grow" }),
      h("span", { class: "soft keys" }, h("kbd", {}, "j"), h("kbd", {}, "k"), " queue ", h("kbd", {}, "r"), " reply ", h("kbd", {}, "/"), " search"),
      me ? h("span", { class: "me" }, icon("person"), me.name) : null,
      h("button", { class: "quiet", onclick: () => this.#leave() }, "Sign out"));
  }

  async #leave() {
    await this.#client.signOut();
    this.#state = empty();
    this.#door = { problem: "", busy: false, mustChange: false };
    this.#drawDoor();
  }

  #drawQueue() {
    if (!this.#parts) return;
    const focused = document.activeElement?.getAttribute("data-id");
    put(this.#parts.queue, queueView(this.#state, Date.now(), (id) => this.#open(id)));
    if (focused) /** @type {HTMLElement|null} */ (this.querySelector(`[data-id="${CSS.escape(focused)}"]`))?.focus();
  }

  #drawTalk() {
    const open = this.#state.open;
    const parts = this.#parts;
    if (!parts) return;
    parts.log.parentElement?.classList.toggle("nothing", !open);
    if (!open) {
      put(parts.bar);
      put(parts.log, h("li", { class: "calm soft" }, "Choose a conversation on the left, or press j."));
      return;
    }
    const line = this.#state.lines.find((one) => one.conversation_id === open.id);
    put(parts.bar, talkBar({
      stands: standing(this.#state), owner: line?.agent?.name ?? "Another agent", id: open.id,
      onClaim: () => this.#claim(), onRelease: () => this.#act("/release", { to: "assistant" }),
      onQueue: () => this.#act("/release", { to: "queue" }), onClose: () => this.#act("/close", { outcome: "solved" }),
    }));
    const drawn = `${open.id}${open.events.length}${open.writing?.text ?? ""}${open.typing}${open.stage}`;
    if (drawn === this.#log) return;
    this.#log = drawn;
    const atEnd = parts.log.scrollHeight - parts.log.scrollTop - parts.log.clientHeight < 80;
    put(parts.log, transcriptNodes(open));
    if (atEnd) parts.log.scrollTop = parts.log.scrollHeight;
  }

  #drawComposer() {
    const parts = this.#parts;
    if (!parts) return;
    const noting = parts.note.checked;
    const mine = standing(this.#state) === "mine";
    parts.field.disabled = !this.#state.open || (!mine && !noting);
    parts.field.placeholder = noting ? "Only colleagues see this" : mine ? "Write to the customer" : "Claim the conversation to answer";
    parts.note.disabled = !this.#state.open;
    this.querySelector(".composer")?.classList.toggle("noting", noting);
    const label = this.querySelector(".send-label");
    if (label) label.textContent = noting ? "Add note" : "Send";
  }

  #drawSide() {
    if (!this.#parts) return;
    const asking = document.activeElement?.classList.contains("ask") ? /** @type {HTMLInputElement} */ (document.activeElement).value : null;
    const unfolded = [...this.#parts.side.querySelectorAll("details[open] .order-id")].map((one) => one.textContent);
    put(this.#parts.side, copilotView(this.#state, {
      stands: standing(this.#state), onDraft: () => this.#draft(), onUse: (text) => this.#use(text),
      onSearch: (q) => this.#search(q), onCancel: (order) => this.#cancel(order),
    }));
    for (const one of this.#parts.side.querySelectorAll(".order-id")) if (unfolded.includes(one.textContent)) one.closest("details")?.setAttribute("open", "");
    if (asking === null) return;
    const field = /** @type {HTMLInputElement|null} */ (this.querySelector(".ask"));
    if (!field) return;
    field.value = asking;
    field.focus();
  }
}

customElements.define("aisle-desk", AisleDesk);
