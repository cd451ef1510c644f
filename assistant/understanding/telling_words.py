"""Words that tell a language apart from the others a shop meets, and how people ask for one (tables). Above: `languages`.

Written by hand. A word that two of them share stands in both, so that it tells neither; what is a brand or a thing in every
language (ok, menu, hotel) stands in none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_ENGLISH = """
a about add after all also am an and any anything are around as ask at back be been before being big bigger but buy by bye
can cart cheap cheaper compare could couldn day days delivery did didn do does doesn don dont else every exchange find first for
from get gift give go good got great had has have haven hello help her here hey hi his hours how however i if im in instead
into is isn it its just know last least less like ll long longer look looking make many may me mens might more most much my need
never new nice no not now of off on one only open or order ordered orders other our out over own people please price
rather really return s same second see sell send shall she shipping shop should show size small smaller so some something sorry
still store stores such sure take tell than thank thanks that the their them then there these they thing things this those
to today together tomorrow too track two under until up us use ve very want was wasn we were what when where which while who
he him herself himself likes liked loves love wants wanted wears wear blue green red white black yellow brown someone anyone everyone why will with within without women womens won would wouldn yes yesterday yet you your
"""
_SPANISH = """
a además adiós ahora al algo alguna algún alguno algunos alto antes aquel aquí así aun aunque ayer bajo barata barato
baratos bien buen buena buenas bueno buenos busco buscando cada cambiar cambio camino caro carrito cerca comprar con conmigo
contigo cosa cosas costar cual cuales cualquier cuando cuanta cuanto cuantos cuesta cuestan cuál cuáles cuándo cuánta cuánto
cuántos da dame de debajo del desde después devolución devolver devuelvo dinero dirección donde dos dónde dólares el
él ella en encuentro enséñame entonces entrega entre envían enviar envío envíos eres es esa esas ese eso esos esta
estaba estado estas este esto estos estoy está están euros favor gracias grande gustaría ha hablar hace hacer hacen hasta hay he
hola hombre hoy incluso ir la las le les llega llegar lo los luego mañana mas más me mejor menos mi mis mismo mostrar mucha
mucho muchas muestra muéstrame mujer muy nada necesito niña niño niños ninguna ningún no nos nosotros nuestro número nunca o
os otra otras otro otros para parecido pedido pedidos pero perdón persona personas poco podéis podría podrías por porque
pregunta primera primero primer puede pueden puedo pues que quería quiere quieren quiero quién qué quisiera quita regalo
sea segunda segundo ser si siguiente sin sobre solo sólo son soy su sus sí también tan tanto te tengo ti tiempo tiene
tienen tienes tienda tiendas todo todas todos tu tus tú un una unas unos usted ustedes va vale valen vender venden vez vosotros voy y ya yo
talla tallas mochilas tarde buenas días tardes noches añade añadir ponme
"""
_FRENCH = """
a afin ai aide aimerais ainsi ajoute ajouter ajoutez alors après as assez au aucun aucune aujourd aussi autre autres
aux avant avec avez avoir avons beaucoup besoin bien bientôt bon bonjour bonne bonsoir c ça car ce cela celle celles celui
ces cet cette ceux chaque cher chercher cherche chez combien comme comment commande commander commandes coûte coûtent d dans de
demain depuis dernier dernière des deux devant dois doit donc donne donner dont du elle elles en encore enfant enfants enlève
ensuite entre envoyer envoi est et étais étaient était été être eu euros faire fait faites faut femme fois
font grand grande gratuit gros heure heures hier homme horaires hui ici il ils j je jour jours jusqu l la laquelle le lequel les leur leurs
livraison livrer livrez long lui m ma magasin magasins mais mal marche me meilleur même mes mettez mets mieux mille moi moins mois mon montre montrez
montrer merci n ne ni nombre non nos notre nous nouveau où ou oui par parce parler parlez pas passer pendant personne personnes petit petite
peu peut peux plaît plus plutôt pointure porter pour pourquoi pourrais pouvez pouvoir première premier prendre prends près prix puis puisje qu
quand que quel quelle quelles quelque quels qui quoi rembourser remboursement retour retourner rien s sa salut sans savoir se
sera serait ses seulement si son sont sous souhaite souhaiterais suis sur t ta taille tard te tes toi toujours tous
tout toute toutes très trop trouver tu un une utiliser va vais vendez vers veuillez veut veux voici voilà voir vont vos votre voudrais vous vrai y
à sac sacs panier dispo disponible disponibles colis reçu reçois
"""
_GERMAN = """
ab aber alle allem allen aller alles als also alt am an andere anderen anderer anderes auch auf aus bei beide beiden beim bekomme
bekommen besser bestellen bestellt bestellung bestellungen bezahlen bin bis bist bitte brauche brauchen braucht da dabei dafür damit danach danke
dann das dass dazu dein deine dem den denn der des deutlich dich die dies diese diesem diesen dieser dieses dir doch dort drei du durch
dürfen ein eine einem einen einer eines einkaufswagen entfernen er erste ersten erster es etwas euch euer euro filiale filialen finden
frage für fürs ganz geben gegen geht geliefert genau gern gerne gestern gib gibt gibts groß große größe größer guten guter gut habe haben
habt hallo hat hätte hätten heute hier hin hinzufügen hinzu hinter hoch ich ihm ihn ihnen ihr ihre ihrem ihren immer im in ist ja
jede jeden jeder jedes jemand jetzt kann kannst kaufen kein keine keinen klein kleine kleiner komme kommen kommt können könnte könnten könntest kostet
kosten lager lange lang laden läden legen leg letzte letzten lieber lieferung liefern liefert mag mal man mann mehr mein meine meinem meinen
meiner mich mir mit möchte möchten muss müssen nach nächste näher nehmen nehme nein nicht nichts nie noch nun nur ob oder offen
ohne öffnet öffnungszeiten paar passt preis rückgabe rücksendung sagen schick schicken schnell schon sehen sehr
sein seine seinem seit senden sich sie siehe sind so solche soll sollte sonst später statt stornieren suche suchen suchst tag tage teuer
tschüss tun über um umtauschen und uns unser unsere unter unterschied verfügbar vergleiche vergleichen verkauft verkaufen versand viel viele
vielen vielleicht vom von vor wann war waren warenkorb warum was weg wegen weil weiter welche welchem welchen welcher welches wem
wen wenig weniger wenn wer werde werden wie wieder wieviel will wir wird wirklich wo woher wohin wollen wurde würde würden zahlen zeig zeige zeigen
zu zum zur zurück zurückgeben zurückschicken zwei zweite zweiten dritte dritten vierte vierten zwischen moin servus grüß günstiger günstige günstig billiger morgen abend
"""
_ITALIAN = """
a ai al alla alle allo anche ancora avete bene buon buona buongiorno buonasera c cerco cercando che chi ci ciao come con cosa
costa costano così da dai dal dalla dei del della delle di dopo dove due e è ecco era essere euro fa fare fra gli grazie ha hai
hanno ho i il in io l la le lei lo loro ma mi mia mio molto negozio negozi nel nella no noi non nostro o ogni ordine ordini
per perché persone piacere più poi posso potete prego prezzo prima puoi qual quale quali quando quanto quello questa queste
questi questo qui reso restituire sarà se sei senza si sì siete solo sono spedizione spedite sta stai su sua suo taglia tenda ti
trovo tu tutti tutto un una uno vi voglio voi vorrei zaino
"""
_PORTUGUESE = """
a à ainda algum alguma ao aos as até bem boa bom barato cada carrinho cem com comigo como comprar da das de dele depois devolver
dia do dois dos e é ela ele eles em encomenda entrega entre era essa esse esta está estão este estou eu faz fazer foi gostaria há hoje
isso isto já lhe loja lojas mais mas me melhor menos meu meus minha muito na nada não nas no nos nós nossa nosso num numa o obrigada obrigado olá
onde os ou outra outro para pedido pela pelo pessoas pode podem posso por porque preciso procuro procurando qual quais quando quanto
que quem quero queria se sem ser seu seus sim só somos sou sua tamanho também tem têm tenho ter tu tudo um uma umas uns você vocês vou
"""
_DUTCH = """
aan al alle als altijd ander andere bedankt ben bent bestelling bestellen bij dag dan dank dat de deze die dit doe doen door dus een
en er goed goedkoper graag groot haar had heb hebben hebt heeft het hier hij hoe hoeveel hoi hun iets ik in is ja jij je jou jouw
jullie kan kun kunnen kunt kleiner kosten kost laat maar maat maak meer meest met mij mijn moet mogen naar nee niet niets nog nu of ook om onder
ons onze op open over personen prijs retour retourneren te tegen terug tot twee uit uw van veel verzending voor waar waarom wanneer wat
we weer welk welke wel wie wij wil willen winkel winkels worden wordt zal ze zeer zich zien zij zijn zo zoek zoeken zonder zou
"""
TELLING: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": _ENGLISH,
        "es": _SPANISH,
        "fr": _FRENCH,
        "de": _GERMAN,
        "it": _ITALIAN,
        "pt": _PORTUGUESE,
        "nl": _DUTCH,
    }.items()
}
LETTERS_OF: Mapping[str, re.Pattern[str]] = {
    "es": re.compile("ñ"),
    "fr": re.compile("[çœêèùûîë]"),
    "de": re.compile("[ßäöü]"),
    "pt": re.compile("[ãõ]"),
}
"""Letters that few of the others write."""

_NAMES: Mapping[str, str] = {
    "en": "english|inglés|ingles|anglais|englisch|englische[nrs]?|inglese|engels",
    "es": "spanish|español|espanol|castellano|espagnol|spanisch|spagnolo|spaans",
    "fr": "french|francés|frances|français|francais|französisch|franzoesisch|francese|frans",
    "de": "german|alemán|aleman|allemand|deutsch|tedesco|duits|deutsche[nrs]?",
    "it": "italian|italiano|italien|italienisch|italiaans",
    "pt": "portuguese|portugués|português|portugues|portugais|portugiesisch|portoghese",
    "nl": "dutch|neerlandés|holandés|néerlandais|niederländisch|holländisch|nederlands|olandese",
}
_SPEAK = (
    r"speaks?|speaking|answers?|repl(?:y|ies)|respond|writes?|talk|continue|switch|change|chat|"
    r"habla\w*|hable\w*|responde\w*|responda\w*|contesta\w*|conteste\w*|escrib\w+|cambi\w+|segui\w+|"
    r"parle\w*|répond\w*|repond\w*|écri\w+|ecri\w+|continu\w+|passe\w*|"
    r"sprech\w*|sprich\w*|antwort\w*|schreib\w*|red\w+|wechs\w+|weiter|unterhalt\w*|"
    r"parl\w+|rispond\w+|scriv\w+|fala\w*|fale\w*|praat|spreek\w*|schrijf"
)
_IN = r"(?:in|auf|en|em|ins|into|to|à|al|a)"
_POLITE = (
    r"(?:please|pls|bitte|por favor|s il vous plaît|s il vous plait|s il te plaît|svp|stp|per favore|per piacere|alstublieft|"
    r"thanks|danke|gracias|merci|lieber|rather|mejor|plutôt|now|jetzt|ahora|maintenant|can we|could we|können wir|podemos|puede ser|peut on|on peut|"
    r"hi|hello|hallo|hola|bonjour|hey|ok|sorry|no|nein|non|und|and|y|et|but|nur|only|solo|ich möchte|i want|i prefer|i d prefer|geht das|auch)"
)


def _switching(names: str) -> re.Pattern[str]:
    """A clause that asks for nothing else: "thanks, and in English please: can I return it?"."""
    back = r"(?:back to|zurück zu|zurueck zu|wieder (?:auf|in)|de vuelta al?|volvamos al|retour (?:à l|au|en)|on repasse en)"
    polite = rf"^(?:{_POLITE} )+{_IN} (?:{names})(?: {_POLITE})*$|^(?:{_POLITE} )*{_IN} (?:{names})(?: {_POLITE})+$"
    return re.compile(f"{polite}|^(?:{_POLITE} )*{back} (?:{names})(?: {_POLITE})*$")


def _asking(names: str) -> re.Pattern[str]:
    """Said alone ("auf Deutsch bitte"), or with a word for speaking near it: a book in Spanish is no such request."""
    alone = rf"^(?:{_POLITE} )*(?:{_IN} )?(?:{names})(?: {_POLITE})*$"
    spoken = rf"^(?:\w+ ){{0,6}}(?:{_SPEAK})(?: \w+){{0,3}} (?:{names})(?: \w+){{0,3}}$"
    after = rf"^(?:\w+ ){{0,4}}(?:{_IN} )?(?:{names}) (?:\w+ ){{0,2}}(?:{_SPEAK})(?: {_POLITE})*$"
    return re.compile(f"{alone}|{spoken}|{after}")


SWITCHED_TO: Mapping[str, re.Pattern[str]] = {code: _switching(names) for code, names in _NAMES.items()}
ASKED_FOR: Mapping[str, re.Pattern[str]] = {code: _asking(names) for code, names in _NAMES.items()}
