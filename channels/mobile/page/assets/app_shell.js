/**
 * The app around the chat: its service worker, installing it, and notifications. Nothing of it is needed to talk.
 *
 * Above: mobile_element.js.
 *
 * @typedef {Event & {prompt: () => Promise<void>, userChoice: Promise<{outcome: string}>}} InstallEvent
 */

import { call } from "/assets/aisle_client.js";
import { ownScript } from "/assets/own_script.js";

const WORKER = "/m/worker.js";

export class AppShell extends EventTarget {
  /** @param {string} base */
  constructor(base) {
    super();
    this.base = base;
    /** @type {ServiceWorkerRegistration|null} */
    this.registration = null;
    /** @type {InstallEvent|null} */
    this.installing = null;
    /** The VAPID key; "" where the shop sends no notifications. */
    this.pushKey = "";
    this.subscribed = false;
  }

  get isInstalled() {
    return matchMedia("(display-mode: standalone)").matches || Boolean(/** @type {any} */ (navigator).standalone);
  }

  /** Safari installs by hand only. */
  get installsByHand() {
    return !this.isInstalled && /iPhone|iPad|iPod/.test(navigator.userAgent);
  }

  get mayNotify() {
    return Boolean(this.pushKey) && "PushManager" in window && Notification.permission !== "denied";
  }

  listen() {
    addEventListener("beforeinstallprompt", (event) => { event.preventDefault(); this.installing = /** @type {InstallEvent} */ (event); this.changed(); });
    addEventListener("appinstalled", () => { this.installing = null; this.changed(); });
  }

  /**
   * A newer version that waits is taken now, before anybody has talked; one that comes later waits for the next start.
   * @returns {Promise<void>}
   */
  async start() {
    if (!("serviceWorker" in navigator)) return;
    try {
      this.registration = await navigator.serviceWorker.register(ownScript(WORKER), { scope: "/m/", updateViaCache: "none" });
    } catch {
      return; // a browser or an address (plain http) that allows none: the page works without
    }
    this.registration.waiting?.postMessage({ type: "activate" });
    const pushManager = this.registration.pushManager;
    this.pushKey = pushManager ? await call(this.base, "v1/push").then((found) => found.public_key, () => "") : "";
    this.subscribed = Boolean(this.pushKey && await pushManager.getSubscription().catch(() => null));
    this.changed();
  }

  async install() {
    await this.installing?.prompt();
    this.installing = null;
    this.changed();
  }

  /** Messages wait: the worker sends them when there is a network, even without the app (where browsers can). */
  async sendLater() {
    const sync = /** @type {any} */ (this.registration)?.sync;
    await sync?.register("outbox").catch(() => undefined);
  }

  /** Asks the customer, and tells the server. @param {import("/assets/chat/session.js").Session} session */
  async notify(session) {
    if (!this.registration || await Notification.requestPermission() !== "granted") return this.changed();
    const made = await this.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(this.pushKey) });
    const { endpoint, keys } = made.toJSON();
    await session.post("push_subscriptions", { endpoint, keys, locale: session.locale });
    this.subscribed = true;
    this.changed();
  }

  /** @param {import("/assets/chat/session.js").Session} session */
  async hush(session) {
    const made = await this.registration?.pushManager.getSubscription();
    await made?.unsubscribe();
    this.subscribed = false;
    this.changed();
    if (made) await session.post("push_subscriptions/forget", { endpoint: made.endpoint }).catch(() => undefined);
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {string} base64url */
function bytesOf(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
