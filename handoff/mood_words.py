"""Words of feeling and of trouble, counted: VADER's one valence cannot tell anger from sorrow, nor a complaint from a question."""

import re

from handoff.wording import fold

KINDS = (
    "anger", "sorrow", "worry", "joy", "trouble", "waiting", "unhelped", "again", "negated", "accused", "thwarted", "asked", "owned",
)  # fmt: skip
_WORDS = {
    "anger": r"ang(?:er|ers|ered|ry|rily)|rag(?:e|es|ing|ed)|outrag\w*|fur(?:y|ious|iously)|fum(?:e|es|ing|ed)|wrath|irate|livid|mad|"
    r"madden\w*|"
    r"hat(?:e|es|ed|ing|er|ers|red)|resent\w*|revenge|reveng\w*|aveng\w*|veng\w*|offen[sd]\w*|irrit\w*|annoy\w*|infuriat\w*|incens\w*|"
    r"aggravat\w*|provok\w*|"
    r"hostil\w*|bitter\w*|grudge\w*|indignant\w*|indignation|insult\w*|disgust\w*|disgrac\w*|despis\w*|loath\w*|scorn\w*|contempt\w*|"
    r"pathetic|"
    r"rude\w*|arrogan\w*|bull(?:y|ied|ying|ies)|racis\w*|sexis\w*|liar\w*|lying|lies|lied|thie(?:f|ves)|scam\w*|fraud\w*|terroris\w*|"
    r"burning|boil\w*|"
    r"snap(?:ped)?|rant\w*|yell\w*|scream\w*|shout\w*|fight\w*|frown\w*|glar(?:e|ing)|cross|pout\w*|huff\w*|growl\w*|tantrum\w*|"
    r"stupid\w*|idiot\w*|moron\w*|dumb\w*|shut up|fuck\w*|wtf|damn\w*|hell|bitch\w*|ass(?:hole)?s?|shit\w*|bloody|pissed|"
    r"ridiculous\w*|unacceptable|shame on",
    "sorrow": r"sad\w*|sorrow\w*|depress\w*|gloom\w*|grie[fv]\w*|mourn\w*|lonel\w*|alone|unhapp\w*|miser\w*|melanchol\w*|despair\w*|"
    r"hopeless\w*|heartbr\w*|cry(?:ing)?|cried|cries|tear(?:s|ful)|weep\w*|wept|sob\w*|miss(?:ed|ing)? (?:you|him|her|them|home)|"
    r"regret\w*|pain\w*|hurt\w*|dull|blues?|dreary|sulk\w*|dismal|funeral|disappoint\w*|discourag\w*|dishearten\w*|despondent",
    "worry": r"worr(?:y|ies|ied|ying)|anxi\w*|nervous\w*|fear\w*|afraid|scar(?:y|ed|es|ing)|terrif\w*|terror|panic\w*|dread\w*|"
    r"horr(?:or|ify|ified|ifying)|nightmare\w*|"
    r"alarm\w*|shak(?:e|y|ing)|tense|stress\w*|concern\w*|intimidat\w*|bully|shy\w*|awe|start(?:le|led)|shudder\w*|despair",
    "joy": r"joy\w*|happ(?:y|ier|iest|iness|ily)|delight\w*|glad\w*|cheer\w*|smil\w*|laugh\w*|lol|lmao|haha\w*|lov(?:e|ed|es|ely|ing)|"
    r"lively|optimis\w*|hope(?:ful)?|exhilarat\w*|hilari\w*|"
    r"funny|amus\w*|fun|great|awesome|amazing|wonderful|fantastic|excellent|beautiful|bless\w*|grateful|thank\w*|enjoy\w*|excit\w*|"
    r"thrill\w*|proud|congrat\w*|celebrat\w*|"
    r"best|perfect|yay|rejoic\w*|sparkl\w*|glee\w*|elat\w*|playful|pleas(?:ed|ure|ing)|good|nice|cool|win|won",
    "trouble": r"problems?|issues?|errors?|fail\w*|broke\w*|damag\w*|delay\w*|cancel\w*|late|lost|missing|missed|stuck|wrong|"
    r"mistakes?|messed|mess|worst|worse|bad|poor\w*|"
    r"unable|refus\w*|reject\w*|denied|deny|disconnect\w*|hung up|crash\w*|useless|charged|overcharg\w*|expensive|fees?|ruin\w*|"
    r"stranded|disaster|unreliable|slow|down|fault\w*|"
    r"dirty|uncomfortable|incompeten\w*|unprofessional|fix",
    "waiting": r"wait(?:ed|ing|s)?|hold|holding|hours?|hrs?|\d+ ?(?:hours?|hrs?|minutes?|mins?|days?|weeks?|months?)|days|weeks|"
    r"months|still|yet|finally|forever|ages|queue|line|"
    r"since (?:yesterday|monday|tuesday|wednesday|thursday|friday|last|this)|all (?:day|night|morning|week)|how long|too long",
    "unhelped": r"no (?:one|body|response|reply|answer|help|info\w*|explanation|luck|way|idea|updates?|apolog\w*)|nobody|never|"
    r"nothing|none|nowhere|without|ignor\w*|no longer|not one|"
    r"customer (?:service|support|care)|could(?:n't| not) care less",
    "again": r"again|twice|third|fourth|\d(?:nd|rd|th)|times|every time|each time|another|keep|keeps|constantly|always|repeatedly|"
    r"second time|back and forth",
    "negated": r"not|n't|no|cannot|cant|can't|wont|won't|don't|dont|doesn't|doesnt|didn't|didnt|isn't|isnt|aren't|wasn't|wasnt|"
    r"couldn't|wouldn't|haven't|hasn't|ain't|nor",
    "accused": r"you (?:guys |people |all )?(?:can't|cannot|don't|won't|never|just|are|have|lost|told|said|need to|should|owe|keep|"
    r"really)|your|u|ur|thanks for",
    "thwarted": r"trying|tried|try|can't|cannot|cant|couldn't|unable|need|needed|supposed|should|would be nice|really|seriously|why|"
    r"come on|ever|even|instead|only|but",
    "asked": r"can you|could you|please|is there|are there|do you|what is|what's|when (?:is|will|does)|where (?:is|can)|how (?:do|can|"
    r"much|many)|will you|any|would like|possible",
    "owned": r"my|our|i|i'm|i've|we|me|us",
}  # fmt: skip
_COMPILED = {kind: re.compile(rf"(?<![\w'])(?:{words})(?![\w'])") for kind, words in _WORDS.items()}
_LONGEST = 2000


def mood_words(text: str) -> list[float]:
    """For each of KINDS: 0 for none, 0.5 for one, nearing 1."""
    plain = fold(text[:_LONGEST]).replace("#", " ")
    return [1 - 0.5 ** len(_COMPILED[kind].findall(plain)) for kind in KINDS]
