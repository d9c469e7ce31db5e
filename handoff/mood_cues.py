"""What the wording alone says about a customer's mood: VADER's valence, and cues of its own that need no model.

VADER: Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", ICWSM 2014.
"""

import re
from functools import lru_cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from handoff.wording import fold, listed

CUES = ("compound", "pos", "neg", "shouting", "exclaiming", "swearing", "outrage", "more_outrage", "threat", "thanks")
_LONGEST = 2000
# These words name what support is for; "my order arrived damaged" tells a fact, not a mood.
_FACTS = listed("""damage damaged damages broken broke break error errors fail failed fails failing failure problem problems issue issues
    cancel cancelled canceled cancelling
    cancellation lost lose missing miss missed wrong stop stopped fault faulty defect defective delay delayed delays refund refunded
    dispute disputed debt charge
    charged charges alone block blocked blocking invalid denied rejected reject refused trouble critical warning warn urgent expired
    unable stuck risk leak
    penalty penalties troubles delete deleted disable disabled lower suing exclude excluded limited limit
    no please help helpful active share shared like interest interested secure security free credit gift gifts
    """)

_SWEARING = re.compile(
    r"\b(?:f+u+c+k\w*|fck\w*|f\*+k?\w*|wtf|shit\w*|bullsh\w*|crap\w*|damn\w*|goddamn\w*|bloody|bastards?|assholes?|arseholes?|"
    r"piss(?:ed)?|bitch\w*|idiots?|morons?|stupid)\b|[@#$%&*!]{4,}"
)
_SWEARING_ABROAD = re.compile(
    r"\b(?:fuck\w*|scheiss\w*|verdammt\w*|verfickt\w*|arschl\w*|so ein mist|idioten|putain|merde|bordel|connards?|mierda|puta|joder|"
    r"cabron\w*|gilipoll\w*|idiotas?)\b"
)
_OUTRAGE = re.compile(
    r"\b(?:ridiculous|unacceptable|outrag\w+|disgusting|disgusted|disgrace\w*|appalling|appalled|terrible|horrible|horrendous|awful|"
    r"worst|pathetic|useless|incompeten\w+|shameful|"
    r"give me my money back|joke of a|is a joke|scammers?|scammed|(?:total|complete|such a|fucking|what a|you are a|you're a|company is "
    r"a|all a) scam|ripped "
    r"off|rip ?-?off|liars?|lied to|furious|"
    r"angry|livid|fed up|sick (?:and tired )?of|tired of|"
    r"had enough|frustrated|frustrating|infuriat\w+|never (?:again|buying|ordering|using|shopping)|(?:waste of|wasting|wasted) (?:\w+ "
    r")?(?:time|money)|"
    r"(?:nobody|no ?one) (?:cares|helps|answers|responds|replies)|ignor(?:ed|ing) me|how dare|what a mess|nightmare|insulting|lousy|"
    r"thanks for nothing|no help at all|"
    r"so annoying|very annoying|annoyed|disappointed|disappointing|not good enough|really upset|so upset)\b"
)
_OUTRAGE_ABROAD = re.compile(
    r"\b(?:inakzeptabel|unverschamt\w*|frechheit|lacherlich|katastroph\w*|schlimmste\w*|wutend|stinksauer|sauer|enttauscht|betrug|"
    r"betruger|abzocke|nie wieder|zum kotzen|unfahig\w*|"
    r"reicht mir|schnauze voll|nervt|schrecklich|furchtbar|unmoglich von|"
    r"inacceptable|inadmissible|honteux|honte|scandale\w*|ridicule|arnaque\w*|escrocs?|furieu(?:x|se)|en colere|marre|deplorable|"
    r"catastrophique|plus jamais|nul(?:le)?s?|"
    r"inaceptable|ridiculo|verguenza|vergonzoso|indignante|estafa|estafadores|pesim[oa]|hart[oa]|furios[oa]|enfadad[oa]|enojad[oa]|nunca "
    r"mas|que asco|inutil(?:es)?|lamentable)\b"
)
_THREAT = re.compile(
    r"\b(?:my lawyers?|a lawyer|your? lawyers?|attorney|sue you|suing you|lawsuit|legal action|take you to court|small claims|(?:do|file|"
    r"filing|start|initiate|issue|open) a charge ?back|"
    r"charge ?back (?:this|it|the|with my)|report you|reporting you|(?:bad|negative|terrible|one.star|1.star) reviews?|trustpilot|better "
    r"business bureau|ombudsman|trading standards|tell everyone|last chance)\b"
)
_THREAT_ABROAD = re.compile(
    r"\b(?:anwalt|rechtsanwalt|klage ein\w*|verklag\w*|anzeige erstatt\w*|zeige sie an|verbraucherschutz|verbraucherzentrale|avocat|"
    r"porter plainte|tribunal|dgccrf|abogad[oa]|"
    r"demandarl?[oe]?s?|denunciar\w*|oficina del consumidor|hoja de reclamaciones)\b"
)
_THANKS = re.compile(
    r"\b(?:thanks|thank you|thx|great|perfect|awesome|love it|brilliant|wonderful|danke|super|vielen dank|merci|parfait|genial|gracias|"
    r"perfecto|estupendo)\b"
)


@lru_cache(maxsize=1)
def _vader() -> SentimentIntensityAnalyzer:
    analyzer = SentimentIntensityAnalyzer()
    for word in _FACTS:
        analyzer.lexicon.pop(word, None)
    return analyzer


def cues(text: str, english: bool) -> dict[str, float]:
    """Each of CUES, 0…1 (compound −1…1). VADER reads English only; elsewhere its three stay 0."""
    text = text[:_LONGEST]
    plain = fold(text)
    valence = _vader().polarity_scores(text) if english else {"compound": 0.0, "pos": 0.0, "neg": 0.0}
    swearing, outrage, threat = (_SWEARING, _OUTRAGE, _THREAT) if english else (_SWEARING_ABROAD, _OUTRAGE_ABROAD, _THREAT_ABROAD)
    outraged = len(outrage.findall(plain))
    return {
        "compound": valence["compound"],
        "pos": valence["pos"],
        "neg": valence["neg"],
        "shouting": _shouting(text),
        "exclaiming": min(1.0, max(0, text.count("!") + text.count("?!") - 1) / 3),
        "swearing": float(bool(swearing.search(plain))),
        "outrage": float(outraged > 0),
        "more_outrage": float(outraged > 1),
        "threat": float(bool(threat.search(plain))),
        "thanks": float(bool(_THANKS.search(plain))),
    }


def _shouting(text: str) -> float:
    """Share of capitals, once there are three words of them, two of these longer than abbreviations are."""
    loud = [word for word in re.findall(r"[^\W\d_]{2,}", text) if word.isupper()]
    letters = [letter for letter in text if letter.isalpha()]
    share = sum(letter.isupper() for letter in letters) / max(1, len(letters))
    real = sum(len(word) > 3 for word in loud)
    return share if len(loud) >= 3 and real >= 2 and share > 0.3 else 0.0
