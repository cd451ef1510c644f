/**
 * One visitor's conversation on the screen: the log, the voice, the keyboard, and beside them the floor plan or the way to a phone.
 *
 * Everything of a visitor hangs on a Stay and goes with it. Below: the widget's session, log and voice. Above: kiosk_element.js.
 */

import { h, icon, put } from "/assets/dom.js";
import { isBusy, isCutOff, memoryStorage } from "/assets/aisle_client.js";
import { AnnouncerView } from "/assets/chat/announcer.js";
import { LogView } from "/assets/chat/log_view.js";
import { openVoice } from "/assets/voice/voice_view.js";
import { shownOf } from "/assets/voice/voice_state.js";
import { asksWho, chipsFor } from "./chips.js";
import { HandoverView } from "./handover_view.js";
import { KeyboardView } from "./keyboard.js";
import { MapView, loadPlan } from "./map_view.js";
import { PrivateSession } from "./private_session.js";
import { hereView } from "./shelf.js";
import { speaking } from "./words.js";

/** @typedef {import("/assets/chat/wire.js").Card} Card */
/** @typedef {import("./map_view.js").Wish} Wish */

export class Stay {
  /** @param {import("./kiosk_element.js").KioskElement} kiosk @param {string} language */
  constructor(kiosk, language) {
    this.kiosk = kiosk;
    this.language = language;
    this.t = speaking(language);
    const { store } = kiosk.asked;
    this.session = new PrivateSession({ base: kiosk.base, storage: memoryStorage(), locale: language, channel: "kiosk", storeId: kiosk.knows ? store : "" });
    this.session.addEventListener("change", () => this.changed());
    this.frame = 0;
    this.over = false;
    this.hasPlan = false;
    /** The reply whose map has been opened. */
    this.mapped = 0;
    this.chipKey = "";
    /** @type {Node[]} */
    this.nodes = [];
  }

  /** @param {import("/assets/chat/words.js").Translate} words */
  async open(words) {
    const { t, session, kiosk } = this;
    const { store, name } = kiosk.asked;
    const load = (/** @type {Wish} */ wish) => loadPlan(kiosk.base, store, name, this.language, wish);
    /** @type {import("/assets/chat/card_view.js").Context} */
    const context = {
      session, t: (key, values) => (key === "hello_more" ? t("hello_more") : words(key, values)), locale: this.language, base: kiosk.base, talk: () => this.talk(),
      productAddress: () => null, pathAddress: () => null,
      starters: [t("start_1"), t("start_2"), t("start_3"), t("start_4")],
      beside: store ? (card) => hereView(kiosk.base, store, card, t, this.hasPlan ? () => void this.map({ product: card.id }) : null) : undefined,
    };
    const say = (/** @type {string} */ text) => session.say(text);
    this.mapView = new MapView(t, load, () => this.show(null));
    this.handover = new HandoverView(t, session, { close: () => this.show(null), end: () => this.leave() });
    this.hasPlan = kiosk.knows && await this.mapView.open();
    this.log = new LogView(context, say);
    this.announcer = new AnnouncerView(words);
    this.view = await openVoice(context, null, {
      idle: t("tap_to_talk"), failed: (failure) => (failure === "denied" ? t("failed_denied") : failure === "engine" || failure === "no_socket" ? "" : t("failed_other")) });
    this.voice = this.view.voice;
    this.voice.addEventListener("change", () => this.changed());
    this.keyboard = new KeyboardView(t, this.language, (text) => { this.type(false); say(text); }, () => this.type(false));
    this.banner = h("div", { class: "offline", role: "alert", hidden: true }, h("p", {}, t("offline")),
      h("button", { type: "button", class: "plain", onclick: () => session.connection?.nudge() }, icon("retry"), t("retry")));
    this.chips = h("ul", { class: "chips", role: "list", "aria-label": t("ask") });
    this.silence = h("button", { type: "button", class: "side mute", "aria-pressed": "false", onclick: () => this.voice?.mute(!this.voice.state.muted) }, icon("mic_off"), h("span", {}, t("mute")));
    this.typer = h("button", { type: "button", class: "side type", "aria-expanded": "false", onclick: () => this.type(Boolean(this.keyboard?.node.hidden)) }, icon("keys"), h("span", {}, t("type")));
    this.aside = h("aside", { hidden: true }, this.mapView.node, this.handover.node);
    this.talking = h("main", { class: "talk" }, this.banner, h("div", { class: "middle" }, h("div", { class: "reading" }, h("div", { class: "scroll" }, this.log.node, this.log.latest), this.chips), this.aside), this.keyboard.node,
      h("div", { class: "dock" }, this.typer, this.view.node, this.silence));
    this.nodes = [this.header(), this.talking, this.warning(), this.announcer.words, this.announcer.status];
    this.changed();
    this.talk();
  }

  header() {
    const { t, kiosk } = this;
    this.mapButton = h("button", { type: "button", class: "plain tool", "aria-pressed": "false", hidden: !this.hasPlan, onclick: () => (this.shown === "map" ? this.show(null) : void this.map({})) }, icon("pin"), h("span", {}, t("map")));
    this.takeButton = h("button", { type: "button", class: "plain tool", "aria-pressed": "false", onclick: () => this.show(this.shown === "handover" ? null : "handover") }, icon("phone"), h("span", {}, t("take")));
    return h("header", { class: "bar" }, h("img", { src: "/assets/art/mark.svg", alt: "", width: 64, height: 64 }),
      h("p", {}, h("strong", {}, kiosk.shop), h("span", {}, kiosk.store)), this.mapButton, this.takeButton,
      h("button", { type: "button", class: "plain tool", onclick: () => this.leave() }, icon("retry"), h("span", {}, t("start_over"))));
  }

  warning() {
    const { t, kiosk } = this;
    this.count = h("strong", { class: "count" });
    this.question = h("div", { class: "still", role: "alertdialog", "aria-label": t("still_there"), hidden: true }, h("div", {}, this.count, h("h2", {}, t("still_there")), h("p", {}),
      h("div", { class: "buttons" }, h("button", { type: "button", class: "solid", onclick: () => kiosk.step({ kind: "touched", now: Date.now() }) }, t("still_here")), h("button", { type: "button", class: "plain", onclick: () => this.leave() }, t("leave")))));
    return this.question;
  }

  // -- beside the conversation -----------------------------------------------------------------------------------------

  /** @returns {"map"|"handover"|null} */
  get shown() {
    if (!this.aside || this.aside.hidden) return null;
    return this.mapView?.node.hidden ? "handover" : "map";
  }

  /** @param {"map"|"handover"|null} what */
  show(what) {
    const { aside, mapView, handover, mapButton, takeButton, talking } = this;
    if (!aside || !mapView || !handover) return;
    aside.hidden = what === null;
    mapView.node.hidden = what !== "map";
    handover.node.hidden = what !== "handover";
    talking?.classList.toggle("beside", what !== null);
    mapButton?.setAttribute("aria-pressed", String(what === "map"));
    takeButton?.setAttribute("aria-pressed", String(what === "handover"));
    handover.step({ kind: what === "handover" ? "open" : "close" });
    if (what === "handover" && this.elsewhere()) handover.step({ kind: "joined" });
    this.log?.follow();
  }

  /** @param {Wish} wish */
  async map(wish) {
    if (!await this.mapView?.open(wish) || this.over) return;
    this.show("map");
    this.mapView?.title.focus({ preventScroll: true });
  }

  /** Whether another device takes part. */
  elsewhere() {
    return this.session.state.channels.some((name) => name !== "kiosk" && name !== "desk");
  }

  /** A reply that tells where something is shows it, too: once, and only the newest. */
  follow() {
    const last = this.session.state.entries.findLast((entry) => entry.kind === "assistant");
    if (!last || last.kind !== "assistant" || last.seq <= this.mapped) return;
    this.mapped = last.seq;
    const told = last.cards.flatMap((card) => card.actions ?? []).find((action) => action.action === "show_on_map" && action.arguments?.store_id === this.kiosk.asked.store);
    if (asksWho(this.session.state)) this.show("handover");
    if (told && this.hasPlan) void this.map({ product: String(told.arguments?.product_id ?? ""), spot: String(told.arguments?.spot ?? ""), kind: told.arguments?.kind === "yes" });
  }

  offer() {
    const chips = chipsFor(this.session.state, this.hasPlan);
    const key = chips.map((chip) => chip.key).join();
    if (key === this.chipKey || !this.chips) return;
    this.chipKey = key;
    put(this.chips, chips.map((chip) => h("li", {}, h("button", { type: "button", onclick: () => (chip.key === "take" ? this.show("handover") : this.session.say(this.t(chip.key))) }, this.t(chip.key)))));
  }

  /** What is somebody's own stands as a calm tile, with the way to their phone. */
  veil() {
    for (const key of this.session.masked) {
      const node = this.log?.lines.get(key)?.node;
      if (!node || node.classList.contains("private")) continue;
      node.classList.add("private");
      if (node.classList.contains("mine") || node.classList.contains("did")) continue;
      node.append(h("div", { class: "tile" }, h("span", { class: "emblem" }, icon("phone")), h("div", {}, h("strong", {}, this.t("private")), h("p", {}, this.t("private_more"))),
        h("button", { type: "button", class: "plain", onclick: () => this.show("handover") }, this.t("private_take"))));
    }
  }

  // -- the visit ------------------------------------------------------------------------------------------------------------

  get isBusy() {
    const shown = this.voice ? shownOf(this.voice.state) : "off";
    return ["asking", "hearing", "thinking", "speaking"].includes(shown) || (isBusy(this.session.state) && !isCutOff(this.session.state));
  }

  /** Whether the line works, or nobody needs one. */
  get isAlive() {
    const { connection, state } = this.session;
    return state.phase === "live" || (!connection && !state.pending.length && !this.session.starting);
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

  /** @param {number} now */
  tick(now) {
    this.handover?.step({ kind: "tick", now });
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
    this.veil();
    this.offer();
    this.follow();
    if (this.elsewhere()) this.handover?.step({ kind: "joined" });
    this.announcer?.update(session.state, voice.state.mic !== "on");
    this.banner.hidden = !isCutOff(session.state);
    this.silence.disabled = voice.state.mic !== "on";
    this.silence.setAttribute("aria-pressed", String(voice.state.muted));
    put(/** @type {Element} */ (this.silence.lastElementChild), this.t(voice.state.muted ? "unmute" : "mute"));
  }

  end() {
    this.over = true;
    this.voice?.stop();
    this.handover?.step({ kind: "close" });
    this.session.depart();
  }
}
