/**
 * What the widget says by itself, in the customer's language; English until another has loaded.
 *
 * @typedef {(key: keyof typeof import("../languages/en.js").default, values?: Record<string, string|number>) => string} Translate
 */

import english from "../languages/en.js";

/** Each is one module in languages/, loaded only when it is wanted. */
export const LANGUAGES = Object.freeze({
  en: "English", nb: "Norsk", de: "Deutsch", fr: "Français", es: "Español", ar: "العربية",
});

const RIGHT_TO_LEFT = new Set(["ar", "he", "fa", "ur"]);

/** @param {string} locale */
export function directionOf(locale) {
  return RIGHT_TO_LEFT.has(locale.split("-")[0]) ? "rtl" : "ltr";
}

/**
 * The first language of a list that the widget speaks.
 * @param {readonly (string|null|undefined)[]} wanted
 * @returns {keyof typeof LANGUAGES}
 */
export function chooseLanguage(wanted) {
  for (const locale of wanted) {
    const language = (locale ?? "").toLowerCase().split(/[-_]/)[0].replace(/^(no|nn)$/, "nb");
    if (Object.hasOwn(LANGUAGES, language)) return /** @type {keyof typeof LANGUAGES} */ (language);
  }
  return "en";
}

/** What replies are written in: to somebody of another language they come in English, and the widget stays as it is. */
const WRITTEN = new Set(["en", "es", "fr", "de"]);

/**
 * The conversation's language, where the widget does not speak it yet.
 * @param {import("./conversation.js").State} state
 * @param {string} spoken
 * @returns {keyof typeof LANGUAGES|null}
 */
export function languageToFollow(state, spoken) {
  const last = state.entries.findLast((entry) => entry.kind === "assistant");
  const language = last?.kind === "assistant" ? last.language.toLowerCase().split(/[-_]/)[0] : "";
  return WRITTEN.has(language) && WRITTEN.has(spoken) && language !== spoken ? /** @type {keyof typeof LANGUAGES} */ (language) : null;
}

/**
 * @param {Partial<typeof english>} words
 * @returns {Translate}
 */
export function speaking(words) {
  return (key, values = {}) => String(words[key] ?? english[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** @param {keyof typeof LANGUAGES} language @returns {Promise<Translate>} */
export async function loadWords(language) {
  if (language === "en") return speaking(english);
  const words = await import(new URL(`../languages/${language}.js`, import.meta.url).href).catch(() => ({ default: {} }));
  return speaking(words.default);
}

/** Stock in words; an unknown state is shown as it came. @param {string} availability @param {Translate} t */
export function stockWords(availability, t) {
  return Object.hasOwn(english, availability) ? t(/** @type {keyof typeof english} */ (availability)) : availability.replaceAll("_", " ");
}

/**
 * How stock is coloured, from the code or from the assistant's own words ("only 3 left online").
 * @param {string} availability
 * @returns {"good"|"warn"|"bad"|"unmarked"}
 */
export function stockTone(availability) {
  const words = availability.toLowerCase().replaceAll("_", " ");
  if (/(sold out|out of stock|agotado|épuisé|ausverkauft).*(\bstores?\b|\d+ (tienda|magasin|filiale))/.test(words)) return "warn";
  if (/out of stock|sold out|not for sale|not available|no longer|agotado|épuisé|ausverkauft|no está a la venta|pas en vente|nicht im verkauf/.test(words)) return "bad";
  if (/\bonly\b|few|low stock|\bleft\b|solo quedan|plus que|nur noch/.test(words) && !/stores only/.test(words)) return "warn";
  return /in stock|disponible|en stock|auf lager|unidad|^\d+ en /.test(words) ? "good" : "unmarked";
}
