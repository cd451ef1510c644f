/**
 * <aisle-kiosk>: the whole screen in a store. One visitor at a time, each with a session and a memory of their own that ends
 * with them; the address says which store it stands in, and how it is called (visit.js).
 *
 * Below: visit.js, stay.js, attract_view.js, the watchdog and the lock.
 */

import { put } from "/assets/dom.js";
import { call } from "/assets/aisle_client.js";
import { loadWords } from "/assets/chat/words.js";
import { AttractView, loadBestsellers } from "./attract_view.js";
import { lock } from "./device.js";
import { storeName } from "./shelf.js";
import { Stay } from "./stay.js";
import { nobody, readAddress, visiting } from "./visit.js";
import { REFRESH_AFTER } from "./watch_state.js";
import { Watchdog } from "./watchdog.js";
import { chooseLanguage } from "./words.js";

const TICK = 500;
/** How long a visitor waits for what is not known of the store. */
const SOON = 1_500;

/** @param {number} ms @returns {Promise<void>} */
const later = (ms) => new Promise((done) => { setTimeout(done, ms); });

export class KioskElement extends HTMLElement {
  constructor() {
    super();
    this.asked = readAddress(new URL(location.href));
    this.language = chooseLanguage([this.asked.language, ...navigator.languages]);
    this.base = new URL("/", location.href).href;
    this.visit = nobody();
    this.shop = "";
    this.store = "";
    /** The shop has the store that the address names. */
    this.knows = false;
    /** @type {import("./attract_view.js").Product[]} */
    this.products = [];
    /** What belongs to one visitor, and goes with them. @type {Stay|null} */
    this.stay = null;
    /** @type {AttractView|null} */
    this.inviting = null;
    this.timer = 0;
    this.loadedAt = Date.now();
    this.unlock = () => {};
    this.learning = Promise.resolve();
  }

  connectedCallback() {
    if (this.asked.theme) document.documentElement.dataset.theme = this.asked.theme;
    for (const name of ["pointerdown", "keydown", "wheel"]) this.addEventListener(name, (event) => this.touched(event), { passive: true });
    this.unlock = lock(this);
    for (const name of ["online", "offline"]) addEventListener(name, () => this.stay?.session.connection?.nudge());
    this.timer = window.setInterval(() => this.tick(Date.now()), TICK);
    this.dog = new Watchdog({ base: this.base, name: this.asked.name, store: this.asked.store },
      { alive: () => this.stay?.isAlive ?? true, nudge: () => this.stay?.session.connection?.nudge() });
    this.attract();
    this.learning = this.learn();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.dog?.stop();
    this.unlock();
    this.wipe();
  }

  async learn() {
    const [about, store, products] = await Promise.all([call(this.base, "v1/shop").catch(() => null),
      this.asked.store ? storeName(this.base, this.asked.store) : "", loadBestsellers(this.base, this.asked.store)]);
    this.shop = about?.name ?? "";
    this.store = store;
    this.knows = store !== "";
    this.products = products;
    document.title = store || this.shop || document.title;
    if (this.visit.screen === "attract") this.attract();
  }

  /** The store, before somebody asks for it: a touch may be quicker than the network, which may have been away. */
  async known() {
    if (!this.knows && this.asked.store && !this.stay) await Promise.race([this.learning, later(SOON)]);
    if (!this.knows && this.asked.store) await Promise.race([this.learn(), later(SOON)]);
  }

  /** @param {number} now */
  tick(now) {
    this.step({ kind: "tick", now, busy: this.stay?.isBusy ?? false, idle: this.asked.idle });
    this.stay?.tick(now);
    if (this.visit.screen === "attract" && now - this.loadedAt > REFRESH_AFTER && navigator.onLine) location.reload();
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
    this.inviting = new AttractView({ language: this.language, store: this.store, shop: this.shop, base: this.base }, (language) => void this.begin(language));
    put(this, this.inviting.node);
    void this.inviting.play(this.products);
  }

  /** Nothing of a visitor is kept: their memory was only ever this page's. What a browser keeps besides is emptied all the same. */
  wipe() {
    this.stay?.end();
    this.stay = null;
    this.inviting?.end();
    this.inviting = null;
    put(this);
    localStorage.clear();
    sessionStorage.clear();
    if ("caches" in window) void caches.keys().then((names) => names.forEach((name) => void caches.delete(name)), () => null);
  }

  /** @param {string} language */
  async begin(language) {
    this.step({ kind: "begin", language, now: Date.now() });
    document.documentElement.lang = language;
    await this.known();
    if (this.visit.screen !== "talk") return;
    const stay = new Stay(this, language);
    this.stay = stay;
    await stay.open(await loadWords(/** @type {any} */ (language)));
    if (this.stay !== stay) return stay.end();
    this.inviting?.end();
    put(this, ...stay.nodes);
  }
}

if (!customElements.get("aisle-kiosk")) customElements.define("aisle-kiosk", KioskElement);
