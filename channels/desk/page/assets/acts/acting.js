/**
 * What every act shares: the state it changes, the call it makes, and the words it fails with.
 *
 * Above: the acts. Below: desk_client.js, the state.
 *
 * @typedef {{client: import("../desk_client.js").DeskClient, drafts: import("../state/drafts.js").Drafts, read: () => import("../state/desk.js").State,
 *   change: (next: (state: import("../state/desk.js").State) => import("../state/desk.js").State) => void,
 *   t: import("../words.js").Translate, focus: (what: string) => void, draft?: () => void}} Host
 */

import { inTalk } from "../state/desk.js";
import { worded } from "../words.js";

const TOAST_MS = 6_000;
const MOST_TOASTS = 2;
let toasts = 0;

export class Acting {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
  }

  get state() {
    return this.host.read();
  }

  /** @param {(state: import("../state/desk.js").State) => import("../state/desk.js").State} next */
  change(next) {
    this.host.change(next);
  }

  /** @param {Partial<import("../state/desk.js").State>} some */
  set(some) {
    this.change((state) => ({ ...state, ...some }));
  }

  /** @param {string} id @param {Partial<import("../state/talk.js").Talk>} some */
  inTalk(id, some) {
    this.change((state) => inTalk(state, id, (talk) => ({ ...talk, ...some })));
  }

  /**
   * The answer, or null when it failed and the agent was told. A 204 answers true.
   * @param {string} method
   * @param {string} path
   * @param {any} [body]
   * @returns {Promise<any>}
   */
  async ask(method, path, body) {
    try {
      return (await this.host.client.call(method, path, body)) ?? true;
    } catch (error) {
      this.failed(error);
      return null;
    }
  }

  /** @param {string} path below the open conversation @param {any} [body] @param {string} [method] */
  here(path, body, method = "POST") {
    return this.ask(method, `/conversations/${encodeURIComponent(this.state.current)}${path}`, method === "DELETE" ? undefined : body ?? {});
  }

  /** @param {unknown} error */
  failed(error) {
    const { code = "", message = "" } = /** @type {any} */ (error);
    const known = worded(this.host.t, "problem", code);
    this.toast(known !== code.replaceAll("_", " ") ? known : message || known || this.host.t("problem_unknown"), "bad");
  }

  /**
   * @param {string} text
   * @param {"good"|"bad"|"plain"} [tone]
   * @param {(() => void)|null} [undo]
   */
  toast(text, tone = "good", undo = null) {
    toasts += 1;
    const one = { id: toasts, text, tone, undo };
    this.change((state) => ({ ...state, toasts: [...state.toasts.filter((other) => other.text !== text), one].slice(-MOST_TOASTS) }));
    setTimeout(() => this.dismiss(one.id), tone === "bad" ? 2 * TOAST_MS : TOAST_MS);
  }

  /** @param {number} id */
  dismiss(id) {
    this.change((state) => ({ ...state, toasts: state.toasts.filter((one) => one.id !== id) }));
  }

  /** @param {import("../state/desk.js").Panel|null} panel */
  panel(panel) {
    this.set({ panel });
  }
}
