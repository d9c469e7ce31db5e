"""Which language a short text is in: by its script, else by the little words that only one language has."""

import re

_LISTS = {
    "en": """
    the a an is are was were do does did can could how what where when why which who i my me we our you your it this that to of
    in on for and or not with from have has will would if be been by at as
    """,
    "de": """
    der die das den dem des ein eine einen einem einer ist sind war ich mein meine meinen meiner wir unser unsere sie ihr ihre
    es wie was wo wann warum welche welcher welches wer kann können könnte muss darf und oder nicht kein keine mit von vom zu
    zum zur auf für bei nach aus wenn werden wird wurde habe haben hat man gibt es im ins am an auch noch
    """,
    "fr": """
    le la les l un une des du de d est sont était je j mon ma mes nous notre nos vous votre vos il elle on ce cette ces comment
    quoi quel quelle quels quelles où quand pourquoi qui que qu peut puis peux dois faut et ou ne n pas avec pour par sur dans
    chez si être ai avez ont a-t-il aux au en y c s mes combien
    """,
    "es": """
    el la los las un una unos unas es son era yo mi mis nosotros nuestro nuestra usted su sus lo le se cómo como qué que cuál
    cuáles dónde donde cuándo cuando por porqué quién puedo puede tengo tiene hay debo y o no con para de del al en si ser ha
    han he está estoy cuánto cuánta cuánto cuesta me te
    """,
    "pt": """
    o a os as um uma uns umas é são era eu meu minha meus minhas nós nosso nossa você vocês seu sua seus suas lhe se como que
    qual quais onde quando por porque quem posso pode tenho tem há devo e ou não com para de do da dos das no na nos nas ao à em
    ser está estou quanto quanta custa me foi
    """,
    "it": """
    il lo la i gli le un uno una è sono era io mio mia miei mie noi nostro nostra voi lei suo sua si come che cosa quale quali
    dove quando perché chi posso può devo ho ha hanno c'è e o non con per di del della dei delle al alla in nel nella su se
    essere quanto mi
    """,
    "nl": """
    de het een is zijn was ik mijn we wij ons onze u uw je jij hij zij hoe wat waar wanneer waarom welke wie kan kunnen kunt
    moet mag en of niet geen met van naar op voor bij uit als wordt worden heb heeft hebben er in aan te ook dit dat deze die
    """,
}
STOP_LISTS = {language: sorted(set(words.split())) for language, words in _LISTS.items()}
_SETS = {language: frozenset(words) for language, words in STOP_LISTS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
)
# Little words, and their share of all.
SURE, SHARE = 2, 0.2


def primary(tag: str) -> str:
    """de of de-CH."""
    return tag.split("-")[0].lower()


def read_as(text: str, present: tuple[str, ...]) -> tuple[str, ...]:
    """The languages whose stems are looked for: the text's own where the base has it, else all that the base has."""
    own = language_of(text) if len(present) > 1 else None
    return (own,) if own and own in present else present or ("en",)


def language_of(text: str) -> str | None:
    """None when in doubt: a customer is better served by a try than by a wrong guess."""
    letters = _WORD.findall(text.lower())
    length = sum(map(len, letters))
    for language, script in _SCRIPTS:
        if 2 * len(script.findall(text)) > length > 0 or (language == "ja" and script.search(text)):
            return language
    counts = sorted(((sum(word in words for word in letters), language) for language, words in _SETS.items()), reverse=True)
    (most, language), (next_most, _) = counts[0], counts[1]
    return language if most >= max(SURE, SHARE * len(letters)) and most > next_most else None
