"""From text to the terms of the lexical index."""

import tantivy

# Function words and the words questions are asked with; they say nothing about which article answers.
_STOP_TEXT = """
a about after again all also am an and any are aren't as at be because been before being below between both but by can can't cannot could
couldn't did didn't do does doesn't doing don't down during each else few for from further get gets getting got had hadn't has hasn't have
haven't having he hello her here hers herself hi him himself his how i i'd i'll i'm i've if in into is isn't it it's its itself just let
let's like me mine more most must my myself need no nor not of off on once only or other our ours ourselves out over own please s same she
should shouldn't so some someone something such t than thank thanks that that's the their theirs them themselves then there there's these
they they're this those through to too under until up us very want was wasn't way we we're were weren't what what's when where which while
who whom why will with won't would wouldn't yes you you're your yours yourself yourselves d ll m re ve don doesn didn isn aren wasn weren
won wouldn shouldn couldn hasn haven hadn ain
"""
STOP_WORDS = _STOP_TEXT.split()

_ANALYZER_NAME = "warmline_en"


def make_analyzer() -> tantivy.TextAnalyzer:
    """Words in small letters without accents, stop words dropped, English stems."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.custom_stopword(STOP_WORDS),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()


_ANALYZER = make_analyzer()


def terms_of(text: str) -> list[str]:
    """In order, with repetitions."""
    return _ANALYZER.analyze(text)


def register(index: tantivy.Index) -> None:
    index.register_tokenizer(_ANALYZER_NAME, make_analyzer())


def analyzer_name() -> str:
    return _ANALYZER_NAME
