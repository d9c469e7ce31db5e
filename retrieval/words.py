"""From text to the terms of the lexical index."""

import re
import unicodedata
from functools import cache
from itertools import pairwise

import tantivy

from retrieval.language import STOP_LISTS, primary

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

# Languages that have a stemmer; others are indexed by their words as they are.
STEMMED = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
# Scripts that put no spaces between words: kana, Han, Thai, Lao, Burmese, Khmer.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_SURFACE_NAME, _READY_NAME = "warmline_surface", "warmline_ready"


def terms_of(text: str, language: str = "en") -> list[str]:
    """Stems of the words that carry meaning, in order, with repetitions; of a script without spaces its pairs of characters.

    language: a tag such as de-CH."""
    stem = _analyzer(primary(language)).analyze
    if text.isascii() or not _UNSPACED.search(text):
        return stem(text)
    text = unicodedata.normalize("NFKC", text)
    terms: list[str] = []
    end = 0
    for run in _UNSPACED.finditer(text):
        terms += stem(text[end : run.start()])
        terms += [a + b for a, b in pairwise(run.group())] or [run.group()]
        end = run.end()
    return terms + stem(text[end:])


def plain_words(text: str) -> list[str]:
    """In small letters without accents, not stemmed."""
    return _SURFACE.analyze(text)


@cache
def _analyzer(language: str) -> tantivy.TextAnalyzer:
    """Words in small letters without accents, stop words dropped, stems."""
    name = STEMMED.get(language)
    builder = _words()
    if name == "english":
        builder = builder.filter(tantivy.Filter.custom_stopword(STOP_WORDS))
    elif name and language in STOP_LISTS:
        builder = builder.filter(tantivy.Filter.custom_stopword(STOP_LISTS[language]))
    builder = builder.filter(tantivy.Filter.ascii_fold())
    return (builder.filter(tantivy.Filter.stemmer(name)) if name else builder).build()


def _words() -> tantivy.TextAnalyzerBuilder:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.remove_long(60)).filter(tantivy.Filter.lowercase())


_SURFACE = _words().filter(tantivy.Filter.ascii_fold()).build()


def register(index: tantivy.Index) -> None:
    index.register_tokenizer(_SURFACE_NAME, _SURFACE)
    index.register_tokenizer(_READY_NAME, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def ready_terms() -> str:
    """The tokenizer of a field that is given terms, not text."""
    return _READY_NAME


def surface_words() -> str:
    return _SURFACE_NAME
