"""How customers ask for what tools do, in four languages, folded: lower case, no accents."""

import re

_THING = r"(?:orders?|packages?|parcels?|deliver(?:y|ies)|shipments?|purchases?|stuff|items?|goods)"
_MINE = rf"(?:my|our|the|this|that) (?:\w+ )?{_THING}"
_MY = rf"(?:my|our) (?:\w+ )?{_THING}"
# "my order confirmation" is no order.
_ONLY = (
    r"(?! (?:confirmation|history|number|form|id|address|invoice|receipt|options?|costs?|fees?|charges?|times?|policy|details"
    r"|methods?|slots?|notes?))"
)
_ORDER_PATTERNS = (
    rf"\bwhere(?:'s| is| are|s) (?:{_MY}|order|(?:the|this|that) (?:order|parcel|package|shipment)){_ONLY}",
    rf"\b(?:is|are|has|have|was|were|did|hasn't|isn't|wasn't) {_MY}{_ONLY}.{{0,25}}"
    r"\b(?:ship|shipped|sent|dispatched|arriv\w*|deliver\w*|left|on (?:its|the) way|in transit|out for delivery|out yet)\b",
    rf"\bwhen (?:will|does|is|should|can) (?:i (?:get|receive|"
    rf"expect) )?{_MY}{_ONLY}(?:.{{0,20}}\b(?:arriv\w*|deliver\w*|com\w+|ship\w*|here|"
    r"get here|reach|be sent|due)\b)?",
    rf"\b(?:track|trace|locate|follow|find out where) (?:down )?(?:{_MY}|(?:the|an?|this) order #?\w*\d){_ONLY}",
    rf"\btracking (?:number |info\w* |status |code |link )?(?:for|of|on) {_MINE}",
    rf"\b(?:status|whereabouts|progress|eta|update) (?:of|on|for|about) (?:{_MY}|(?:the|an?)? ?(?:order|purchase) #?\w*\d){_ONLY}",
    r"\b(?:check|see|know|tell me|what(?:'s| is)|get|view) (?:the |my |on )*(?:order|delivery|shipping|"
    r"shipment|package|parcel)(?:'s)? status\b",
    r"^(?:order|delivery|shipping|shipment|package|parcel) status\b",
    rf"\b(?:haven't|have not|not|never|still waiting (?:for|on)) (?:yet )?(?:received|gotten|got|arrived)? ?{_MY}{_ONLY}",
    rf"\b{_MY}{_ONLY} (?:has not|hasn't|still hasn't|has still not|did not|didn't|never|still not|not yet) ?(?:yet )?"
    r"(?:arriv\w*|come|shown up|been delivered|shipped|been sent|been shipped)",
    # An order by its number, and what becomes of it.
    rf"\b(?:status|eta|where|whereabouts|track\w*|trac(?:e|ing)|locat\w*|find|see|check\w*|follow\w*|arriv\w*|shipped|delivered)\b"
    rf".{{0,30}}\b{_THING} ?(?:number |no\.? ?|nr\.? ?)?#?[a-z]{{0,4}}-?\d{{3,16}}\b",
    rf"\b{_THING} ?(?:number |no\.? ?)?#?[a-z]{{0,4}}-?\d{{3,16}}\b.{{0,30}}\b(?:status|eta|shipped|sent|"
    rf"arriv\w*|delivered|on its way|tracking)\b",
    rf"\b(?:track|trace|locate|locating|tracking|tracing) (?:down )?(?:{_MINE}|the last {_THING}|an? (?:order|parcel|package)){_ONLY}",
    rf"\bwhere (?:\w+ )?{_MY}{_ONLY} (?:is|are|could be|might be|went|has gone)\b",
    rf"\b(?:if|whether) {_MY}{_ONLY} (?:\w+ )?(?:\w+ )?(?:been )?(?:ship\w*|sent|arriv\w*|deliver\w*|com\w+|on (?:its|the) way|here)\b",
    rf"\b(?:find|locate|going on with|happened to|happening with|location of|updates? (?:me )?on|news (?:on|of|about)) {_MY}{_ONLY}",
    rf"\bstatus (?:of|on|for|about)? ?(?:my|the|an?) (?:\w+ ){{0,4}}{_THING}\b{_ONLY}",
    rf"\b(?:my|our) (?:\w+ ){{0,2}}{_THING}(?:'s)? status\b",
    r"\bwo (?:ist|bleibt|sind) (?:denn )?(?:mein|meine|unsere?) (?:bestellung|lieferung|sendung|paket|ware)",
    r"\b(?:ist|wurde|sind|wird) (?:mein|meine) (?:bestellung|lieferung|sendung|paket|ware)\b.{0,20}\b(?:verschickt|versandt|versendet|"
    r"unterwegs|angekommen|geliefert|raus)\b",
    r"\bwann (?:kommt|kommen|wird|erhalte ich|bekomme ich) (?:denn )?(?:mein|meine) (?:bestellung|lieferung|sendung|paket|ware)",
    r"\b(?:bestellstatus|sendungsstatus|lieferstatus|status (?:meiner|von meiner) (?:bestellung|lieferung|sendung))\b",
    r"\b(?:meine? )(?:bestellung|sendung|lieferung|paket) (?:verfolgen|nachverfolgen)",
    r"\bou (?:est|en est|sont|se trouve) (?:ma commande|mon colis|ma livraison|mes articles)",
    r"\b(?:suivre|suivi de|statut de|etat de) (?:ma commande|mon colis|ma livraison)",
    r"\bquand (?:ma commande|mon colis|ma livraison|vais-je recevoir (?:ma commande|mon colis)|arrive (?:ma commande|mon colis))",
    r"\b(?:ma commande|mon colis) (?:est-elle|est-il|a-t-elle|a-t-il|est|a) .{0,12}\b(?:expedie|expediee|partie?|envoyee?|livree?)",
    r"\bdonde (?:esta|estan|se encuentra) (?:mi pedido|mi paquete|mi compra|mi envio|mis pedidos)",
    r"\b(?:estado|seguimiento) de mi (?:pedido|paquete|compra|envio)",
    r"\bcuando (?:llega|llegara|recibire|recibo|sale) mi (?:pedido|paquete|compra|envio)",
    r"\b(?:se ha enviado|han enviado|ha salido|ha llegado) (?:ya )?mi (?:pedido|paquete|compra|envio)",
    r"\brastrear (?:mi|el) (?:pedido|paquete|envio)",
)
ORDER = re.compile("|".join(_ORDER_PATTERNS))
# Wishes that a status does not serve, and questions about how things are done in general.
NOT_ORDER = re.compile(
    r"\b(?:cancel\w*|return(?:ing|ed)?|refund\w*|exchange|replace\w*|change|modify|edit|wrong|damaged|broken|missing|stolen|complain\w*|"
    r"stornier\w*|zuruckgeben|zurucksenden|umtauschen|andern|annuler|rembours\w*|echanger|modifier|cancelar|devolver|reembols\w*|cambiar)\b"
)
NUMBERED = re.compile(r"(?<![\w-])#?(?:[A-Z]{1,5}-?\d{3,14}|#\d{3,16})(?![\w-])")
AFTER_ORDER = re.compile(
    r"(?:order|bestellung|commande|pedido|number|nummer|numero|n°|no\.?|nr\.?)\s*(?:is|ist|est|es|:|"
    r"#)*\s*#?((?=[\w-]*\d)[A-Za-z]{0,5}-?\d{3,16})\b",
    re.IGNORECASE,
)
ANY_NUMBER = re.compile(r"(?<![\w.,-])#?((?=[A-Za-z-]*\d{3})[A-Za-z]{0,5}-?\d{3,16})(?![\w-]|[.,]\d)")
BARE_NUMBER = re.compile(r"\s*(?:(?:my |the )?order\s*(?:number)?\s*(?:is)?\s*)?#?[A-Za-z]{1,5}-\d{3,14}\s*[.!?]?\s*", re.IGNORECASE)

_MEETING = r"(?:appointments?|consultations?|fittings?|time ?slots?|meetings?|visits?|call ?backs?|demos?|video calls?)"
_BOOKING_PATTERNS = (
    rf"\b(?:book|schedule|arrange|make|set up|reserve|fix) (?:me |us )?(?:an?|my|the|another|some)? ?(?:\w+ ){{0,2}}{_MEETING}\b",
    r"\b(?:i|we)(?:'d| would)? (?:like|want|need|love)(?: to (?:have|get|make|book|come (?:by|in) for))? (?:an?|another) (?:\w+ )?"
    r"(?:appointment|consultation|fitting)\b",
    r"\b(?:can|could|may) (?:i|we) (?:please )?(?:get|have|make|come for) (?:an?|another) (?:\w+ )?(?:appointment|consultation|fitting)\b",
    r"\b(?:free|available|open|next) (?:appointments?|time ?slots?)\b",
    r"\btermin\w* (?:buchen|vereinbaren|machen|ausmachen|reservieren|bekommen|haben)",
    r"\b(?:einen|freien?) termin(?!al)",
    r"\b(?:prendre|fixer|reserver|obtenir|voudrais|avoir) (?:un )?(?:rendez-vous|rdv)",
    r"\b(?:reservar|pedir|concertar|hacer|solicitar|quiero|quisiera) (?:una )?cita\b",
)
BOOKING = re.compile("|".join(_BOOKING_PATTERNS))
NOT_BOOKING = re.compile(
    r"\b(?:cancel\w*|reschedul\w*|postpone|move|missed|miss|stornier\w*|absagen|verschieben|annuler|"
    r"deplacer|cancelar|anular|cross|off|today's|did i)\b"
    r"|\b(?:do|does|did|will) (?:i|we|you|one) (?:need|have)\b|\bwithout\b|\bbrauche ich\b|\bfaut-il\b|\bnecesito (?:una )?cita para\b"
)
MY_BOOKING = re.compile(
    r"\b(?:when is|what time is|cancel|see|show|change|move|reschedule|about) (?:my|our|the) (?:appointment|consultation|fitting)\b"
    r"|\b(?:wann ist|absagen|verschieben) .{0,15}termin|termin .{0,12}(?:absagen|stornieren|verschieben)"
    r"|\b(?:annuler|deplacer|quand est) mon (?:rendez-vous|rdv)|\b(?:cancelar|anular|cuando es) mi cita"
)
NO = re.compile(
    r"^(?:no|nope|nah|never ?mind|forget (?:it|that)|no thanks?|no thank you|stop|skip|nein|egal|non|laisse[zr]?|not now|doesn't matter|"
    r"i don'?t (?:have|know|remember) (?:it|that|one|my .+)|none of (?:these|them)|nada|dejalo)\b[\s.!]*$"
)
CONCERNS = re.compile(
    r"\b(?:orders?|ordered|stuff|items?|goods|packages?|parcels?|deliver\w*|shipments?|shipp\w*|track\w*|purchases?|arriv\w*|"
    r"appointments?|meetings?|book\w*|schedul\w*|"
    r"slots?|consultations?|fittings?|bestell\w*|lieferung|sendung|paket|termin\w*|ware|articles|compra|"
    r"compras|bestellstatus|sendungsstatus|lieferstatus|free|available|calls?|demos?|visits?|callbacks?|call backs?|commande\w*|colis|"
    r"livraison|rendez-vous|rdv|pedidos?|paquete|envio|cita)\b"
)
