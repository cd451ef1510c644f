/**
 * The watchdog: a worker's clock beside the page's. The worker tells the server that this kiosk lives, or that its page hangs.
 *
 * Below: watch_state.js, watchdog_worker.js. Above: kiosk_element.js.
 */

import { ownScript } from "/assets/own_script.js";
import { allWell, healthOf, reloadsIn, watching } from "./watch_state.js";

export class Watchdog {
  /**
   * @param {{base: string, name: string, store: string}} kiosk
   * @param {{alive: () => boolean, nudge: () => void, reload?: () => void}} page
   */
  constructor({ base, name, store }, page) {
    this.base = base;
    this.page = page;
    this.watch = allWell();
    this.reachable = true;
    this.reloads = reloadsIn(window.name);
    this.worker = new Worker(ownScript("/kiosk/assets/watchdog_worker.js"));
    this.worker.onmessage = ({ data }) => (data === "reload" ? this.reload() : this.look());
    const url = new URL(`v1/kiosks/${encodeURIComponent(name)}/heartbeat`, base).href;
    this.worker.postMessage({ kind: "start", url, store, reloads: this.reloads });
  }

  look() {
    this.watch = watching(this.watch, { now: Date.now(), alive: this.page.alive(), reachable: this.reachable && navigator.onLine });
    if (this.watch.act === "nudge") {
      this.page.nudge();
      void this.probe();
    }
    if (this.watch.act === "reload") return this.reload();
    this.worker.postMessage({ kind: "alive", state: healthOf(this.watch, navigator.onLine) });
  }

  /** Without a server, a page loaded anew would be an empty one. */
  async probe() {
    this.reachable = await fetch(new URL("healthz", this.base), { cache: "no-store", signal: AbortSignal.timeout(5_000) }).then((answer) => answer.ok, () => false);
  }

  reload() {
    window.name = `aisle-kiosk:${Math.min(999_999, this.reloads + 1)}`;
    if (this.page.reload) this.page.reload();
    else location.reload();
  }

  stop() {
    this.worker.terminate();
  }
}
