/**
 * What the desk says, in the agent's language; English is the measure of the others.
 *
 * @typedef {keyof typeof import("./languages/en.js").default} Key
 * @typedef {(key: Key, values?: Record<string, string|number>) => string} Translate
 */

import de from "./languages/de.js";
import en from "./languages/en.js";
import es from "./languages/es.js";
import fr from "./languages/fr.js";

/** @type {Readonly<Record<string, Readonly<Record<Key, string>>>>} */
export const LANGUAGES = Object.freeze({ en, de, es, fr });

/** @param {readonly string[]} wanted the first one that is spoken here */
export function chooseLanguage(wanted) {
  return wanted.map((locale) => locale.toLowerCase().split(/[-_]/)[0]).find((language) => Object.hasOwn(LANGUAGES, language)) ?? "en";
}

/** A value in braces is filled in; a key that nobody wrote (a reason of the shop's own) is told as it is. @param {string} language @returns {Translate} */
export function speaking(language) {
  const words = LANGUAGES[language] ?? en;
  return (key, values = {}) => (words[key] ?? en[key] ?? String(key).replaceAll("_", " ")).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A word of the server's (a reason, an outcome) in this language where it is known here. @param {Translate} t @param {string} family @param {string} word */
export function worded(t, family, word) {
  const key = `${family}_${String(word ?? "").replace(/\W+/g, "_")}`;
  return Object.hasOwn(en, key) ? t(/** @type {Key} */ (key)) : String(word ?? "").replaceAll("_", " ");
}

/** Why a person is asked for: what happened to the conversation since, else the rule, else the rule's own words. @param {Translate} t @param {string} reason @param {string} [rule] */
export function reasonWords(t, reason, rule = "") {
  const happened = /^woken by /.test(reason) ? "woken" : reason.replace(/\W+/g, "_");
  if (Object.hasOwn(en, `reason_${happened}`)) return worded(t, "reason", happened);
  return Object.hasOwn(en, `reason_${rule}`) ? worded(t, "reason", rule) : reason;
}
