"""The pieces that the English wordings of "I want a person" are made of: whom, how, and what may stand between."""

from handoff.wording import listed

KNOWN = listed(
    """human humans person people agent agents operator assistant someone somebody anyone anybody representative advisor supervisor manager
    contact contacting speak speaking spoken chat chatting talking connect transfer please customer service support assistance assist
    staff member employee want wanna escalate direct could would robot chatbot machine instead really actual
    contract contacts personal persona operation operations operate assistants peoples speaker chats agency urgent agenda management manage
    directly direction directed connected connection transfers services supports supported costumer personnel serve series
    employer employers employed"""
)

SWEAR = "fucking|fuckin|bloody|damn|damned|goddamn|freaking|god damn"
KIND = (
    f"real|live|actual|human|proper|living|breathing|physical|flesh and blood|qualified|knowledgeable|different|another|support|service|"
    f"customer|care|{SWEAR}"
)
FILL = rf"(?:(?:a|an|na|the|your|ur|some|any|one|other|of|to|with|from|team|{KIND}) )*"
SURE = (
    r"(?:humans?(?: beings?)?|agents?|operators?|representatives?|reps?|csr|advisors?|advisers?|supervisors?|managers?|persons?|people|"
    r"employees?)"
)
HUMAN = (
    rf"(?:{SURE}|assistants?|associates?|executives?|boss|somebdy|some ?one|some ?body|any ?one|any ?body|staff|support team|support "
    rf"staff|real one|team members?|colleagues?|specialists?|real support|live support|live chat|human support)"
)
END = (
    r"(?=$| [.!?,;:]| please| pls| plz| on here| on the phone| on the line| in here| now| asap| right| immediately| here| today| instead|"
    r" about| who| that can| and| i | for| so | or )"
)
TO = r"(?:(?:to|2|with|w|ot|wth|wirh|wiht|through to|over to|through|in touch with|hold of) )?"
CONTACT = (
    r"(?:talk+|talks|talking|takl|takling|tlak|taok|speak|speaking|speek|speakign|spaek|chat|chatting|chay|contact|contacting|reach|"
    r"reaching|"
    r"communicate|converse|get in touch|get hold)"
)
ME = r"(?:(?:me|us|this|it|my \w+|the \w+|over) )*"
