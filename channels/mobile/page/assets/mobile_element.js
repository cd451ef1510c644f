/**
 * <aisle-mobile>: the chat as a whole app. The widget's own parts, a channel of its own, and messages that survive a restart.
 *
 * Below: arriving.js, stored_outbox.js, app_shell.js, the widget. Above: index.html.
 */

import { Session } from "/assets/aisle_client.js";
import { ChatElement } from "/assets/chat/chat_element.js";
import { chooseLanguage } from "/assets/chat/words.js";
import { h, icon, put } from "/assets/dom.js";
import { sheet } from "/assets/chat/sheet_frame.js";
import { AppShell } from "./app_shell.js";
import { readArrival } from "./arriving.js";
import { StoredOutbox } from "./stored_outbox.js";
import { appWords } from "./words.js";

export class MobileElement extends ChatElement {
  constructor() {
    super();
    this.arrival = readArrival(new URL(location.href));
    this.shell = new AppShell(new URL("/", location.href).href);
    /** @type {StoredOutbox|null} */
    this.stored = null;
    this.ticket = "";
    this.words = appWords("en");
  }

  get isWhole() {
    return true;
  }

  connectedCallback() {
    if (this.stored || this.session) return super.connectedCallback();
    if (this.arrival.kind !== "nothing") history.replaceState(null, "", "/m/");
    this.shell.listen();
    this.shell.addEventListener("change", () => this.menu && this.changed());
    navigator.serviceWorker?.addEventListener("message", (event) => { if (event.data?.type === "subscribe") void this.shell.notify(this.session).catch(() => undefined); });
    document.addEventListener("visibilitychange", () => document.hidden && this.session?.state.pending.length && void this.shell.sendLater());
    void StoredOutbox.open(() => this.kept()).then((stored) => {
      this.stored = stored;
      super.connectedCallback();
      addEventListener("load", () => void this.shell.start(), { once: true });
      if (document.readyState === "complete") void this.shell.start();
    });
  }

  /** @param {import("/assets/chat/session.js").SessionOptions} options */
  makeSession(options) {
    const session = new Session({ ...options, channel: "mobile", outbox: this.stored ?? undefined });
    session.addEventListener("change", () => this.keepTicket());
    return session;
  }

  /** The worker is asked only where the app itself cannot send: both together would send twice what is one message. */
  kept() {
    if (!navigator.onLine || this.session?.state.phase === "waiting") void this.shell.sendLater();
  }

  /** With the conversation's token the worker can send what waits. */
  keepTicket() {
    const { session, stored } = this;
    const id = session?.state.conversationId;
    if (!id || !session.token || !stored || this.ticket === id) return;
    this.ticket = id;
    stored.keepTicket(id, session.token);
  }

  /** @param {Parameters<ChatElement["build"]>[0]} language */
  async build(language) {
    this.words = appWords(language);
    document.documentElement.lang = language;
    await super.build(language);
  }

  /** The page is the same in every language until the chat has chosen one. */
  wantedLanguage() {
    return chooseLanguage([this.session.memory.read("language"), ...navigator.languages]);
  }

  async takeOver() {
    const { arrival, session, words } = this;
    if (arrival.kind === "code") return this.redeem(arrival.code);
    session.resume();
    if (arrival.kind === "product") this.askAbout(arrival.id, arrival.title);
    else if (arrival.kind === "ask") this.ask(words(arrival.about === "order" ? "ask_order" : "ask_person"));
    else if (arrival.kind === "words" && this.composer) {
      this.composer.field.value = arrival.text;
      this.composer.typed();
    }
  }

  /** @param {string} code */
  async redeem(code) {
    try {
      await this.session.redeem(code);
    } catch {
      this.session.resume();
      this.sheet((_, done) => this.refused(done));
    }
  }

  /** @param {() => void} done */
  refused(done) {
    const context = /** @type {import("/assets/chat/card_view.js").Context} */ (this.context);
    return sheet(context, this.t("other_device"), done, h("p", { role: "alert" }, this.t("code_wrong")), h("p", {}, this.words("code_again")),
      h("button", { type: "button", class: "solid", onclick: () => this.sheet((sheets, close) => sheets.deviceSheet(context, close)) }, this.t("enter_code")));
  }

  /** @param {import("/assets/chat/card_view.js").Context} context @returns {import("/assets/chat/menu_view.js").Item[]} */
  moreItems(context) {
    const { shell, session, words } = this;
    return [
      { label: words("install"), icon: "plus", run: () => void shell.install(), shown: () => Boolean(shell.installing) },
      { label: words("install"), icon: "plus", run: () => this.sheet((_, done) => this.byHand(context, done)), shown: () => shell.installsByHand },
      { label: words("notify"), icon: "bell", run: () => void shell.notify(session).catch(() => undefined), shown: () => shell.mayNotify && !shell.subscribed && session.state.conversationId !== null },
      { label: words("hush"), icon: "bell", run: () => void shell.hush(session), shown: () => shell.subscribed },
    ];
  }

  /** @param {import("/assets/chat/card_view.js").Context} context @param {() => void} done */
  byHand(context, done) {
    const { words } = this;
    return sheet(context, words("install"), done, h("p", {}, words("by_hand")));
  }

  /** The storefront's pages are outside the app: they open beside it. @param {import("/assets/chat/conversation.js").State} state */
  showBanner(state) {
    super.showBanner(state);
    const waiting = state.pending.filter((item) => !item.failed).length;
    const line = this.banner?.querySelector("p");
    if (line && waiting && !navigator.onLine) put(line, icon("clock"), this.words("waiting", { n: waiting }));
  }
}

if (!customElements.get("aisle-mobile")) customElements.define("aisle-mobile", MobileElement);
