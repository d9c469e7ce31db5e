"""German, French and Spanish wordings of "I want a person", as patterns over folded text without accents (`handoff.wording.fold`).

As in English, a report of an earlier talk, a refusal, and a question for contact details or opening hours are no such wish.
"""

import re

_GERMAN_PERSON = (
    r"(?:(?:echte|richtige|lebendige|menschliche|reale|andere|einzelne|kompetente|zustandige)[nmrs]? )*"
    r"(?:mensch(?:en)?|mitarbeiter(?:in|s|n)?|kundenberater(?:in)?|berater(?:in)?|person|agent(?:en|in)?|sachbearbeiter(?:in)?|"
    r"ansprechpartner(?:in)?|"
    r"jemand(?:em|en)?|operator|support-?mitarbeiter(?:in)?|service-?mitarbeiter(?:in)?|kollegen|kollegin|vorgesetzte[nr]?|chef|leiter|"
    r"wem|euch|personal)"
)
_GERMAN_TALK = (
    r"(?:sprechen|reden|chatten|telefonieren|unterhalten|kontaktieren|erreichen|verbinden|verbunden|weiterleiten|weitergeleitet|"
    r"ubergeben|durchstellen|schreiben|quatschen)"
)
# "eine Person für das Foto" is to be in it; "für mein Problem" is to solve it.
_FOR_A_THING = (
    r"(?! (?:fur|auf|in|vor) (?:das|die|den|dem|der|ein\w*|mein\w*|unser\w*) (?!problem|anliegen|frage|fall|sache|thema|bestellung|hilfe|"
    r"rechnung|reklamation|beschwerde|ruckgabe|ruckerstattung|erstattung|konto|gesprach|support|retoure|lieferung|stornierung|"
    r"angelegenheit|leitung|telefon|linie|chat)\w+)"
)
_GERMAN = [
    rf"\b(?:mit |an |zu |von |auf )?(?:einem|einer|einen|eine|ein|nem|ner|nen|dem|der|den|ihrem|ihrer|eurem|eurer|irgend|)[ "
    rf"-]?{_GERMAN_PERSON}\b[^.!?]{{0,45}}\b{_GERMAN_TALK}\b",
    rf"\b(?:sprech|sprich|red|rede|chatte|verbind|verbinde|verbinden|leite|leiten|stell|stellen|gib|geben|gebt|hol|holen|"
    rf"hole)[^.!?]{{0,25}}"
    rf"\b(?:einem|einer|einen|eine|ein|nem|nen|dem|den|ihrem|eurem) {_GERMAN_PERSON}\b",
    r"\b(?:verbinde|verbinden|verbindet|verbind) (?:sie )?(?:mich|uns)\b",
    r"\b(?:gibt es|gibts|ist|kriege ich|bekomme ich|will|mochte|mocht|brauche|brauch|hatte gerne?|bitte)\b[^.!?]{0,20}"
    r"\b(?:einen|ein|eine|nen|n|echten?|echter) (?:echte[nrs]? |richtige[nrs]? |menschliche[nrs]? |lebendige[nrs]? )*(?:mensch(?:en)?|"
    r"mitarbeiter(?:in)?|berater(?:in)?|kundenberater(?:in)?|"
    rf"ansprechpartner(?:in)?|agenten?|person)\b{_FOR_A_THING}",
    r"\b(?:kann|konnte|konnen|soll|wurde)[^.!?]{0,12}\b(?:jemand|wer|einer|mensch|mitarbeiter)\b[^.!?]{0,30}\b(?:anrufen|zuruckrufen|"
    r"melden|kontaktieren)\b",
    r"\b(?:rufen sie|ruf|ruft)(?: bitte)? (?:mich|uns)\b|\b(?:um|bitte um|brauche|mochte|will|wunsche) (?:\w+ ){0,2}(?:ruckruf|anruf)\b|"
    r"\bruckruf bitte\b",
    r"\b(?:kein|keine|keinen|keinem|nicht mit (?:einem|einer|dem|der|diesem)|statt (?:einem|eines|einer)|genug von (?:dem|diesem)|hasse "
    r"(?:diesen|den|bots)) ?(?:blode[nm]? |dumme[nm]? )*"
    r"(?:bots?|chatbots?|ki)\b(?! (?:traffic|besuch))",
    # A machine may be what was bought: it is the bot where somebody talks to it.
    r"\b(?:nicht|kein\w*|ungern)(?: \w+){0,2}? mit (?:einem|einer|dem|der|diesem|dieser) (?:blode[nmr]? |dumme[nmr]? )*(?:roboter|maschine|"
    r"computer|automat(?:en)?)\b|\bstatt (?:mit )?(?:einem|eines|einer) (?:roboter|maschine|computer|automaten)s?\b|"
    r"^(?:bitte |ich will |ich mochte |hallo |[,.!] ?)*keinen? (?:roboter|maschine)(?: bitte| mehr|[.!, ])*$",
    r"^(?:bitte |hallo |einen? |echter? |echten |richtiger? |menschlicher? |personlichen? |ein )*(?:mensch(?:en)?|mitarbeiter|berater|"
    r"kundenberater|sachbearbeiter|vorgesetzten?|ansprechpartner|agent|operator)(?:in)?(?:,? bitte| jetzt| sofort|[.!, ])*$",
    r"\b(?:hol|holt|holen sie)(?: mir| uns| bitte| mal| doch)* (?:jemand(?:en)?|wen)\b",
    r"\b(?:vorgesetzten?|chef|teamleiter|leiter)\b[^.!?]{0,20}\bbeschweren\b",
    r"\bjemand (?:von|aus) (?:ihrem|eurem|dem|ihnen|euch)\b(?: team| support| service)?",
    r"\b(?:zum|zur|mit dem|mit der|an den|an die) (?:kundendienst|kundenservice|kundenbetreuung|support|hotline|service)\b[^.!?]{0,20}"
    r"\b(?:durchstellen|verbinden|verbunden|weiterleiten|weitergeleitet|sprechen|reden)\b",
    r"\b(?:echte[rn]?|richtige[rn]?|lebendige[rn]?|menschliche[rn]?) (?:mensch(?:en)?|person|mitarbeiter(?:in)?|ansprechpartner(?:in)?|"
    r"berater(?:in)?)\b",
]
_FRENCH_PERSON = (
    r"(?:(?:vraie?|veritable|autre|conseillere?|de vos|votre|un|une|reel|reelle) )*(?:humaine?s?|etre humain|personne|conseillere?s?|"
    r"agente?s?|operateurs?|operatrice|quelqu'un|quelquun|"
    r"representante?s?|responsable|interlocut(?:eur|rice)|technicienn?e?|collegue|superieur|employee?|membre de (?:l'|votre )equipe|"
    r"vendeur|vendeuse|service humain)"
)
_FRENCH = [
    r"\b(?:parler|parle|parlez|discuter|echanger|dialoguer|communiquer|chatter|tchatter|joindre|contacter|passer|passez|passe|transferer|"
    r"transferez|transfere|connecter|connectez|"
    r"mettre en (?:relation|contact)|mettez[ -]moi en (?:relation|contact)|mis en (?:relation|contact)|adresser|avoir|aie|obtenir|"
    r"voudrais|veux|besoin d'|il y a|y a[ -]t[ -]il|donnez[ -]moi)"
    rf"(?:[ -]moi)?(?: directement| svp| s'il vous plait| plutot| enfin)? ?(?:a |avec |au |vers |d')?(?:un |une |l'un de |l'une de |des "
    rf")?{_FRENCH_PERSON}\b"
    r"(?! (?:agee|de contact|morale|physique|supplementaire|handicapee))",
    r"\b(?:pas|plus|marre|assez|stop)(?: de| d'| a| avec| parler| a parler| discuter| envie| vouloir| des| les| ce| cet| du| un| une)*"
    r" (?:bots?|chatbots?|ia)\b",
    r"\b(?:pas|plus|marre|assez|stop)(?: \w+){0,4}? (?:parler|discuter|echanger|parle|discute) (?:a|avec) (?:un|une|des|ce|cette|votre|"
    r"vos) (?:robots?|machines?|ordinateur|automate)\b|\b(?:pas|plus|marre|assez|stop)(?: de| d'| des| les| un)? "
    r"robots?\b(?= ?[,.!]| s'il| svp| stp|$)"
    r"|\b(?:pas|plus) de (?:machine|ordinateur|automate)s?(?= ?(?:s'il .{0,30}|svp|stp)?[.! ]*$)",
    r"\b(?:quelqu'un|un conseiller|une conseillere|une personne|un humain|un agent)\b[^.!?]{0,25}\b(?:m'appeler|me rappeler|m'appelle|me "
    r"rappelle|me contacter|me contacte)\b",
    rf"\bil me faut (?:un |une )?{_FRENCH_PERSON}\b",
    r"\b(?:parler|discuter|relation|contact|passez[ -]moi|transferez[ -]moi|connectez[ -]moi)(?: directement)? "
    r"(?:au|avec le|avec votre|le) (?:service client(?:ele)?|support)\b",
    r"\b(?:rappelez|appelez)[ -]moi\b|\betre (?:rappelee?|mise? en (?:relation|contact))\b",
    r"^(?:bonjour |svp |un |une |vrai |vraie )*(?:humain|conseiller|conseillere|agent|operateur|operatrice|vraie personne|quelqu'un)(?: "
    r"svp| stp| s'il vous plait| maintenant| humain|[.!?, ])*$",
    r"\b(?:vrai|vraie|veritable) (?:personne|humain|conseiller|conseillere|agent|etre humain)\b",
]
_SPANISH_PERSON = (
    r"(?:(?:de verdad|verdadera?|real|otra?|sus?|un|una|algun|alguna) )*(?:humano|ser humano|persona|agente|operadora?|representante|"
    r"asesora?|alguien|encargad[oa]|supervisora?|emplead[oa]|"
    r"gerente|tecnico|jefe|responsable|ejecutiv[oa]|compañer[oa]|companer[oa]|atencion humana|soporte humano)"
)
_SPANISH = [
    r"\b(?:h?ablar|hable|platicar|charlar|chatear|conversar|contactar|contacto|comunicar(?:me|nos)?|comuniqueme|comunicame|comuniquenme|"
    r"conectar(?:me)?|conecteme|conectame|pasar(?:me)?|paseme|pasame|pasenme|"
    r"transferir(?:me)?|transfierame|transfiereme|ponga(?:me)?|ponme|poner(?:me)?|pongame|derivar(?:me)?|atienda|atender|atendido por|"
    r"necesito|quiero|dame|deme|hay|prefiero|exijo)"
    rf"(?: por favor| directamente| ya| aqui| en contacto| a)* ?(?:con |a |por )?(?:un |una |algun |alguna |algun@ |el |la |su |tu "
    rf")?{_SPANISH_PERSON}\b"
    r"(?! (?:mas en|adicional|mayor|de contacto|fisica|juridica|autorizada))",
    r"\b(?:no (?:quiero|deseo|me gusta|necesito)|odio|hart[oa] de|basta de|en vez de|en lugar de|nada de)(?: mas| hablar| con| hablando| "
    r"un| una| el| la| los| las| este| esta| estos| otro)* "
    r"(?:bots?|chatbots?|ia|contestador(?:a)?)\b",
    r"\b(?:no|odio|hart[oa]|basta|en vez|en lugar|nada)(?: \w+){0,3}? (?:hablar|hablando|chatear|tratar) (?:mas )?con (?:un |una |el |la |"
    r"los |las |este |esta |otro |otra )?(?:robots?|maquinas?)\b|"
    r"\b(?:no quiero|nada de|basta de|odio los)(?: un| mas)? robots?(?= ?[,.!]|$)",
    r"\b(?:que |puede |podria |pueden |puedes )?(?:me )?(?:llame|llamar|llama|contacte|contactar)(?:me)? (?:alguien|una persona|un "
    r"agente|un asesor|un humano)\b|\balguien\b[^.!?]{0,20}\b(?:llamarme|me llame|contactarme|me contacte|me atienda|atenderme)\b",
    r"\b(?:llamenme|llameme|llamame)\b|\bme (?:pueden?|podrian?) (?:llamar|contactar)\b",
    rf"\b(?:ayuda|atencion|asistencia) de (?:un |una |algun |alguna )?{_SPANISH_PERSON}\b",
    r"\b(?:h?ablar|comunicar(?:me)?|comuniqueme|paseme|pasame|pongame|conecteme|transfierame) con (?:el |la |su )?(?:atencion|servicio|"
    r"soporte|departamento|area)(?: al| de| tecnico)\b",
    r"^(?:hola |por favor |un |una |ser )*(?:humano|agente|operadora?|asesora?|representante|persona real|persona)(?: por favor| ya| "
    r"ahora| humano|[.!?, ])*$",
    r"\b(?:persona|agente|asesor|humano|operador) (?:de verdad|real|humano|de carne y hueso)\b",
]
_NOT_ASKING = [
    r"\b(?:gestern|letzte woche|schon mal|bereits|vorhin|hatte|habe ich|hab ich|ich habe|ich hab)\b.*\b(?:gesprochen|telefoniert|geredet|"
    r"gechattet|erreicht|geschrieben)\b",
    r"\b(?:ohne|nicht|keine?n?) (?:mit )?(?:einem|einer|einen|jemandem|jemand|mensch\w*|mitarbeiter\w*|person)\b(?! (?:mehr )?(?:bot|"
    r"roboter|chatbot|maschine))[^.!?]{0,20}\b(?:sprechen|reden|telefonieren|verbunden)\b",
    r"\b(?:wie viele|was ist ein|was macht ein|was bedeutet|wer ist)\b",
    r"\b(?:meine|unsere) (?:kunden|besucher|nutzer|mitarbeiter)\b",
    r"\bbin ich\b.*\bmensch\b|\b(?:bist du|sind sie) (?:ein |eine |wirklich |echter? |richtiger? )*(?:mensch|bot|roboter|person|maschine|"
    r"mitarbeiter)",
    r"\bj'ai (?:deja )?(?:parle|discute|contacte|eu|echange)\b|\bsans (?:parler|passer|contacter|avoir)\b|\bpas (?:besoin|envie) (?:de |"
    r"d')(?:parler |contacter )?(?:a |avec )?(?:un |une |quelqu'un)(?!.*(?:robot|bot|machine))",
    r"\bqu'est[ -]ce qu|\bcombien (?:de|d')|\bmes (?:clients|visiteurs|utilisateurs)\b|\bnos (?:clients|visiteurs)\b|\b(?:es[ -]tu|etes[ "
    r"-]vous|parle[ -]je a) (?:un |une |vraiment |vrai )*(?:humain|robot|bot|personne|machine)",
    r"\bayer (?:ya )?hable\b|\bhable (?:ayer|con .{0,30} ayer)\b|\bya hable\b|\bhe hablado\b|\bsin (?:hablar|tener que hablar|"
    r"contactar)\b|\bno (?:quiero|necesito|hace falta) (?:hablar|contactar) con (?:un |una |nadie|alguien)(?!(?: \w+)? ?(?:bot|robot|"
    r"chatbot|maquina))",
    r"\bque (?:es|hace|significa) (?:un|una)\b|\bcuant[oa]s\b|\bmis (?:clientes|visitantes|usuarios)\b|\bnuestros (?:clientes|"
    r"visitantes)\b|\b(?:eres|es usted|es) (?:un |una )?(?:humano|robot|bot|persona real|maquina)",
    r"\bpersonnes? (?:pour|sur|dans) (?:la|le|les|l'|une?|ma|mon) ?(?:photos?|image|video|seance|montage|fete|soiree)\b",
    r"\bpersonas? (?:para|en) (?:la|el|las|los|una?|mi) (?:fotos?|imagen|video|sesion|montaje|fiesta)\b",
    r"\b(?:andere|dritte|zweite|weitere) person|\bpro person\b|\bpar personne\b|\bpor persona\b|\bautre personne|\botra persona\b",
]

ASKING = re.compile("|".join(_GERMAN + _FRENCH + _SPANISH))
NOT_ASKING = re.compile("|".join(_NOT_ASKING))


def asks(folded_text: str) -> bool:
    return bool(ASKING.search(folded_text)) and not NOT_ASKING.search(folded_text)
