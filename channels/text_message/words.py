"""What the shop says of the texts themselves, in its four languages; any other gets English (pure)."""

from __future__ import annotations

from collections.abc import Mapping

_TABLE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "stopped": "You will get no more texts from {shop}. Reply START to go on.",
        "started": "You get texts from {shop} again. Write what you are looking for.",
        "help": "This is the assistant of {shop}: ask about products, orders or your cart. NEW begins anew, STOP ends all texts.",
        "new": "A new conversation: what are you looking for?",
        "moved": "Here we go on. Last we had:",
        "moved_first": "Here we go on: what are you looking for?",
        "may_show": "Reply SHOW to let the screen in the store show what is personal, HIDE to end that.",
        "shown": "The screen in the store may show it. Reply HIDE to end that.",
        "hidden": "The screen in the store shows nothing personal.",
        "bad_code": "This code does not work (any more): ask for a new one on the first device, or just write.",
        "voice_unheard": "I could not understand the voice message: please say it again, or write it.",
        "no_voice": "I cannot listen to voice messages here: please write.",
        "no_media": "I cannot see pictures or files here: please describe in words what you are looking for.",
        "too_long": "That message is too long for me: please write it in parts.",
        "trouble": "Sorry, something went wrong on our side. Please send that again.",
    },
    "es": {
        "stopped": "No recibirá más mensajes de {shop}. Responda START para continuar.",
        "started": "Vuelve a recibir mensajes de {shop}. Escriba qué está buscando.",
        "help": "Asistente de {shop}: pregunte por productos, pedidos o su carrito. NUEVO empieza otra vez, STOP termina todo.",
        "new": "Una conversación nueva: ¿qué está buscando?",
        "moved": "Seguimos aquí. Lo último fue:",
        "moved_first": "Seguimos aquí: ¿qué está buscando?",
        "may_show": "Responda MOSTRAR para que la pantalla de la tienda muestre lo personal, OCULTAR para terminar.",
        "shown": "La pantalla de la tienda puede mostrarlo. Responda OCULTAR para terminar.",
        "hidden": "La pantalla de la tienda no muestra nada personal.",
        "bad_code": "Este código no funciona (o ya no): pida uno nuevo en el primer dispositivo, o simplemente escriba.",
        "voice_unheard": "No he entendido el mensaje de voz: repítalo o escríbalo, por favor.",
        "no_voice": "Aquí no puedo escuchar mensajes de voz: escriba, por favor.",
        "no_media": "Aquí no puedo ver imágenes ni archivos: describa con palabras qué está buscando.",
        "too_long": "Ese mensaje es demasiado largo para mí: envíelo por partes, por favor.",
        "trouble": "Lo siento, algo ha fallado por nuestra parte. Envíelo otra vez, por favor.",
    },
    "fr": {
        "stopped": "Vous ne recevrez plus de messages de {shop}. Répondez START pour continuer.",
        "started": "Vous recevez de nouveau les messages de {shop}. Écrivez ce que vous cherchez.",
        "help": "Assistant de {shop} : produits, commandes, panier, demandez. NOUVEAU recommence, STOP arrête tout.",
        "new": "Une nouvelle conversation : que cherchez-vous ?",
        "moved": "Nous continuons ici. En dernier :",
        "moved_first": "Nous continuons ici : que cherchez-vous ?",
        "may_show": "Répondez MONTRER pour que l’écran du magasin montre ce qui est personnel, CACHER pour y mettre fin.",
        "shown": "L’écran du magasin peut le montrer. Répondez CACHER pour y mettre fin.",
        "hidden": "L’écran du magasin ne montre rien de personnel.",
        "bad_code": "Ce code ne fonctionne pas (ou plus) : demandez-en un nouveau sur le premier appareil, ou écrivez simplement.",
        "voice_unheard": "Je n’ai pas compris le message vocal : redites-le ou écrivez-le, s’il vous plaît.",
        "no_voice": "Je ne peux pas écouter de messages vocaux ici : écrivez, s’il vous plaît.",
        "no_media": "Je ne peux voir ni images ni fichiers ici : décrivez ce que vous cherchez.",
        "too_long": "Ce message est trop long pour moi : envoyez-le en plusieurs parties, s’il vous plaît.",
        "trouble": "Désolé, quelque chose s’est mal passé de notre côté. Renvoyez votre message, s’il vous plaît.",
    },
    "de": {
        "stopped": "Sie erhalten keine Nachrichten mehr von {shop}. Mit START geht es weiter.",
        "started": "Sie erhalten wieder Nachrichten von {shop}. Schreiben Sie, was Sie suchen.",
        "help": "Assistent von {shop}: fragen Sie nach Produkten, Bestellungen, Warenkorb. NEU beginnt neu, STOP beendet alles.",
        "new": "Ein neues Gespräch: was suchen Sie?",
        "moved": "Hier geht es weiter. Zuletzt hatten wir:",
        "moved_first": "Hier geht es weiter: was suchen Sie?",
        "may_show": "Mit ZEIGEN darf der Bildschirm im Laden Persönliches zeigen, mit VERBERGEN nicht mehr.",
        "shown": "Der Bildschirm im Laden darf es zeigen. VERBERGEN beendet das.",
        "hidden": "Der Bildschirm im Laden zeigt nichts Persönliches.",
        "bad_code": "Dieser Code gilt nicht (mehr): holen Sie auf dem ersten Gerät einen neuen, oder schreiben Sie einfach.",
        "voice_unheard": "Die Sprachnachricht habe ich nicht verstanden: bitte noch einmal, oder schreiben Sie.",
        "no_voice": "Sprachnachrichten kann ich hier nicht hören: bitte schreiben Sie.",
        "no_media": "Bilder und Dateien kann ich hier nicht sehen: beschreiben Sie bitte, was Sie suchen.",
        "too_long": "Diese Nachricht ist zu lang für mich: bitte schicken Sie sie in Teilen.",
        "trouble": "Entschuldigung, bei uns ist etwas schiefgegangen. Bitte schicken Sie das noch einmal.",
    },
}


def words(key: str, language: str, **values: str) -> str:
    table = _TABLE.get(language.split("-")[0].lower(), _TABLE["en"])
    return table[key].format(**values)
