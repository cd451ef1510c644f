"""Stock phrases: what the line says of itself, in the languages that the shop replies in; English for others (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Phrase = Literal[
    "greeting", "still_there", "offer", "goodbye", "moment", "pardon", "cannot_hear", "busy", "not_taken", "trouble"
]

_PHRASES: Mapping[str, Mapping[Phrase, str]] = {
    "en": {
        "greeting": "Hello! How can I help you?",
        "still_there": "Are you still there?",
        "offer": "I can say that again, or get you a person. What would you like?",
        "goodbye": "I cannot hear anybody, so I will hang up now. Please call again any time. Goodbye!",
        "moment": "One moment, please.",
        "pardon": "Sorry, I did not catch that.",
        "cannot_hear": "Sorry, I cannot hear you right now. Please use the keys or write to us instead.",
        "busy": "Sorry, many people are talking to me. Please say that again.",
        "not_taken": "Sorry, I could not take that. Please say it again in a moment.",
        "trouble": "Sorry, something went wrong on our side. Please try again.",
    },
    "es": {
        "greeting": "¡Hola! ¿En qué puedo ayudarle?",
        "still_there": "¿Sigue ahí?",
        "offer": "Puedo repetirlo o pasarle con una persona. ¿Qué prefiere?",
        "goodbye": "No oigo a nadie, así que voy a colgar. Llame cuando quiera. ¡Adiós!",
        "moment": "Un momento, por favor.",
        "pardon": "Perdone, no le he entendido.",
        "cannot_hear": "Lo siento, ahora mismo no puedo oírle. Use las teclas o escríbanos, por favor.",
        "busy": "Lo siento, hay mucha gente hablándome. Repítalo, por favor.",
        "not_taken": "Lo siento, no he podido tomar nota. Repítalo en un momento, por favor.",
        "trouble": "Lo siento, algo ha fallado. Inténtelo de nuevo, por favor.",
    },
    "fr": {
        "greeting": "Bonjour ! Comment puis-je vous aider ?",
        "still_there": "Vous êtes toujours là ?",
        "offer": "Je peux répéter, ou vous passer quelqu’un. Que préférez-vous ?",
        "goodbye": "Je n’entends personne, je vais donc raccrocher. Rappelez quand vous voulez. Au revoir !",
        "moment": "Un instant, s’il vous plaît.",
        "pardon": "Pardon, je n’ai pas compris.",
        "cannot_hear": "Désolé, je ne vous entends pas en ce moment. Utilisez les touches ou écrivez-nous, s’il vous plaît.",
        "busy": "Désolé, beaucoup de personnes me parlent. Répétez, s’il vous plaît.",
        "not_taken": "Désolé, je n’ai pas pu noter cela. Répétez dans un instant, s’il vous plaît.",
        "trouble": "Désolé, quelque chose n’a pas marché. Réessayez, s’il vous plaît.",
    },
    "de": {
        "greeting": "Guten Tag! Wie kann ich Ihnen helfen?",
        "still_there": "Sind Sie noch da?",
        "offer": "Ich kann das wiederholen oder Sie mit einem Menschen verbinden. Was möchten Sie?",
        "goodbye": "Ich höre niemanden und lege jetzt auf. Rufen Sie gern wieder an. Auf Wiederhören!",
        "moment": "Einen Moment, bitte.",
        "pardon": "Entschuldigung, das habe ich nicht verstanden.",
        "cannot_hear": "Leider kann ich Sie gerade nicht hören. Bitte nehmen Sie die Tasten oder schreiben Sie uns.",
        "busy": "Leider sprechen gerade viele mit mir. Bitte sagen Sie das noch einmal.",
        "not_taken": "Das konnte ich leider nicht aufnehmen. Bitte sagen Sie es gleich noch einmal.",
        "trouble": "Leider ist bei uns etwas schiefgegangen. Bitte versuchen Sie es noch einmal.",
    },
}


def phrase(name: Phrase, language: str) -> str:
    return _PHRASES.get(language, _PHRASES["en"])[name]


def speaks(language: str) -> str:
    """The language in which a phrase for this one is said."""
    return language if language in _PHRASES else "en"
