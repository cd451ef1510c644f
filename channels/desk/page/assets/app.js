/**
 * What every view is given.
 *
 * @typedef {{state: import("./state/desk.js").State, t: import("./words.js").Translate, language: string, now: number,
 *   drafts: import("./state/drafts.js").Drafts, singleKeys: boolean,
 *   handle: import("./acts/handling.js").Handling, write: import("./acts/writing.js").Writing,
 *   serve: import("./acts/serving.js").Serving, lead: import("./acts/leading.js").Leading, review: import("./acts/reviewing.js").Reviewing,
 *   show: import("./showing.js").Showing}} App
 */

import { formatMoney } from "/assets/format.js";
import { markup } from "./views/markup.js";

/** @param {App} app @param {any} amount */
export function money(app, amount) {
  return amount ? formatMoney(amount, app.language) : "";
}

export { markup };
