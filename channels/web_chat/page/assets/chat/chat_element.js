/**
 * <aisle-chat>: the widget. A thin shell around one session; the host page may listen and ask, never reach inside.
 *
 * Attributes: `base` (the shop's address; where this module came from otherwise), `theme` (light, dark), `language`,
 * `side` (start, end), `name` (the shop's). Property `customerToken`: a JWT that the host's own site signed.
 * Methods: show(), hide(), ask(text), askAbout(productId, title). Events: `aisle-change` (after each change of state), `aisle-navigate` (a product's
 * link was pressed; prevent it to go there yourself), `aisle-theme`.
 * Below: the views and session.js. Above: widget.js and the storefront.
 */

import { Session, browserStorage, isCutOff, unreadCount } from "../aisle_client.js";
import { h, icon, put } from "../dom.js";
import { AnnouncerView } from "./announcer.js";
import { ComposerView } from "./composer_view.js";
import { chatMenu } from "./chat_menu.js";
import { CoverView } from "./cover_view.js";
import { LogView } from "./log_view.js";
import { PanelPlace } from "./panel_place.js";
import { chooseLanguage, directionOf, languageToFollow, loadWords, speaking } from "./words.js";

const ASSETS = new URL("../", import.meta.url);

export class ChatElement extends HTMLElement {
  constructor() {
    super();
    this.root = this.attachShadow({ mode: "open" });
    /** @type {string|null} */
    this.customerToken = null;
    this.isOpen = false;
    this.frame = 0;
    this.about = "";
    /** @type {string|null} the conversation that was seen open */
    this.running = null;
    this.t = speaking({});
    this.placing = new PanelPlace(this, () => this.panel, () => this.log?.follow(), this.isWhole);
    this.base = new URL("../", ASSETS).href;
    /** Made when the element is connected: only then are its attributes there. @type {Session} */
    this.session = /** @type {any} */ (null);
    /** Made when the microphone is first wanted. @type {import("../voice/voice_view.js").VoiceView|null} */
    this.voice = null;
    /** @type {(() => void)[]} */
    this.endings = [];
  }

  connectedCallback() {
    if (this.session) return;
    this.base = new URL(this.getAttribute("base") || this.base, location.href).href;
    this.session = this.makeSession({ base: this.base, storage: browserStorage(), locale: "en", customerToken: () => this.customerToken ?? this.getAttribute("customer-token") });
    const theme = this.session.memory.read("theme");
    if (theme) this.setTheme(theme);
    this.listen(this.session, "change", () => this.changed());
    this.listen(window, "online", () => { this.session.connection?.nudge(); this.changed(); });
    this.listen(window, "offline", () => { this.session.connection?.nudge(); this.changed(); });
    this.listen(document, "visibilitychange", () => { if (!document.hidden) { this.session.connection?.nudge(); this.changed(); } });
    this.listen(window, "storage", (event) => this.otherTab(/** @type {StorageEvent} */ (event)));
    if (window.visualViewport) for (const name of ["resize", "scroll"]) this.listen(window.visualViewport, name, () => this.fit());
    this.listen(this.placing.phone, "change", () => this.place());
    void this.begin();
  }

  /** The chat is the page, not a part of one. */
  get isWhole() {
    return false;
  }

  /** @param {import("./session.js").SessionOptions} options */
  makeSession(options) {
    return new Session(options);
  }

  disconnectedCallback() {
    this.endings.splice(0).forEach((end) => end());
    this.voice?.voice.stop();
    this.session?.leave();
  }

  static observedAttributes = ["name"];

  attributeChangedCallback() {
    if (this.heading) this.heading.textContent = this.getAttribute("name") || this.t("title");
  }

  async begin() {
    const language = this.wantedLanguage();
    this.isOpen = this.isWhole;
    this.t = await loadWords(language);
    await this.build(language);
    await this.takeOver();
    if (this.session.memory.read("open") && !this.placing.isPage) this.show(false);
    if (this.isWhole) this.place();
  }

  /** A code in the address, as another device's QR picture holds it, opens that device's conversation here. */
  async takeOver() {
    const code = /^#transfer=([\w-]{4,40})$/.exec(location.hash)?.[1];
    if (!code) return this.session.resume();
    history.replaceState(history.state, "", location.pathname + location.search);
    await this.session.redeem(code).catch(() => this.session.resume());
    this.show();
  }

  /** @param {EventTarget} target @param {string} name @param {EventListener} run */
  listen(target, name, run) {
    target.addEventListener(name, run);
    this.endings.push(() => target.removeEventListener(name, run));
  }

  wantedLanguage() {
    const kept = this.session.memory.read("language");
    return chooseLanguage([kept, this.getAttribute("language"), document.documentElement.lang, ...navigator.languages]);
  }

  /** @param {keyof typeof import("./words.js").LANGUAGES} language */
  async build(language) {
    const { t, session } = this;
    this.lang = language;
    this.dir = directionOf(language);
    session.locale = language;
    const context = {
      session, t, locale: language, base: this.base, talk: () => void this.talk(), sheet: (/** @type {Parameters<ChatElement["sheet"]>[0]} */ make) => this.sheet(make),
      productAddress: (/** @type {string} */ id) => this.pathAddress(`/p/${encodeURIComponent(id)}`),
      pathAddress: (/** @type {string} */ path) => this.pathAddress(path),
    };
    this.context = context;
    this.log = new LogView(context, (text) => this.say(text));
    this.composer = new ComposerView(context, (text) => this.say(text));
    this.announcer = new AnnouncerView(t);
    this.menu = chatMenu(this, context, language);
    this.cover = new CoverView(() => this.log?.node, () => this.composer?.field.focus());
    this.banner = h("div", { class: "banner", hidden: true });
    this.heading = h(this.isWhole ? "h1" : "h2", {}, this.getAttribute("name") || t("title"));
    this.state = h("p", { class: "state" });
    this.badge = h("span", { class: "badge", hidden: true });
    this.launcher = h("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-label": t("launcher"), onclick: () => (this.isOpen ? this.hide() : this.show()) },
      icon("chat"), icon("down"), this.badge);
    this.grow = h("button", { type: "button", class: "round ghost grow", "aria-label": t("grow"), title: t("grow"), "aria-pressed": "false", onclick: () => this.enlarge() }, icon("grow"), icon("shrink"));
    this.panel = h("section", { class: this.isWhole ? "panel whole" : "panel", role: this.isWhole ? "main" : "dialog", "aria-label": t("title"), tabindex: -1, hidden: !this.isOpen, onkeydown: (event) => this.key(/** @type {KeyboardEvent} */ (event)) },
      h("div", { class: "head" }, h("img", { src: new URL("art/mark.svg", ASSETS).href, alt: "", width: 36, height: 36 }),
        h("div", { class: "names" }, this.heading, this.state),
        this.menu.node, !this.isWhole && this.grow,
        !this.isWhole && h("button", { type: "button", class: "round ghost", "aria-label": t("close"), title: t("close"), onclick: () => this.hide() }, icon("close"))),
      this.banner,
      h("div", { class: "middle" }, this.log.node, this.log.latest, this.cover.node),
      this.composer.node);
    this.panel.addEventListener("click", (event) => this.pressed(event));
    if (this.voice) this.showVoice(await this.openVoice(this.voice.voice));
    const sheets = ["tokens.css", "widget.css"].map((name) => h("link", { rel: "stylesheet", href: new URL(name, ASSETS).href }));
    const dressed = Promise.all(sheets.map((link) => new Promise((done) => { link.onload = link.onerror = done; })));
    this.hidden = true;
    put(/** @type {any} */ (this.root), sheets, !this.isWhole && this.launcher, this.panel, this.announcer.words, this.announcer.status);
    await dressed;
    this.hidden = false;
    this.place();
    this.update();
  }

  /** More for the menu, of a page that is more than a widget. @param {import("./card_view.js").Context} _ @returns {import("./menu_view.js").Item[]} */
  moreItems(_) {
    return [];
  }

  /** @param {(sheets: typeof import("./sheets.js"), done: () => void) => HTMLElement} make */
  sheet(make) {
    void this.cover?.show(make);
  }

  async signOut() {
    const { signOut } = await import("./moves.js");
    await signOut(this.session).catch(() => undefined);
  }

  /** @param {boolean} [focus] */
  show(focus = true) {
    if (!this.panel || this.isOpen) return;
    this.isOpen = true;
    this.panel.hidden = false;
    this.place();
    this.composer?.fit();
    this.update();
    if (focus) (this.placing.isPage ? this.panel : this.composer?.field)?.focus();
    this.session.memory.write("open", true);
  }

  hide() {
    if (!this.panel || !this.isOpen || this.isWhole) return;
    this.isOpen = false;
    this.panel.hidden = true;
    this.place();
    this.update();
    this.launcher?.focus();
    this.session.memory.write("open", null);
  }

  /** Opens the chat and says this for the customer, unless it was the last thing said. @param {string} text */
  ask(text) {
    this.show();
    const last = this.session.state.entries.findLast((entry) => entry.kind === "customer");
    if (!(last && "text" in last && last.text === text)) this.say(text);
  }

  /** Opens the chat with a product as what it is about. @param {string} productId @param {string} title */
  askAbout(productId, title) {
    this.show();
    if (this.about === productId && this.session.state.entries.length) return;
    this.about = productId;
    this.session.act("show_product", { product_id: productId }, title);
  }

  /** @param {string} text */
  say(text) {
    if (this.session.state.status === "closed") this.session.startAfresh();
    return this.session.say(text);
  }

  /** The microphone's button: talking begins, or ends. Its modules are loaded the first time. */
  async talk() {
    if (!this.voice) this.showVoice(await this.openVoice(null));
    const { voice } = /** @type {import("../voice/voice_view.js").VoiceView} */ (this.voice);
    if (voice.state.mic === "on" || voice.state.mic === "asking") voice.stop();
    else void voice.start();
  }

  /** @param {import("../voice/voice.js").Voice|null} known */
  async openVoice(known) {
    return (await import("../voice/voice_view.js")).openVoice(/** @type {import("./card_view.js").Context} */ (this.context), known);
  }

  /** @param {import("../voice/voice_view.js").VoiceView} view */
  showVoice(view) {
    if (!this.voice) view.voice.addEventListener("change", () => this.changed());
    this.voice = view;
    this.composer?.node.before(view.node);
  }

  /** @param {string} path */
  pathAddress(path) {
    const url = new URL(path.replace(/^\//, ""), this.base);
    return this.hasAttribute("no-links") ? null : url.href;
  }

  /** @param {Event} event */
  pressed(event) {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.dataset.internal !== undefined);
    const mouse = /** @type {MouseEvent} */ (event);
    if (!(link instanceof HTMLAnchorElement) || mouse.metaKey || mouse.ctrlKey || mouse.shiftKey) return;
    const taken = !this.dispatchEvent(new CustomEvent("aisle-navigate", { detail: { href: link.href }, cancelable: true, bubbles: true, composed: true }));
    if (!taken) return;
    event.preventDefault();
    if (this.placing.isPage) this.hide();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (this.cover && !this.cover.node.hidden) this.cover.hide();
    else this.hide();
  }

  enlarge() {
    this.placing.large = !this.placing.large;
    this.grow?.setAttribute("aria-pressed", String(this.placing.large));
    const label = this.t(this.placing.large ? "shrink" : "grow");
    this.grow?.setAttribute("aria-label", label);
    this.grow?.setAttribute("title", label);
    this.place();
  }

  place() {
    this.launcher?.classList.toggle("open", this.isOpen);
    this.launcher?.setAttribute("aria-expanded", String(this.isOpen));
    this.placing.place(this.isOpen);
  }

  fit() {
    this.placing.fit(this.isOpen);
  }

  /** @param {import("./card_view.js").Context} context @param {() => void} done */
  askHow(context, done) {
    this.sheet((sheets, close) => sheets.ratingSheet(context, close, done));
  }

  /** Leaving a conversation that had an answer, we ask how it was; nobody has to say. @param {import("./card_view.js").Context} context */
  startAfresh(context) {
    const { entries, ratings } = this.session.state;
    const unrated = entries.some((entry) => entry.kind === "assistant" || entry.kind === "agent") && !Object.keys(ratings).length;
    if (unrated) this.askHow(context, () => this.freshStart());
    else this.freshStart();
  }

  freshStart() {
    this.session.startAfresh();
    this.cover?.hide();
  }

  /** @param {string} theme */
  setTheme(theme) {
    if (theme === "light" || theme === "dark") this.setAttribute("theme", theme);
    else this.removeAttribute("theme");
    this.session.memory.write("theme", theme === "auto" ? null : theme);
    this.dispatchEvent(new CustomEvent("aisle-theme", { detail: { theme }, bubbles: true, composed: true }));
  }

  /** The customer's own choice. @param {keyof typeof import("./words.js").LANGUAGES} language */
  async speak(language) {
    this.session.memory.write("language", language);
    await this.rebuild(language);
    this.composer?.field.focus();
  }

  /** @param {keyof typeof import("./words.js").LANGUAGES} language */
  async rebuild(language) {
    const writing = this.root.activeElement !== null && this.root.activeElement === this.composer?.field;
    this.t = await loadWords(language);
    await this.build(language);
    if (writing) this.composer?.field.focus();
  }

  /** The widget speaks as the assistant does, unless the customer chose otherwise. @param {import("./conversation.js").State} state */
  followLanguage(state) {
    const language = state.phase === "live" && !this.session.memory.read("language") ? languageToFollow(state, this.lang) : null;
    if (language) void this.rebuild(language);
  }

  /** Another tab began a conversation: this one joins. @param {StorageEvent} event */
  otherTab(event) {
    if (event.key === `${this.session.memory.prefix}current` && this.session.state.conversationId === null) this.session.resume();
  }

  /** Many frames may come between two pictures on the screen: they are shown together. */
  changed() {
    if (this.frame) return;
    this.frame = document.hidden ? setTimeout(() => this.update(), 50) : requestAnimationFrame(() => this.update());
  }

  update() {
    this.frame = 0;
    const { state } = this.session;
    if (!this.log || !this.panel) return;
    if (this.isOpen && !document.hidden) this.session.see();
    if (this.isOpen) this.log.update(state, this.voice?.voice.saying ?? null);
    this.voice?.update();
    this.composer?.update(state, this.voice?.isOn ?? false);
    this.announcer?.update(state, this.isOpen && !this.voice?.isOn);
    this.showState(state);
    this.followLanguage(state);
    this.showBanner(state);
    this.askAtEnd(state);
    this.showUnread(unreadCount(this.session.state));
    this.dispatchEvent(new CustomEvent("aisle-change", { detail: { state } }));
  }

  /** A conversation that is closed before the customer's eyes asks how it was; one that was closed earlier does not. @param {import("./conversation.js").State} state */
  askAtEnd(state) {
    const running = state.phase === "live" && state.status !== "closed" ? state.conversationId : null;
    const ended = state.status === "closed" && this.running === state.conversationId;
    this.running = state.status === "closed" ? null : running ?? this.running;
    if (!ended || !this.isOpen || !this.context || Object.keys(state.ratings).length) return;
    this.askHow(this.context, () => this.cover?.hide());
  }

  /** @param {import("./conversation.js").State} state */
  showState(state) {
    const key = /** @type {const} */ ({ assistant: "online", waiting_for_agent: "waiting_for_agent", agent: "with_agent", closed: "closed" })[state.status] ?? "online";
    const text = this.t(key, { name: state.agentName });
    if (this.state && this.state.textContent !== text) this.state.textContent = text;
    this.panel?.setAttribute("data-status", state.status);
  }

  /** @param {import("./conversation.js").State} state */
  showBanner(state) {
    const banner = /** @type {HTMLElement} */ (this.banner);
    const key = !isCutOff(state) && navigator.onLine ? "" : state.phase === "replaced" ? "replaced" : "offline";
    banner.hidden = !key;
    if (banner.dataset.key === key) return;
    banner.dataset.key = key;
    put(banner, key && h("p", {}, this.t(key === "replaced" ? "replaced" : "offline")),
      key && h("button", { type: "button", class: "link", onclick: () => this.session.connection?.nudge() }, this.t(key === "replaced" ? "here" : "retry")));
  }

  /** @param {number} count */
  showUnread(count) {
    const badge = /** @type {HTMLElement} */ (this.badge);
    badge.hidden = this.isOpen || count === 0;
    badge.textContent = count > 9 ? "9+" : String(count);
    const label = this.isOpen ? this.t("close") : badge.hidden ? this.t("launcher") : `${this.t("launcher")}, ${this.t("unread", { n: count })}`;
    this.launcher?.setAttribute("aria-label", label);
  }
}

if (!customElements.get("aisle-chat")) customElements.define("aisle-chat", ChatElement);
