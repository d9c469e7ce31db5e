"""English wordings of "I want a person", as patterns over mended text (`handoff.wording.mended`).

The patterns ask for a verb of contact with a human as its object, for a human wished for by name, or for the bot refused. Customer service
as the object is another wish: "how can I contact customer service" wants a number or the hours, and an article answers that.
"""

import re

from handoff.asked_words import CONTACT, END, FILL, HUMAN, ME, SURE, SWEAR, TO

_ASKING = [
    # talk to a person · can you connect me with an agent · how do I reach someone
    rf"\b{CONTACT} {ME}{TO}{FILL}{HUMAN}\b",
    # put me through to someone · pass me on to your manager
    rf"\b(?:put|pass|send|hand|bring|take) (?:me|us|this|it)(?: through| on| over| back)? (?:to|onto|with) {FILL}{HUMAN}\b",
    # connect me with an agent · transfer to operator
    rf"\b(?:connect|connecting|transfer|transferred|forward|redirect|direct|switch|escalate|hand) (?:(?:me|us|this|it|my \w+)(?: "
    rf"over)?(?: {TO}{FILL}{HUMAN})|{TO}{FILL}{SURE})\b",
    rf"\b(?:direct|send|connect) to me {FILL}{HUMAN}\b",
    # I need to discuss this with a person · could a human look into my case
    rf"\b(?:discuss|discussing|resolve|sort|handle|word|go over|get through|call|phone call|in touch) (?:(?:this|it|that|things|my \w+|"
    rf"out|directly) )*(?:with|to) {FILL}(?:{SURE}|some ?one|some ?body)\b",
    rf"\b(?:can|could|would|may|let|have|want|need|please have|please let) {FILL}(?:humans?|persons?|agents?|representatives?|reps?|"
    rf"operators?|managers?|supervisors?|some ?one from (?:your |the )?(?:support|team|staff|customer \w+)) "
    r"(?:please )?(?:to )?(?:look|answer|check|review|handle|help|assist|reply|respond|take over|join|contact|see)\b",
    r"\bwho (?:can|could) i (?:talk|speak|chat) (?:to|with)(?=$| [.!?]| about this| here| now)",
    r"\b(?:talk|speak|chat|connect me|transfer me|put me through|hand me over) (?:to|with) (?:the |your |ur )?support(?: team| staff)?\b",
    r"\b(?:transfer|connect) me (?:please|pls|now)\b|\b(?:could|can|will|would) you (?:please )?(?:transfer|connect) me(?=$| [.!?])",
    rf"\bdeal with (?:an? )?{FILL}(?:human|person|agent)\b",
    r"\b(?:start|open|begin) (?:a )?live chat\b|\bhuman (?:assistance|help|support|assistant|service)\b|\b(?:want|need) (?:this|it|my "
    r"\w+) escalated\b",
    r"\b(?:no|not you|bot)(?: [,.!]| but)* (?:a |i want a |give me a )?(?:real )?(?:human|person)\b",
    r"\bsome ?body (?:real|human)\b|\bsome ?one (?:real|human)\b|\bnot you [,.!]? ?a human\b|\b(?:people|humans?|any ?one|any ?body) "
    r"(?:alive )?(?:working )?(?:there|here|alive)\b(?! (?:who|with|that) (?:bought|has|have|had|tried|knows))",
    # get me a human · I want a live agent · is there a person here
    rf"\b(?:want|wants|wanna|need|require|prefer|request|demand|get|give|find|send|is there|are there|would like|i'd like|id like|have|"
    rf"bring|where is|where are) "
    rf"(?:(?:me|us|to have|to see|even) )?{FILL}{SURE}{END}",
    # is there somebody I can talk to · a person who can help
    rf"\b{HUMAN} (?:that |who |whom )?(?:i|we|you|he|she) (?:can|could|may|might|should) (?:actually )?(?:talk|speak|chat|call|contact|"
    rf"reach|turn)\b",
    rf"\b(?:real|live|actual|human) {FILL}(?:{SURE}|some ?one|some ?body|support|help)\b(?! being a| readable| resources)",
    # can somebody call me · please call me back · I want a callback
    rf"\b(?:can|could|will|would|have|let|get|please) {FILL}{HUMAN} (?:please )?(?:to )?(?:call|ring|phone|contact|reach out|get "
    rf"back)(?: back)?\b(?: to)? ?(?:me|us)?\b",
    r"\b(?:please|just|(?<!what )can you|could you|would you|(?<!what )will you|^) ?(?:call|phone|ring) (?:me|us)(?: back)?(?=$| [.!?,;]|"
    r" at| on| now| asap| today| tomorrow| about| please| under| regarding| instead| when| so| to discuss)",
    r"\b(?:want|need|request|like|arrange|schedule) (?:a |an |to get a )?(?:call ?back|phone call|call from)\b",
    # not a bot
    r"\b(?:no|not|hate|enough of|tired of|sick of|instead of|rather than|stop (?:with )?|without|than|fed up with|done with)"
    r"(?: talking| speaking| chatting| want| wanna| like| need| deal| dealing| work| to| talk| speak| chat| with| this| these| that| a| "
    r"an| the| your| another| some| stupid| dumb| useless)*"
    r" (?:bots?|chat ?bots?|ai|automated system|automated (?:answers?|replies|responses?)|virtual assistants?)"
    r"(?=$| [.!,;]| anymore| please| i | get| give| again| answers?| replies| responses?| thing| shit| crap)",
    r"\b(?:dont|don't|do not|didn't|won't|can't) (?:wanna|want|like|need|trust|understand|deal with|talk to|speak to|want to (?:talk|"
    r"speak|chat|deal) (?:to|with))"
    r" (?:a|an|the|this|to|your|another|some|any|stupid|talking to|these| )*(?:bots?|chat ?bots?|ai|virtual assistants?)"
    r"(?=$| [.!,;]| anymore| please| i | get| give| answering| answers?| replies)",
    # A machine, robot or computer may be what was bought: it is the bot where somebody talks to it, or where nothing else is said.
    r"\b(?:no|not|hate|enough of|tired of|sick of|instead of|rather than|stop|without|than|fed up with|done with|dont|don't|do not|won't|"
    r"can't)(?: \w+){0,4}? (?:talk|speak|chat|deal|argue|talking|speaking|chatting|dealing|arguing) (?:to|with) (?:(?:a|an|the|this|these|"
    r"your|another|some|any|stupid|dumb|useless|fucking|damn) )*(?:robots?|machines?|computers?)\b",
    r"\b(?:than|instead of|rather than)(?: to| with)? (?:a|an|another|some) (?:stupid |dumb |useless )*(?:robot|machine|computer)"
    r"(?=$| [.!,;])",
    r"^(?:(?:i|we|please|pls|just|really|sorry|hello|hi|hey|,|[.!]) )*(?:no(?: more)?|not|hate|enough of|tired of|sick of|(?:dont|don't|do "
    r"not) (?:want|wanna|like|need))(?: (?:a|an|another|any|some|more|stupid|dumb|useless))* (?:robots?|machines?)"
    r"(?: (?:please|pls|anymore|here|thanks|answers?|replies|responses?|[.!,;]))*$",
    r"\b(?:no|stop|enough) (?:more )?(?:robot|machine|computer) (?:answers?|replies|responses?)\b",
    r"\b(?:done|finished|through|fed up|stop) (?:with )?(?:talking|chatting|speaking|arguing)(?: to| with) (?:a |an |this |these |the |"
    r"your )?(?:stupid |dumb )?(?:bots?|robots?|machines?|computers?|ai)\b",
    r"\bno more (?:bots?|robots?|bot answers|automated answers)\b|\bstop (?:with |giving me |sending me )?(?:the |these |your )?(?:bot|"
    r"robot|automated|canned) "
    r"(?:answers?|replies|responses?|messages)\b",
    r"\bescalate (?:this|it|me|my (?:case|issue|problem|ticket|complaint))\b",
    r"\b(?:speak|talk|chat) (?:to|with) (?:a |an |your |the )?(?:real |actual )?(?:man|woman|guy|lady|boss|team|superior|higher ?up)\b",
    r"\b(?:a |an )?human,? (?:please|pls|plz|now)\b",
]

_ALONE = re.compile(
    rf"^(?:(?:hello|hi|hey|ok|okay|no|please|pls|plz|just|now|a|an|the|real|live|actual|want|need|asap|right|immediately|get|me|to|i|is|"
    rf"there|any|sorry|{SWEAR}|[.!?,;:]) )*"
    rf"(?:{SURE}|live chat|human support|real support|human help|support agent|customer service (?:agent|representative|rep)|phone call "
    rf"with (?:an )?agent|some ?body|some ?one|any ?body|any ?one)"
    rf"(?: (?:please|pls|plz|now|here|there|asap|right|immediately|thanks|thank you|you|human|agent|person|in|needed|help|out|[.!?,;:]))*$"
)

_NOT_ASKING = [
    # said to have happened, refused, or about somebody else's customers
    r"\b(?:dont|don't|do not|no need|never|without|rather not|not|didn't|stop) (?:(?:really|want|need|wish|have|like|going|trying|asking|"
    r"actually|ever) )*(?:to |for )?"
    rf"(?:talk|speak|talking|speaking|chat|chatting|contact|contacting) {TO}{FILL}{HUMAN}\b",
    rf"\b(?:no need (?:for|of)|without|don't need|do not need|dont need|don't want|do not want|dont want) {FILL}{HUMAN}\b(?! bot)",
    r"\bhow (?:do|can|could|would) (?:customers?|visitors?|users?|clients?)\b|\bis this (?:a |an )?(?:real )?(?:human|person|bot|robot)\b",
    r"\b(?:my|our) (?:visitors?|customers?|users?|clients?|readers?|subscribers?|employees|staff)\b",
    r"\b(?:some ?one|some ?body|any ?one|person|people|agent|manager|representative|operator) (?:at|from|in) (?:my|a|an|another) ",
    r"\b(?:some ?one|some ?body|any ?one|person|people) (?:else|elses|else's|other)\b",
    r"\bam i (?:talking|speaking|chatting)\b|\b(?:are you|you are|you're|ur|could you be|you be) (?:(?:a|an|really|actually|even|just|or|"
    r"computer|bot) )*"
    r"(?:real |live |actual |living )*(?:human|person|people|bot|robot|real|machine|ai|operator|agent)\b",
    r"\bdo (?:i|we) (?:have|need) to (?:talk|speak|chat|contact|call|reach)\b",
    r"\b(?:im|i'm|i am) not a (?:ro)?bot\b|\bnot a (?:ro)?bot (?:check|box|button)",
    r"\b(?:become|becoming|hire|hiring|work as|working as|apply|job|jobs|career|salary|recruit|train)\b.* (?:agents?|operators?|"
    r"representatives?|managers?|assistants?)\b",
    r"\b(?:near ?by|nearest|near me|in my area|local) |\b(?:near ?by|near me|in my area)\b",
    r"\b(?:like|as) a (?:real |live )?(?:human|person)\b|\bsafe for (?:humans|people)\b",
    r"\bwho is\b.* (?:manager|operator|agent|representative)\b|\bwhat (?:is|are|does|do|was)(?: an?| the| your)? (?:\w+ )?(?:agents?|"
    r"operators?|assistants?|humans?|representatives?)\b",
]

_COMPOUND = re.compile(
    r"\b(?:user|travel|real estate|estate|insurance|shipping|customs|free|letting|booking|google|voice|virtual|tour|network|mobile|"
    r"logical|boolean|search|comparison|"
    r"shop|personal|executive|my|his|her|their|our|crypto|store|wildcard|or|and|pickup|delivery|courier|account|product|password|tag|"
    r"package|property|"
    r"file|task|device|ads|ad|line) (?:agents?|operators?|assistants?|managers?|representatives?|advisors?)\b"
    r"|\bhuman (?:resources?|rights?|error|hair|size|sized|body|readable|trafficking|consumption|verification|visitors?|traffic|review)\b"
    r"|\b(?:agents?|operators?|assistants?|managers?|agent's|manager's) (?:commissions?|fees?|policy|policies|strings?|ids?|roles?|"
    r"seats?|accounts?|dashboards?|permissions?|prices?|app|api|"
    r"precedence|license|licence|access|rights|discounts?|portal|console|page|plans?|pricing)\b"
    r"|\b(?:contact|per|second|other|third|missing|sick|disabled|wrong|deceased|one|two|\d+) (?:persons?|people)\b"
    r"|\b(?:how many|number of|for \d+) (?:agents?|people|persons?|operators?|representatives?|employees)\b"
    r"|\bcontact (?:form|page|details?|number|lens(?:es)?|us)\b"
    # who is to be in the picture
    r"|\b(?:persons?|people|humans?|some ?one|some ?body) (?:for|in|on) (?:the|a|an|my|our|this|that) (?:photo\w*|pictures?|shoot\w*|"
    r"videos?|image|models?|modelling|modeling|fitting|party|assembly)\b"
)

ASKING = re.compile("|".join(_ASKING))
NOT_ASKING = re.compile("|".join(_NOT_ASKING))


def asks(mended_text: str) -> bool:
    """Whether the rules hear a wish for a person."""
    text = _COMPOUND.sub("thing", mended_text)
    if _ALONE.match(text):
        return True
    return bool(ASKING.search(text)) and not refuses(text)


def refuses(mended_text: str) -> bool:
    """Whether the text speaks of people without asking for one: past talks, refusals, other people's customers, what a word means."""
    return bool(NOT_ASKING.search(mended_text))
