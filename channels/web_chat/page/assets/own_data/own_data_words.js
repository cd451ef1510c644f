/**
 * The panel's words, loaded with it; languages that are not here read English. Above: own_data_sheet.js.
 *
 * @typedef {typeof EN} Words
 */

const EN = {
  kept: "What is kept",
  nothing: "Nothing is kept of you here yet.",
  named: "You told us who you are. Sign in with a code to see, take or delete everything.",
  sign_in: "Sign in",
  kinds: { conversations: "Conversations", memories: "Remembered of you", orders: "Orders at the shop", callbacks: "Call-backs and messages", sign_ins: "Sign-ins", devices: "Devices" },
  period: "for {period}",
  by_shop: "as long as the shop must",
  uses: "What it may be used for",
  here_only: "What you turn on holds for this conversation. Sign in with a code, and it holds for all of yours.",
  purposes: { personalisation: "Suggestions", memory: "Remembering", recording: "Usual keeping time", analytics: "Statistics", marketing: "Advertising", training: "Training of models" },
  more: { personalisation: "From your orders and what you have said", memory: "Of you, between conversations; off deletes it", recording: "Off: this conversation is deleted a few days after its end", analytics: "Of the shop, with your conversations counted", marketing: "Messages about offers", training: "With your conversations" },
  by: { shop: "Set at the shop", browser: "Set by your browser" },
  copy: "Download a copy",
  copied: "The copy is on your device: a page to read, and a signed file.",
  delete: "Delete…",
  sure: "Deleted is deleted: nobody can bring it back. Orders stay with the shop, which must keep its books.",
  here: "Delete this conversation",
  all: "Delete everything of mine",
  keep: "Keep it",
  deleting: "It is being deleted. This conversation ends with it.",
  held: "The shop must keep this for now by law. Ask the shop.",
  failed: "That did not work. Please try again.",
};

/** @type {Words} */
const DE = {
  kept: "Was gespeichert ist",
  nothing: "Hier ist noch nichts von Ihnen gespeichert.",
  named: "Sie haben gesagt, wer Sie sind. Melden Sie sich mit einem Code an, um alles zu sehen, mitzunehmen oder zu löschen.",
  sign_in: "Anmelden",
  kinds: { conversations: "Gespräche", memories: "Von Ihnen gemerkt", orders: "Bestellungen beim Shop", callbacks: "Rückrufe und Nachrichten", sign_ins: "Anmeldungen", devices: "Geräte" },
  period: "{period} lang",
  by_shop: "so lange der Shop es muss",
  uses: "Wofür es verwendet werden darf",
  here_only: "Was Sie einschalten, gilt für dieses Gespräch. Melden Sie sich mit einem Code an, dann gilt es für alle.",
  purposes: { personalisation: "Vorschläge", memory: "Erinnern", recording: "Übliche Aufbewahrung", analytics: "Statistik", marketing: "Werbung", training: "Training von Modellen" },
  more: { personalisation: "Nach Ihren Bestellungen und dem, was Sie gesagt haben", memory: "An Sie, zwischen Gesprächen; aus löscht es", recording: "Aus: Dieses Gespräch wird wenige Tage nach seinem Ende gelöscht", analytics: "Des Shops, Ihre Gespräche mitgezählt", marketing: "Nachrichten über Angebote", training: "Mit Ihren Gesprächen" },
  by: { shop: "Beim Shop eingestellt", browser: "Von Ihrem Browser eingestellt" },
  copy: "Kopie herunterladen",
  copied: "Die Kopie ist auf Ihrem Gerät: eine Seite zum Lesen und eine signierte Datei.",
  delete: "Löschen …",
  sure: "Gelöscht ist gelöscht: niemand kann es zurückholen. Bestellungen bleiben beim Shop, der seine Bücher führen muss.",
  here: "Dieses Gespräch löschen",
  all: "Alles von mir löschen",
  keep: "Behalten",
  deleting: "Es wird gelöscht. Dieses Gespräch endet damit.",
  held: "Der Shop muss dies vorerst von Gesetzes wegen aufbewahren. Fragen Sie den Shop.",
  failed: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.",
};

/** @type {Words} */
const ES = {
  kept: "Lo que se guarda",
  nothing: "Aquí todavía no se guarda nada de usted.",
  named: "Nos dijo quién es. Identifíquese con un código para verlo, llevárselo o borrarlo todo.",
  sign_in: "Identificarse",
  kinds: { conversations: "Conversaciones", memories: "Recordado de usted", orders: "Pedidos en la tienda", callbacks: "Llamadas y mensajes", sign_ins: "Identificaciones", devices: "Dispositivos" },
  period: "durante {period}",
  by_shop: "mientras la tienda deba",
  uses: "Para qué se puede usar",
  here_only: "Lo que active vale para esta conversación. Identifíquese con un código y valdrá para todas.",
  purposes: { personalisation: "Sugerencias", memory: "Recordar", recording: "Plazo habitual", analytics: "Estadísticas", marketing: "Publicidad", training: "Entrenar modelos" },
  more: { personalisation: "Según sus pedidos y lo que ha dicho", memory: "A usted, entre conversaciones; al desactivarlo se borra", recording: "Desactivado: esta conversación se borra unos días después de terminar", analytics: "De la tienda, contando sus conversaciones", marketing: "Mensajes sobre ofertas", training: "Con sus conversaciones" },
  by: { shop: "Fijado en la tienda", browser: "Fijado por su navegador" },
  copy: "Descargar una copia",
  copied: "La copia está en su dispositivo: una página para leer y un archivo firmado.",
  delete: "Borrar…",
  sure: "Lo borrado, borrado está: nadie puede recuperarlo. Los pedidos quedan en la tienda, que debe llevar sus libros.",
  here: "Borrar esta conversación",
  all: "Borrar todo lo mío",
  keep: "Conservar",
  deleting: "Se está borrando. Esta conversación termina con ello.",
  held: "La tienda debe guardarlo por ahora por ley. Pregunte a la tienda.",
  failed: "No ha funcionado. Inténtelo de nuevo.",
};

/** @type {Words} */
const FR = {
  kept: "Ce qui est conservé",
  nothing: "Rien de vous n’est encore conservé ici.",
  named: "Vous nous avez dit qui vous êtes. Connectez-vous avec un code pour tout voir, emporter ou effacer.",
  sign_in: "Se connecter",
  kinds: { conversations: "Conversations", memories: "Retenu de vous", orders: "Commandes à la boutique", callbacks: "Rappels et messages", sign_ins: "Connexions", devices: "Appareils" },
  period: "pendant {period}",
  by_shop: "tant que la boutique le doit",
  uses: "À quoi cela peut servir",
  here_only: "Ce que vous activez vaut pour cette conversation. Connectez-vous avec un code, et cela vaudra pour toutes.",
  purposes: { personalisation: "Suggestions", memory: "Se souvenir", recording: "Durée habituelle", analytics: "Statistiques", marketing: "Publicité", training: "Entraîner des modèles" },
  more: { personalisation: "Selon vos commandes et ce que vous avez dit", memory: "De vous, entre les conversations ; désactivé, c’est effacé", recording: "Désactivé : cette conversation est effacée quelques jours après sa fin", analytics: "De la boutique, vos conversations comprises", marketing: "Messages sur les offres", training: "Avec vos conversations" },
  by: { shop: "Réglé à la boutique", browser: "Réglé par votre navigateur" },
  copy: "Télécharger une copie",
  copied: "La copie est sur votre appareil : une page à lire et un fichier signé.",
  delete: "Effacer…",
  sure: "Ce qui est effacé l’est pour de bon. Les commandes restent à la boutique, qui doit tenir ses comptes.",
  here: "Effacer cette conversation",
  all: "Effacer tout ce qui est à moi",
  keep: "Garder",
  deleting: "L’effacement est en cours. Cette conversation se termine alors.",
  held: "La boutique doit le conserver pour l’instant de par la loi. Demandez à la boutique.",
  failed: "Cela n’a pas fonctionné. Réessayez.",
};

/** @type {Record<string, Words>} */
const ALL = { en: EN, de: DE, es: ES, fr: FR };

/** @param {string} language */
export function wordsFor(language) {
  return ALL[language.slice(0, 2).toLowerCase()] ?? EN;
}
