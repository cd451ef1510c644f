/**
 * "Your data": what is kept, what it may be used for, a copy of it, its deletion. Loaded when it is opened.
 *
 * Below: own_data.js (what is shown), own_data_calls.js. Above: sheets.js.
 *
 * @typedef {import("../chat/card_view.js").Context} Context
 * @typedef {import("./own_data.js").Consents} Consents
 * @typedef {import("./own_data.js").OwnData} OwnData
 * @typedef {import("./own_data_words.js").Words} Words
 */

import { Problem } from "../chat/api.js";
import { sheet } from "../chat/sheet_frame.js";
import { h, put } from "../dom.js";
import { chosen, kept, may } from "./own_data.js";
import { choose, erase, readConsents, readOwnData, takeCopy } from "./own_data_calls.js";
import { wordsFor } from "./own_data_words.js";

/** @param {Context} context @param {() => void} close */
export function ownDataSheet(context, close) {
  const words = wordsFor(context.locale);
  const place = h("div", { class: "own-data" }, h("p", {}, context.t("working")));
  const dress = h("link", { rel: "stylesheet", href: new URL("own_data.css", import.meta.url).href });
  fill(context, words, place);
  return sheet(context, context.t("your_data"), close, dress, place);
}

/** @param {Context} context @param {Words} words @param {HTMLElement} place */
async function fill(context, words, place) {
  const { session } = context;
  if (!session.state.conversationId) {
    put(place, h("p", {}, words.nothing));
    return;
  }
  try {
    const [told, consents] = await Promise.all([readOwnData(session), readConsents(session)]);
    put(place, keptPart(context, words, told), usesPart(context, words, consents), actsPart(context, words, told, place));
  } catch {
    put(place, h("p", { role: "alert" }, words.failed), h("div", { class: "acts" },
      h("button", { type: "button", class: "plain", onclick: () => fill(context, words, place) }, context.t("retry"))));
  }
}

/** @param {Context} context @param {Words} words @param {OwnData} told */
function keptPart(context, words, told) {
  const { locale } = context;
  if (told.who === "named") {
    return h("section", {}, h("h3", {}, words.kept), h("p", {}, words.named), h("div", { class: "acts" }, h("button", { type: "button", class: "solid",
      onclick: () => context.sheet?.((sheets, done) => sheets.signInSheet(context, done)) }, words.sign_in)));
  }
  const lines = kept(told).map(({ kind, count, period }) => h("li", {},
    h("span", { class: "what" }, words.kinds[/** @type {keyof Words["kinds"]} */ (kind)],
      h("small", {}, period ? words.period.replace("{period}", lasting(locale, period)) : words.by_shop)),
    h("span", { class: "count" }, new Intl.NumberFormat(locale).format(count))));
  return h("section", {}, h("h3", {}, words.kept), lines.length ? h("ul", { role: "list" }, lines) : h("p", {}, words.nothing));
}

/** @param {string} locale @param {[number, string]} period */
function lasting(locale, [amount, unit]) {
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

/** @param {Context} context @param {Words} words @param {Consents} first */
function usesPart({ session }, words, first) {
  let consents = first;
  const list = h("ul", { role: "list" });
  const told = h("p", { class: "told", role: "alert" });
  /** @param {string} purpose @param {boolean} given */
  const change = async (purpose, given) => {
    const before = consents;
    consents = chosen(consents, purpose, given);
    put(told);
    draw(purpose);
    try {
      consents = await choose(session, purpose, given);
    } catch {
      consents = before;
      put(told, words.failed);
    }
    draw(purpose);
  };
  /** @param {string} [focus] */
  const draw = (focus) => {
    put(list, consents.consents.map((one) => line(words, one, change)));
    /** @type {HTMLElement|null} */ (focus ? list.querySelector(`[data-purpose="${focus}"]`) : null)?.focus();
  };
  draw();
  return h("section", {}, h("h3", {}, words.uses), list, told, consents.lasting ? null : h("p", { class: "soft" }, words.here_only));
}

/**
 * @param {Words} words
 * @param {import("./own_data.js").Consent} one
 * @param {(purpose: string, given: boolean) => void} change
 */
function line(words, { purpose, given, decided_by: by, changeable }, change) {
  const name = /** @type {keyof Words["purposes"]} */ (purpose);
  const id = `own-${purpose}`;
  const set = !given && by in words.by ? words.by[/** @type {keyof Words["by"]} */ (by)] : "";
  return h("li", {},
    h("span", { class: "what", id }, words.purposes[name], h("small", {}, set || words.more[name])),
    h("button", { type: "button", class: "switch", role: "switch", "aria-checked": String(given), "aria-labelledby": id, disabled: !changeable,
      "data-purpose": purpose, onclick: () => change(purpose, !given) }));
}

/** @param {Context} context @param {Words} words @param {OwnData} told @param {HTMLElement} place */
function actsPart(context, words, told, place) {
  const { take, eraseHere, eraseAll, going, held } = may(told);
  const status = h("p", { class: "told", role: "status" }, going ? words.deleting : held ? words.held : null);
  const asked = h("div", {});
  const copy = h("button", { type: "button", class: "solid", onclick: () => download(context, words, copy, status) }, words.copy);
  const wish = h("button", { type: "button", class: "plain danger", onclick: () => {
    put(asked, sure(context, words, eraseAll, status, asked, place));
    /** @type {HTMLElement|null} */ (asked.querySelector("button"))?.focus();
  } }, words.delete);
  return h("section", {}, h("div", { class: "acts" }, take ? copy : null, eraseHere ? wish : null), asked, status);
}

/** @param {Context} context @param {Words} words @param {boolean} all @param {HTMLElement} status @param {HTMLElement} asked @param {HTMLElement} place */
function sure(context, words, all, status, asked, place) {
  const clientId = crypto.randomUUID();
  /** @param {"conversation"|"customer"} scope */
  const run = (scope) => async () => {
    put(asked);
    try {
      await erase(context.session, scope, clientId);
      put(status, words.deleting);
      place.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    } catch (error) {
      put(status, error instanceof Problem && error.code === "legal_hold" ? words.held : words.failed);
    }
  };
  return h("div", { class: "sure" }, h("p", {}, words.sure), h("div", { class: "acts" },
    h("button", { type: "button", class: "plain", onclick: () => put(asked) }, words.keep),
    h("button", { type: "button", class: "plain danger", onclick: run("conversation") }, words.here),
    all ? h("button", { type: "button", class: "plain danger", onclick: run("customer") }, words.all) : null));
}

/** @param {Context} context @param {Words} words @param {HTMLButtonElement} button @param {HTMLElement} status */
async function download({ session }, words, button, status) {
  button.disabled = true;
  try {
    const { name, content } = await takeCopy(session);
    const url = URL.createObjectURL(content);
    const link = h("a", { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    put(status, words.copied);
  } catch {
    put(status, words.failed);
  }
  button.disabled = false;
}
