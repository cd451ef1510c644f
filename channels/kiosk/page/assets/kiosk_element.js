/**
 * <aisle-kiosk>: the whole screen in a store. One visitor at a time, each with a session and a memory of their own that ends
 * with them; the address says which store it stands in (visit.js).
 *
 * Below: visit.js, the widget's session, log and voice. A floor plan and the way to a phone have their place in `aside`.
 */

import { h, icon, put } from "/assets/dom.js";
import { call } from "/assets/chat/api.js";
import { AnnouncerView } from "/assets/chat/announcer.js";
import { isBusy, isCutOff } from "/assets/chat/conversation.js";
import { LogView } from "/assets/chat/log_view.js";
import { Session } from "/assets/chat/session.js";
import { memoryStorage } from "/assets/chat/storage.js";
import { loadWords } from "/assets/chat/words.js";
import { openVoice } from "/assets/voice/voice_view.js";
import { shownOf } from "/assets/voice/voice_state.js";
import { attractView } from "./attract_view.js";
import { KeyboardView } from "./keyboard.js";
import { lookHere, storeName } from "./shelf.js";
import { nobody, readAddress, visiting } from "./visit.js";
import { chooseLanguage, speaking } from "./words.js";

const TICK = 500;
const FEW = 3;

export class KioskElement extends HTMLElement {
  constructor() {
    super();
    this.asked = readAddress(new URL(location.href));
    this.language = chooseLanguage([this.asked.language, ...navigator.languages]);
    this.base = new URL("/", location.href).href;
    this.visit = nobody();
    this.shop = "";
    this.store = "";
    /** What belongs to one visitor, and goes with them. @type {Stay|null} */
    this.stay = null;
    this.timer = 0;
  }

  connectedCallback() {
    if (this.asked.theme) document.documentElement.dataset.theme = this.asked.theme;
    for (const name of ["pointerdown", "keydown", "wheel"]) this.addEventListener(name, (event) => this.touched(event), { passive: true });
    this.addEventListener("contextmenu", (event) => event.preventDefault());
    for (const name of ["online", "offline"]) addEventListener(name, () => this.stay?.session.connection?.nudge());
    this.timer = window.setInterval(() => this.step({ kind: "tick", now: Date.now(), busy: this.stay?.isBusy ?? false, idle: this.asked.idle }), TICK);
    this.attract();
    void this.learn();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.wipe();
  }

  async learn() {
    const [about, store] = await Promise.all([call(this.base, "v1/shop").catch(() => null), this.asked.store ? storeName(this.base, this.asked.store) : ""]);
    this.shop = about?.name ?? "";
    this.store = store;
    document.title = store || this.shop || document.title;
    if (this.visit.screen === "attract") this.attract();
  }

  /** The question whether somebody is there has buttons of its own: it must not go away under the finger. @param {Event} event */
  touched(event) {
    if (!(event.target instanceof Element && event.target.closest(".still .buttons"))) this.step({ kind: "touched", now: Date.now() });
  }

  /** @param {import("./visit.js").Input} input */
  step(input) {
    const before = this.visit;
    this.visit = visiting(before, input);
    if (this.visit === before) return;
    if (before.screen === "talk" && this.visit.screen === "attract") this.attract();
    else if (this.visit.left !== before.left) this.stay?.warn(this.visit.left);
  }

  attract() {
    this.wipe();
    document.documentElement.lang = this.language;
    put(this, attractView(this.language, this.store, this.shop, (language) => void this.begin(language)));
  }

  /** Nothing of a visitor is kept: the memory was only ever this page's. */
  wipe() {
    this.stay?.end();
    this.stay = null;
    put(this);
  }

  /** @param {string} language */
  async begin(language) {
    this.step({ kind: "begin", language, now: Date.now() });
    document.documentElement.lang = language;
    const stay = new Stay(this, language);
    this.stay = stay;
    await stay.open(await loadWords(/** @type {any} */ (language)));
    if (this.stay === stay) put(this, ...stay.nodes);
    else stay.end();
  }
}

/** One visitor's conversation on the screen. */
class Stay {
  /** @param {KioskElement} kiosk @param {string} language */
  constructor(kiosk, language) {
    this.kiosk = kiosk;
    this.language = language;
    this.t = speaking(language);
    this.session = new Session({ base: kiosk.base, storage: memoryStorage(), locale: language, channel: "kiosk" });
    this.session.addEventListener("change", () => this.changed());
    this.frame = 0;
    this.over = false;
    /** @type {Node[]} */
    this.nodes = [];
  }

  /** @param {import("/assets/chat/words.js").Translate} words */
  async open(words) {
    const { t, session, kiosk } = this;
    /** @type {import("/assets/chat/card_view.js").Context} */
    const context = {
      session, t: (key, values) => (key === "hello_more" ? t("hello_more") : words(key, values)), locale: this.language, base: kiosk.base, talk: () => this.talk(),
      productAddress: () => null, pathAddress: () => null,
      starters: [t("start_1"), t("start_2"), t("start_3"), t("start_4")],
      beside: kiosk.asked.store ? (/** @type {import("/assets/chat/wire.js").Card} */ card) => this.hereView(card) : undefined,
    };
    const say = (/** @type {string} */ text) => session.say(text);
    this.log = new LogView(context, say);
    this.announcer = new AnnouncerView(words);
    this.view = await openVoice(context, null, {
      idle: t("tap_to_talk"), failed: (failure) => (failure === "denied" ? t("failed_denied") : failure === "engine" || failure === "no_socket" ? "" : t("failed_other")) });
    this.voice = this.view.voice;
    this.voice.addEventListener("change", () => this.changed());
    this.keyboard = new KeyboardView(t, this.language, (text) => { this.type(false); say(text); }, () => this.type(false));
    this.banner = h("div", { class: "offline", role: "alert", hidden: true }, h("p", {}, t("offline")),
      h("button", { type: "button", class: "plain", onclick: () => session.connection?.nudge() }, icon("retry"), t("retry")));
    this.silence = h("button", { type: "button", class: "side mute", "aria-pressed": "false", onclick: () => this.voice?.mute(!this.voice.state.muted) }, icon("mic_off"), h("span", {}, t("mute")));
    this.typer = h("button", { type: "button", class: "side type", "aria-expanded": "false", onclick: () => this.type(Boolean(this.keyboard?.node.hidden)) }, icon("keys"), h("span", {}, t("type")));
    this.count = h("strong", { class: "count" });
    this.question = h("div", { class: "still", role: "alertdialog", "aria-label": t("still_there"), hidden: true }, h("div", {}, this.count, h("h2", {}, t("still_there")), h("p", {}),
      h("div", { class: "buttons" }, h("button", { type: "button", class: "solid", onclick: () => kiosk.step({ kind: "touched", now: Date.now() }) }, t("still_here")), h("button", { type: "button", class: "plain", onclick: () => this.leave() }, t("leave")))));
    this.nodes = [this.header(), h("main", { class: "talk" }, this.banner, h("div", { class: "middle" }, this.log.node, this.log.latest), h("aside", { hidden: true }), this.keyboard.node,
      h("div", { class: "dock" }, this.typer, this.view.node, this.silence)), this.question, this.announcer.words, this.announcer.status];
    this.changed();
    this.talk();
  }

  header() {
    return h("header", { class: "bar" }, h("img", { src: "/assets/art/mark.svg", alt: "", width: 64, height: 64 }),
      h("p", {}, h("strong", {}, this.kiosk.shop), h("span", {}, this.kiosk.store)),
      h("button", { type: "button", class: "plain big", onclick: () => this.leave() }, icon("retry"), this.t("start_over")));
  }

  /** How many lie in this very store, beside what the shop says. @param {import("/assets/chat/wire.js").Card} card */
  hereView(card) {
    const { t, kiosk } = this;
    if (card.kind !== "product") return null;
    const node = h("p", { class: "here" }, icon("pin"), h("span", {}, "…"));
    void lookHere(kiosk.base, card.id, kiosk.asked.store).then((here) => {
      if (!here) return node.remove();
      const key = here.count > FEW ? "here_many" : here.count > 0 ? "here_few" : "here_none";
      node.classList.add(here.count > FEW ? "good" : here.count > 0 ? "warn" : "bad");
      put(/** @type {Element} */ (node.lastElementChild), t(key, { n: here.count }), here.place && ` · ${here.place}`);
    });
    return node;
  }

  get isBusy() {
    const shown = this.voice ? shownOf(this.voice.state) : "off";
    return ["asking", "hearing", "thinking", "speaking"].includes(shown) || (isBusy(this.session.state) && !isCutOff(this.session.state));
  }

  talk() {
    void this.voice?.start();
  }

  /** @param {boolean} open */
  type(open) {
    if (!this.keyboard || !this.typer) return;
    this.keyboard.node.hidden = !open;
    this.typer.setAttribute("aria-expanded", String(open));
    if (open) this.keyboard.field.focus();
    else this.keyboard.clear();
    this.log?.follow();
  }

  /** @param {number|null} left */
  warn(left) {
    if (!this.question || !this.count) return;
    const opened = this.question.hidden && left !== null;
    this.question.hidden = left === null;
    this.count.textContent = String(left ?? "");
    put(/** @type {Element} */ (this.question.querySelector("p")), this.t("still_more", { n: left ?? 0 }));
    if (opened) this.question.querySelector("button")?.focus();
  }

  leave() {
    this.kiosk.step({ kind: "leave" });
  }

  changed() {
    if (!this.frame && !this.over) this.frame = requestAnimationFrame(() => this.update());
  }

  update() {
    this.frame = 0;
    const { session, voice } = this;
    if (this.over || !voice || !this.log || !this.silence || !this.banner) return;
    this.view?.update();
    this.log.update(session.state, voice.saying);
    this.announcer?.update(session.state, voice.state.mic !== "on");
    this.banner.hidden = !isCutOff(session.state);
    this.silence.disabled = voice.state.mic !== "on";
    this.silence.setAttribute("aria-pressed", String(voice.state.muted));
    put(/** @type {Element} */ (this.silence.lastElementChild), this.t(voice.state.muted ? "unmute" : "mute"));
  }

  end() {
    this.over = true;
    this.voice?.stop();
    this.session.end();
  }
}

if (!customElements.get("aisle-kiosk")) customElements.define("aisle-kiosk", KioskElement);
