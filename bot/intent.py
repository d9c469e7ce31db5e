"""What kind of message this is, before any search: small talk, nothing to answer, or a question."""

import re
import unicodedata
from typing import Literal

Intent = Literal["greeting", "thanks", "bye", "fine", "self", "symbol", "empty", "question"]

_SAID: dict[Intent, str] = {
    "greeting": ("hi hello hey hiya heya howdy greetings hallo moin servus bonjour bonsoir salut hola buenas gruezi morning "),
    "thanks": ("thanks thank thx ty tysm danke merci gracias cheers appreciated appreciate dankeschon "),
    "bye": ("bye goodbye ciao cya tschuss adieu adios farewell "),
    "fine": ("ok okay great perfect cool awesome super excellent wonderful brilliant understood alright nice lovely fine "),
}
_KEYS: dict[str, Intent] = {word: kind for kind, words in _SAID.items() for word in words.split()}
_PHRASE_LISTS: dict[Intent, str] = {
    "greeting": """
guten tag, guten morgen, guten abend, good day, good morning, good afternoon, good evening, buenos dias, buenas tardes, whats up,
anyone there, is anyone there, is anybody there, how are you, gruss gott, how are you doing
""",
    "thanks": """
vielen dank, that helps, that helped
""",
    "bye": """
good bye, have a good day, have a nice day, see you, see ya, auf wiedersehen, au revoir, hasta luego, good night
""",
    "fine": """
got it, that is all, thats all, all good, sounds good, makes sense, it worked, that worked, no thanks, no thank you
""",
    "self": """
are you a bot, are you a robot, are you human, are you a human, are you real, are you a person, are you a real person, are you an
ai, who are you, what are you, what can you do, am i talking to a bot, am i talking to a robot, am i speaking to a bot, is this a
bot, what is your name, whats your name, bist du ein bot, sind sie ein bot
""",
}
_PHRASES: dict[str, Intent] = {" ".join(words.split()): kind for kind, listed in _PHRASE_LISTS.items() for words in listed.split(",")}
_FILLERS_WORDS = """
there all everyone team guys folks sir madam again very so much a lot you u for your the help helping me that this was is it and
well then today now day have nice good really everything answer info information quick reply bot friend dear support schon sehr fur
die hilfe beaucoup mucho muchas mille todo por la ayuda pour votre aide im i am my please just wanted to say
"""
_FILLERS = frozenset(_FILLERS_WORDS.split())
_FIRST: tuple[Intent, ...] = ("bye", "thanks", "greeting", "fine")
_GLAD = frozenset("👍👌🙏🤝👏🙌💪🫶🤞✌👊❤🧡💛💚💙💜🖤🤍🤎💕💖💗💯🎉🥳🔥⭐🌟✨✅✔☑🙂😀😃😄😁😆😅😇😊😍🥰😘🤗😎🤩☺😉🌹💐🌸")
# These ask, as "?" does.
_ASKING = frozenset("❓❔🤷🤔⁉‼")
_SMILEY = re.compile(r"(?:\s*(?:[:;=]['’-]?[)D\]]|<3|\^_?\^))+\s*")
_HELLO = r"(?:hi|hello|hey|hiya|hallo|bonjour|hola|good (?:morning|afternoon|evening|day)|guten (?:tag|morgen|abend))"
_OPENING = re.compile(rf"^\s*(?:{_HELLO}\b(?: there| all| team)?[\s,.!:;–-]+)+", re.IGNORECASE)


def intent_of(text: str) -> Intent:
    """Small talk only when every word of the message is small talk: `thanks, but it still fails` is a question."""
    folded = _fold(text)
    tokens = folded.split()
    if not tokens or _SMILEY.fullmatch(text):
        return _of_symbols(text)
    if len(tokens) > 12:
        return "question"
    found: set[Intent] = set()
    rest = f" {folded} "
    for words in sorted(_PHRASES, key=len, reverse=True):
        if f" {words} " in rest:
            found.add(_PHRASES[words])
            rest = rest.replace(f" {words} ", " ")
    for token in rest.split():
        if token in _KEYS:
            found.add(_KEYS[token])
        elif token not in _FILLERS:
            return "question"
    if "self" in found:
        return "self"
    return next((kind for kind in _FIRST if kind in found), "question")


def _of_symbols(text: str) -> Intent:
    """A thumb up is an answer, not a failed question; of other pictures nobody knows what they want."""
    symbols = [letter for letter in text if unicodedata.category(letter) == "So"]
    if _ASKING & set(text):
        return "empty"
    if _SMILEY.fullmatch(text) or (symbols and all(symbol in _GLAD for symbol in symbols)):
        return "thanks"
    return "symbol" if symbols else "empty"


def without_greeting(text: str) -> str:
    """The message without its opening greeting, when at least two words are left."""
    rest = _OPENING.sub("", text)
    return rest if len(rest.split()) >= 2 else text


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("ß", "ss")
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c) and c not in "'’")
    return " ".join(letters.split())
