/** What the app says beside the chat's own words; English where a language has none. Above: mobile_element.js. */

const WORDS = /** @type {const} */ ({
  en: {
    install: "Install as an app", notify: "Notify me of answers", hush: "Stop notifications", ask_order: "Where is my order?", ask_person: "I would like to talk to a person",
    code_again: "Ask the other screen for a new one, and type it here.", by_hand: "In Safari, press Share and then Add to Home Screen.",
    waiting: "You are offline. Waiting to be sent: {n}",
  },
  de: {
    install: "Als App installieren", notify: "Bei Antworten benachrichtigen", hush: "Nicht mehr benachrichtigen", ask_order: "Wo ist meine Bestellung?", ask_person: "Ich möchte mit einem Menschen sprechen",
    code_again: "Lassen Sie sich auf dem anderen Bildschirm einen neuen geben und tippen Sie ihn hier ein.", by_hand: "Drücken Sie in Safari auf Teilen und dann auf Zum Home-Bildschirm.",
    waiting: "Sie sind offline. Noch zu senden: {n}",
  },
  es: {
    install: "Instalar como aplicación", notify: "Avisarme de las respuestas", hush: "No avisarme más", ask_order: "¿Dónde está mi pedido?", ask_person: "Quiero hablar con una persona",
    code_again: "Pida uno nuevo en la otra pantalla y escríbalo aquí.", by_hand: "En Safari, pulse Compartir y luego Añadir a pantalla de inicio.",
    waiting: "Está sin conexión. Pendientes de envío: {n}",
  },
  fr: {
    install: "Installer l’application", notify: "M’avertir des réponses", hush: "Ne plus m’avertir", ask_order: "Où est ma commande ?", ask_person: "Je voudrais parler à quelqu’un",
    code_again: "Demandez-en un nouveau sur l’autre écran et saisissez-le ici.", by_hand: "Dans Safari, touchez Partager puis Sur l’écran d’accueil.",
    waiting: "Vous êtes hors ligne. À envoyer : {n}",
  },
});

/** @typedef {keyof typeof WORDS.en} Key */

/** @param {string} language @returns {(key: Key, values?: Record<string, string|number>) => string} */
export function appWords(language) {
  const words = Object.hasOwn(WORDS, language) ? WORDS[/** @type {keyof typeof WORDS} */ (language)] : WORDS.en;
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

export const LANGUAGES = Object.keys(WORDS);
export const KEYS = Object.keys(WORDS.en);
