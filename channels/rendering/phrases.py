"""The few words that renderings add to a reply, in the shop's four languages; any other gets English (pure)."""

from __future__ import annotations

from collections.abc import Mapping

_TABLE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "answer": "Reply with a number, or in your own words.",
        "open": "Choose",
        "agent_joined": "{name} from our team has joined the conversation.",
        "agent_left": "{name} has left the conversation. The assistant is here again.",
        "passed_on": "You are being passed on to a colleague, who sees all of this conversation.",
        "passed_to": "You are being passed on to {name}, who sees all of this conversation.",
        "closed": "This conversation has ended. Write again whenever you like.",
    },
    "es": {
        "answer": "Responda con un número o con sus propias palabras.",
        "open": "Elegir",
        "agent_joined": "{name}, de nuestro equipo, se ha unido a la conversación.",
        "agent_left": "{name} ha dejado la conversación. El asistente vuelve a estar aquí.",
        "passed_on": "Le pasamos con un compañero, que ve toda esta conversación.",
        "passed_to": "Le pasamos con {name}, que ve toda esta conversación.",
        "closed": "Esta conversación ha terminado. Escríbanos de nuevo cuando quiera.",
    },
    "fr": {
        "answer": "Répondez par un numéro ou avec vos propres mots.",
        "open": "Choisir",
        "agent_joined": "{name}, de notre équipe, a rejoint la conversation.",
        "agent_left": "{name} a quitté la conversation. L’assistant est de nouveau là.",
        "passed_on": "Nous vous passons un collègue, qui voit toute cette conversation.",
        "passed_to": "Nous vous passons {name}, qui voit toute cette conversation.",
        "closed": "Cette conversation est terminée. Écrivez-nous de nouveau quand vous voulez.",
    },
    "de": {
        "answer": "Antworten Sie mit einer Nummer oder in eigenen Worten.",
        "open": "Auswählen",
        "agent_joined": "{name} aus unserem Team ist jetzt dabei.",
        "agent_left": "{name} ist nicht mehr dabei. Der Assistent ist wieder für Sie da.",
        "passed_on": "Sie werden an einen Kollegen weitergegeben, der das ganze Gespräch sieht.",
        "passed_to": "Sie werden an {name} weitergegeben, wo man das ganze Gespräch sieht.",
        "closed": "Dieses Gespräch ist beendet. Schreiben Sie jederzeit wieder.",
    },
}


def phrase(key: str, language: str, **values: str) -> str:
    table = _TABLE.get(language.split("-")[0].lower(), _TABLE["en"])
    return table[key].format(**values)
