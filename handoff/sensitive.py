"""Subjects that belong to a person whatever the articles say: safety before everything, then law, data, discrimination and the press.

Rules in en, de, fr, es over folded text. They look for something that happens to the customer:
"is your cookie banner legal?" is a question.
"""

import re
from typing import Literal

from handoff.wording import fold

Topic = Literal["self_harm", "injury", "legal_threat", "data_breach", "discrimination", "press"]

# In this order: the first that matches is the topic.
_TOPICS: dict[Topic, tuple[str, ...]] = {
    "self_harm": (
        r"\b(?:kill(?:ing)? myself|end(?:ing)? (?:my life|it all)|suicid(?:e|al)|harm(?:ing)? myself|hurt(?:ing)? myself|want to die|"
        r"wanna die|don'?t want to live|no reason to live|cut(?:ting)? myself)\b",
        r"\b(?:mich umbringen|umbringen will|selbstmord|suizid\w*|mir das leben nehmen|nicht mehr leben|mich selbst verletz\w*|ritze "
        r"mich)\b",
        r"\b(?:me suicider|suicide|suicidaire|me tuer|mettre fin a mes jours|envie de mourir|plus envie de vivre|me faire du mal)\b",
        r"\b(?:suicidarme|suicidio|matarme|quitarme la vida|quiero morir|no quiero vivir|hacerme dano|acabar con mi vida)\b",
    ),
    "injury": (
        r"\b(?:(?:i|we|he|she|my \w+|child|baby|kid|son|daughter|husband|wife|someone) (?:was |were |got |is |has been |have been |am "
        r")?(?:badly |seriously )?(?:injured|burn(?:ed|t)|hurt (?:by|from|on|because)|electrocuted|poisoned|hospitali[sz]ed|choked|"
        r"choking|bleeding))\b",
        r"\b(?:electric shock|caught fire|on fire|burst into flames|exploded|overheat\w* and|smoke (?:came|coming)|allergic reaction|"
        r"anaphyla\w+|went to (?:the )?(?:hospital|er|emergency)|in (?:the )?hospital (?:because|after|due)|gas leak|carbon monoxide|"
        r"unsafe for (?:my )?(?:child|baby|kids)|medical emergency)\b",
        r"\b(?:stromschlag|verletzt|verbrannt|verbrennung\w*|in brand geraten|brennt|feuer gefangen|explodiert|allergische reaktion|im "
        r"krankenhaus|vergift\w+|notaufnahme)\b",
        r"\b(?:blesse(?:e|s)?|brule(?:e|s)? (?:la|le|les|au|a la|en|par)|me suis brule\w*|pris feu|electrocut\w+|choc electrique|"
        r"explose\b|reaction allergique|a l'hopital|aux urgences|intoxi\w+)\b",
        r"\b(?:herid[oa]|lesion(?:ado|ada|es)?|me queme|se quemo|quemadura\w*|se incendio|en llamas|descarga electrica|exploto|reaccion "
        r"alergica|al hospital|en el hospital|urgencias|intoxic\w+)\b",
    ),
    "legal_threat": (
        r"\b(?:my|our|a|the) (?:lawyers?|attorneys?|solicitors?|legal (?:team|counsel|representative))\b(?<!i'm a lawyer)(?<!i am a "
        r"lawyer)(?<!i'm a solicitor)(?<!i am an attorney)",
        r"\b(?:sue|suing) (?:you|your|u|them|the company|this company)\b|\b(?:see you|take you|taking you|taken) (?:in|to) court\b|"
        r"\b(?:take|taking|pursue|start|threaten\w*|considering|consider) (?:\w+ )?legal action\b|\blegal proceedings\b",
        r"\b(?:lawsuit|class action|small claims|subpoena|court order|cease and desist|press charges|report (?:you|this|it) to the "
        r"(?:police|authorities|ombudsman|regulator))\b|\b(?:police report|ombudsman|trading standards|attorney general)\b",
        r"\b(?:anwalt|anwaltin|rechtsanwalt|anwalts?schreiben|verklag\w+|vor gericht|klage einreichen|rechtliche schritte|strafanzeige|"
        r"anzeige erstatten|verbraucherzentrale)\b",
        r"\b(?:mon avocat|mes avocats|un avocat|notre avocat|porter plainte|portes? plainte|poursuivre en justice|poursuites judiciaires|"
        r"action en justice|au tribunal|devant le tribunal|mise en demeure|dgccrf)\b",
        r"\b(?:mi abogad[oa]|mis abogados|un abogado|una abogada|demandarl[oae]s?|los demandare|demanda judicial|acciones legales|"
        r"medidas legales|ante el juez|tribunales|a juicio|denunciarl[oae]s?|voy a denunciar\w*)\b",
    ),
    "data_breach": (
        r"\b(?:my|our|customers?'?|personal) (?:\w+ )?(?:data|details|information|address|card|passwords?|account)\b.{0,25}\b(?:leaked|"
        r"stolen|exposed|breached|compromised|hacked|published|sold)\b",
        r"\b(?:data (?:breach|leak)|security breach|(?:been|got|was|were) hacked|hacked (?:my|into)|identity theft|unauthori[sz]ed "
        r"access)\b(?! policy| insurance| notification policy)",
        r"\b(?:see|seeing|saw|access|shows?|showing|got|received?|sent me) (?:\w+ )?(?:someone else'?s|somebody else'?s|another "
        r"(?:customer|person|user)'?s|other (?:customers|people|users)'?) (?:\w+ )?(?:data|orders?|details|address|account|invoices?|"
        r"information|name|emails?)\b",
        r"\b(?:report|found|discovered|disclose) (?:a |an )?(?:\w+ )?(?:security )?(?:vulnerability|security (?:hole|issue|flaw|bug))\b",
        r"\b(?:datenleck|datenpanne|datenschutzverletzung|gehackt|daten (?:\w+ )?(?:gestohlen|geleakt|veroffentlicht|weitergegeben)|"
        r"identitatsdiebstahl|daten (?:von )?(?:anderer|fremder|eines anderen) \w+)\b",
        r"\b(?:fuite de donnees|donnees (?:\w+ ){0,3}(?:volees|divulguees|piratees|vendues)|compte (?:a ete )?pirate|pirate mon|ete "
        r"pirate\w*|usurpation d'identite|donnees d'un autre client)\b",
        r"\b(?:fuga de datos|filtracion de datos|filtrad\w+ mis datos|datos (?:\w+ )?(?:robados|filtrados|expuestos|vendidos)|hackead\w+|"
        r"hackearon|robo de identidad|datos de otr[oa] \w+)\b",
    ),
    "discrimination": (
        r"\b(?:discriminat(?:ed|ing|ion|ory)|racist|racism|racially|sexist|sexism|homophobi[ac]|transphobi[ac]|anti-?semiti[cs]\w*|"
        r"islamophobi[ac]|sexual(?:ly)? harass\w*|harassed|harassment|hate speech|ableist)\b(?! policy)",
        r"\b(?:diskrimin\w+|rassis\w+|sexis\w+|homophob\w*|antisemit\w+|sexuell belastigt|belastig\w+)\b",
        r"\b(?:discrimin\w+|racistes?|racisme|sexistes?|sexisme|homophob\w+|antisemit\w+|harcel\w+)\b",
        r"\b(?:racistas?|racismo|machistas?|sexistas?|homofob\w+|antisemit\w+|acos(?:o|ado|ada|aron|ar))\b",
    ),
    "press": (
        r"\b(?:i am|i'm|im|we are|we're|this is) (?:\w+ ){0,3}(?:a |an |the )?(?:\w+ )?(?:journalist|reporter|correspondent|editor at|"
        r"news editor)\b|\b(?:press|media) (?:inquiry|enquiry|request|office|contact|statement|spokesperson)\b",
        r"\b(?:writing|working on) (?:a|an) (?:\w+ )?(?:article|story|piece|report) (?:about|on) (?:your|you|this)\b|\b(?:go|going|went|"
        r"talk|speak|tell|contact\w*|take this) (?:this )?to the (?:press|media|news|papers|newspapers?)\b|\bfor comment\b",
        r"\b(?:presseanfrage|pressestelle|pressesprecher\w*|ich bin (?:\w+ )?journalist(?:in)?|an die (?:presse|medien|zeitung))\b",
        r"\b(?:demande (?:de )?presse|service de presse|je suis (?:\w+ )?journaliste|a la presse|aux medias)\b",
        r"\b(?:consulta de prensa|gabinete de prensa|soy (?:\w+ )?periodista|a la prensa|a los medios)\b",
    ),
}
_COMPILED = {topic: re.compile("|".join(patterns)) for topic, patterns in _TOPICS.items()}
# What sounds alike: a lawyer who shops, burnt colours, a fire sale.
_HARMLESS = re.compile(
    r"\b(?:i am|i'm|im|as) an? (?:\w+ )?(?:lawyer|attorney|solicitor)\b|\bnot (?:been )?(?:hurt|injured)\b|\bburnt (?:orange|sienna|"
    r"umber)\b|\b(?:verletzt|brennt) (?:nicht|keine)\b|\bfire ?sale\b|\bsuicide squad\b"
)


def sensitive_topic(text: str) -> Topic | None:
    """The first topic of the list above that the text brings up."""
    plain = _HARMLESS.sub(" ", fold(text[:5000]))
    return next((topic for topic, pattern in _COMPILED.items() if pattern.search(plain)), None)
