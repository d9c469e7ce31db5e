"""What the wording shows of an attempt to give the assistant orders: each cue a pattern over folded text (en, de, fr, es, pt, it and a few
words of others). A cue counts only where the clause is an order: "how do I ignore …?" and "the system ignores …" are none."""

import re
import unicodedata

from handoff.wording import fold

CUES = (
    "cancels", "fresh_start", "new_role", "asks_for_prompt", "puppet", "shapes_reply", "shapes_reply_softly", "plants_code", "code",
    "chat_marks", "names_the_ai", "no_limits", "hidden", "sends_out", "tells_lies", "abrupt", "own_knowledge", "spelled_out", "question",
    "polite", "customer", "order_first", "mixed_languages", "sentences", "words", "shouted", "quoted", "story",
)  # fmt: skip
_LONGEST = 4000

_BEFORE = (
    r"(?:all|any|every(?:thing)?|previous|prior|earlier|preceding|above|former|initial|original|given|old|past|so far|before|whatever|"
    r"alle[ns]?|alles|bisherige\w*|vorherige\w*|vorige\w*|obige\w*|davor|vorher|zuvor|oberhalb|sämtliche|samtliche|"
    r"tout(?:es?)?|precedent\w*|qui precede|avant|todas?|todos?|todo|anterior\w*|antes|tutt[eio]|precedent[ei]|sve|prethodne|wszystki\w*)"
)
_ORDERS = (
    r"(?:instructions?|directions?|directives?|commands?|orders?|rules?|guidelines?|polic(?:y|ies)|prompts?|tasks?|assignments?|"
    r"programming|"
    r"restrictions?|constraints?|filters?|safety|thoughts?|information|context|articles?|role|"
    r"anweisung\w*|instruktion\w*|regeln?|vorgaben?|befehle?|aufgaben?|informationen|anordnung\w*|ausfuhrungen|"
    r"consignes?|ordres?|regles?|instrucciones|ordenes|reglas|instrucoes|regras|istruzioni|regole|upute|polecen\w*)"
)
_CANCEL = (
    r"(?:ignore|ignoring|disregard|forget|skip|override|overrule|bypass|drop|abandon|discard|dismiss|neglect|erase|leave behind|do "
    r"not follow|"
    r"don't follow|stop following|vergiss|vergesst|vergessen sie|ignoriere?n?|missachte\w*|verwirf|lass\w*|oublie[zr]?|ignore[zr]?|"
    r"olvid[ae]\w*|ignora\w*|esque[cç]\w*|dimentica\w*|zaboravi\w*|zapomnij)"
)
# Where an order may begin: at the start, after a sentence mark, or after what introduces it.
_START = (
    r"(?:^|[.!?;:\n\"')\]}>–—-]\s*|\b(?:please|now|then|but|and|just|so|bitte|nun|jetzt|dann|aber|und|also|okay|ok|"
    r"s'il vous plait|por favor)\b[, ]*)"
)
_PATTERNS = {
    "cancels": [
        rf"{_START}{_CANCEL}\b(?: \S+){{0,4}}? (?:{_BEFORE}|{_ORDERS})\b",
        rf"{_START}{_CANCEL} (?:that|this|the (?:text|words|lines?|rest)|everything|alles|tout|todo|tutto)\b(?! (?:i|we|my|on my|"
        rf"about my)\b)",
        rf"\b{_BEFORE}\b(?: \S+){{0,3}} (?:{_ORDERS}|is|are|ist|sind)\b(?: \S+){{0,6}}? (?:irrelevant|void|cancell?ed|invalid|obsolete|"
        rf"unimportant|unwichtig|ungultig|not (?:so |that |very )?(?:important|great|valid|relevant)|no longer (?:valid|appl\w+)|"
        rf"nicht (?:mehr|ganz|so|wichtig)\b)",
        r"\binstead of (?:answering|that|replying|responding)\b|\banstatt (?:zu antworten|dessen)\b|\bdo(?:n't| not) answer (?:the|"
        r"this|that|any)\b",
        r"忽略.{0,6}(?:之前|以上|所有|指令|指示)|忘记.{0,6}(?:之前|以上|所有|指令)|(?:これまで|以前|上記).{0,8}(?:指示|命令).{0,6}無視|(?:이전|모든).{0,6}지시.{0,6}(?:무시|잊)|"
        r"(?:забудь|игнорируй).{0,30}(?:инструкц|указан|все)|(?:onceki|tum) .{0,12}talimat\w*.{0,6}(?:unut|yok say)",
    ],
    "fresh_start": [
        r"\b(?:now|here|next|but|and)?,? ?(?:some |a few )?(?:new|more|further|additional|other|next) (?:tasks?|instructions?|orders?|"
        r"jobs?) (?:will |now )?"
        r"(?:follow|come|await|for you|is|are)\b|\b(?:focus on|here is|to) your (?:new|real|actual|next) task\b|\byour new task\b",
        r"\bstart (?:over|anew|again|from (?:scratch|the beginning|zero))\b(?: \S+){0,4} (?:task|with)\b|\bwe (?:will |shall "
        r")?(?:start|begin) (?:over|anew|again|with a new task)\b",
        r"\b(?:very |really )?(?:well done|great job|good job|excellent (?:work|performance)|great performance|that is enough|that's "
        r"enough)\b[.!]",
        r"\b(?:neue|weitere) aufgaben?\b|\b(?:fange|fangen|beginne|beginnen) (?:\w+ )?von vorne\b|\bausgezeichnete leistung\b|"
        r"\b(?:sehr |wirklich |echt )?gut gemacht\b|"
        r"\bhinter (?:dir|sich|ihnen)\b|\bbei folgender frage\b",
        r"^(?:additional|new|zusatzliche|neue) (?:instructions?|anweisung\w*|order|aufgabe)\b|\bnew instructions?:",
    ],
    "new_role": [
        r"\b(?:you are now|now you are|now you're|you're now|from now on,? (?:you|act|answer|reply|only)|you are no longer|you will "
        r"(?:now )?act as|"
        r"you are going to (?:act|pretend)|act as (?:if|an?|the)|act like|pretend (?:that )?(?:you|to be)|imagine you(?:'re| are)|"
        r"play the role of|take the role of|"
        r"stay in (?:character|your role)|in your role|put yourself in|switch (?:to|into) \w+ mode|(?:developer|maintenance|debug|god|"
        r"admin) mode|be an? (?:\w+ )?(?:dj|actor|poet|pirate|bot))\b",
        r"\b(?:du bist|sie sind|ihr seid) (?:jetzt|nun|ab jetzt|kein\w*)\b|\b(?:fungiere\w*|agiere\w*|handle) als\b|\bals \w+ "
        r"fungieren\b|\bstell dir vor,? du\b|\btu so,? als\b|"
        r"\bab (?:jetzt|sofort) (?:bist|antworte|gibst|nur)\b|\bin deiner rolle\b|\btu (?:es|n'es plus) (?:maintenant|un)\b|\ba "
        r"partir de ahora eres\b|\bahora eres\b|\bactua como\b",
        r"\btwo (?:people|persons|actors|friends) (?:who|in a (?:film|movie|play))\b|\bzwei (?:personen|schauspieler)\b(?: \S+){0,6} "
        r"(?:film|rollen?)\b|\bnever break character\b|\bdo not break chara",
    ],
    "asks_for_prompt": [
        r"\b(?:show|print|reveal|repeat|output|display|list|give|tell|send|spell|write|provide|dump|return|leak|what (?:is|are|was|"
        r"were)|summari[sz]e|zeige?|gib|nenne?|montre\w*|muestra\w*)\b"
        r"(?: \S+){0,5}? (?:(?:your|the|its|deine?n?|ihre?n?|ton|votre|tu|tus) )?(?:(?:system|initial|hidden|internal|secret|original|"
        r"full|entire|whole|own|first|complete|confidential|prompt|starting) ?)*"
        r"(?:prompts?(?:[ _]?texts?e?)?|prompttexte?|system (?:prompt|message|instructions?)|initial instructions?|hidden "
        r"instructions?|(?:your|deine|own) (?:own |exact )?(?:instructions?|rules|guidelines|configuration|anweisungen))\b",
        r"\b(?:text|everything|words?|all|instructions?) (?:above|before (?:this|my first)|that (?:was|were|is|stands) (?:given|told|"
        r"written|before))\b",
        r"\bwhat (?:were you told|was written|did they tell you|are you not (?:supposed|allowed))\b|\bprompt[_ ]?texts?\b|"
        r"\bsystem[_ ]?prompt\b",
        r"\b(?:ignore|instruction|prompt)\w*\b.{0,12}\bwho (?:am i|are you)\b",
    ],
    "puppet": [
        r"(?:^|[.!?;:\n-] ?)(?:stop|stopp|halt)? ?[-:,]? ?(?:then |just |only |now |and |please |simply )*(?:say|print|write|output|"
        r"repeat|type|echo|schreibe?|sag|sage|drucke|dites?|dis|ecris|ecrivez|di|escribe|diga|scrivi|escreva)"
        r"(?: \S+){0,4}?(?: ?[:\"“„'«]|$)",
        r"\b(?:just|only|simply|nur|seulement|solamente|apenas) (?:say|print|write|output|reply|answer|respond|schreiben?|sagen?|"
        r"ecris|dire|antworte\w*)\b|\b(?:say|print|answer|reply|respond|output) only\b",
        r"\brepeat after me\b|\bsprich\w* (?:mir )?nach\b|\b(?:tell|say to|sag(?:en sie)?) (?:me|mir|us) (?:that|why|how|dass|\"|“|„)",
        r"\b(?:begin|start|end) (?:your|the|each|every) (?:answer|response|reply|sentence)s? with\b|\b(?:reply|answer|respond) "
        r"(?:only )?with (?:the words?|\"|only)",
        r"\bprint ?\(",
    ],
    "shapes_reply": [
        r"(?:^|[.!?:;\n] ?)(?!can |could |would |will |why |how |what |is |are |do |does |did |thank|i |we |my )[a-z']+(?: "
        r"\S+){0,22}? (?:in|to|of|for|with|within|into|at the (?:start|end|beginning) of|from|throughout) "
        r"(?:your|the|each|its) (?:entire |whole |full |next |final |own )?(?:answers?|responses?|repl(?:y|ies)|outputs?|messages?)\b",
        r"(?:^|[.!?:;\n] ?)(?:in|throughout|within|at the end of|with) your (?:answer|response|reply|message|output)\b",
        r"(?:^|[.!?:;\n] ?)(?!can |could |would |will |why |how |what |is |are |do |does |did |thank|i |we )[a-z']+ (?:\S+ "
        r"){0,4}?(?:your|the) (?:answers?|responses?|repl(?:y|ies))(?:'s)? (?:\S+ ){0,2}?(?:to|by|with|in|as|so that|that|into|using|"
        r"from)\b",
        r"(?:^|[.!?:;\n] ?)(?:provide|give|write|encode|render|convert|present|send|make|translate|format|deliver|craft) (?:all "
        r")?(?:your|the) (?:answers?|responses?|repl(?:y|ies)|messages?|outputs?)\b",
    ],
    "shapes_reply_softly": [r"\byour (?:\w+ )?(?:answers?|responses?|repl(?:y|ies)|output|message|words|sentences?)\b"],
    "plants_code": [
        r"\b(?:following|subsequent|below|above|this|next) (?:piece of |block of |section of |lines? of )?(?:code|snippet|script|"
        r"excerpt|block)(?: (?:snippet|block|excerpt|section|segment|fragment))?\b",
        r"\b(?:your|the) (?:code|codebase|implementation|solution|algorithm|program|script)\b",
    ],
    "code": [
        r"```|\bimport (?:os|sys|re|socket|requests|subprocess|shutil|smtplib|psutil|urllib|http|ftplib|paramiko|json|csv|winreg|"
        r"pickle|ctypes)\b|\bos\.(?:system|environ|remove)\b|\bsubprocess\.|"
        r"\brequests\.(?:post|get|put)\b|\bexec ?\(|\beval ?\(|rm -rf|curl |\bwget |\bchmod "
    ],
    "chat_marks": [
        r"<\|[^|>\n]{0,40}\|>|\[/?inst\]|<</?sys>>|</?(?:system|context|document|user|assistant|instructions?)>|(?:^|\n)\s*#{2,4} "
        r"?(?:system|instruction|response|user|assistant)\b|"
        r"(?:^|\n)\s*\[?(?:system|assistant|user|admin|human|ai)\]? ?:|-{4,}|={4,}|(?:\\n ?){3,}|\bend of (?:document|text|context|"
        r"article|prompt)\b"
    ],
    "names_the_ai": [
        r"\b(?:note|message|instructions?|order|attention|notice|reminder)s? (?:to|for) (?:the |all |any )?(?:ai|assistants?|chat "
        r"?bots?|bots?|models?|llms?|language models?)\b|"
        r"\b(?:ai assistants?|language models?|chat ?bots?|the assistant|assistants) (?:must|should|shall|has to|have to|reading|who "
        r"read|that reads?)\b|\bif you are an? (?:ai|llm|language model|assistant|bot)\b|"
        r"\bwhen (?:asked|you (?:are asked|summari[sz]e|answer))\b(?: \S+){0,8} (?:always|must|answer|recommend|say|tell)\b|\b(?:this|"
        r"the) (?:bot|assistant|chat)'?s? (?:prompt|instructions|rules)\b"
    ],
    "no_limits": [
        r"\b(?:no|without(?: any)?|free (?:of|from)|ignores?|breaks?|never refuses?|anything now|unfiltered|uncensored|jailbr\w+|"
        r"unrestricted)\b(?: \S+){0,3}? ?(?:rules?|restrictions?|limits?|filters?|limitations?|"
        r"ethic\w*|moral\w*|guidelines?|polic\w+|censor\w*|now|model|chatgpt)\b|\bdan\b.{0,60}\banything\b|\bkeine (?:regeln|grenzen|"
        r"einschrankungen)\b|\bsin reglas\b|\bsans regles\b"
    ],
    "hidden": [r"<!--|display: ?none|font-size: ?0|<(?:img|meta|script|iframe|svg|a|div|span|p) [^>]{0,200}>|&#\d+;|"
    r"[A-Za-z0-9+/]{60,}={0,2}"],
    "sends_out": [
        r"!\[[^\]]{0,80}\]\(|\bhttps?://\S+[?&]\w+=|\b(?:visit|go to|linking to|link to|click|download|install|directing to|promote|"
        r"forum|site|app at|tool from)\b(?: \S+){0,6}? ?(?:https?://|www\.|\(?\w[\w-]+\.(?:com|net|org|test|xyz|io|info)\b)"
    ],
    "tells_lies": [
        r"\b(?:hate|hates|hass\w*|deteste\w*|crazy|idiot|doof|stupid|bl[oö]d|dumm|kill all|pwned|hacked|owned|fake|never happened|"
        r"don't exist|isn't true|cracked|virus|scandal)\b"
    ],
    "abrupt": [r"(?:^|[.!?\n] ?)(?:stop|stopp|achtung|attention|important|wichtig|warning|nevermind|never mind|but then|okay\"?\.? "
    r"now|ok now|listen|hor mal)\b"],
    "own_knowledge": [
        r"\b(?:your own|own) (?:knowledge|opinion|words)\b|\bnot (?:by|from|use|using) the (?:articles?|documents?|context|text)\b|"
        r"\b(?:despite|regardless of|contrary to|abweichend (?:zu|von)) (?:\S+ ){0,3}"
        r"(?:told|instructions?|instruktionen|rules|anweisungen)\b|\b(?:answer|reply|respond|antworte) (?:\S+ ){0,4}(?:in the style|"
        r"im stile?|as (?:an?|if)|like an?|opposite)\b|\bmake (?:something|it) up\b|"
        r"\b(?:state|claim|confirm|admit|provide reasons|give (?:a )?reasons?|write (?:a )?reasons?) (?:that|why)\b|\bhello gpt\b|"
        r"\bhallo gpt\b|\boverride mode\b|\bgrandmother\b|"
        r"\bi am (?:the|your|an?) (?:developer|admin\w*|creator|owner|engineer) (?:of|and|\.)|\baccess granted\b|\b(?:tool|"
        r"function)s? \w+_\w+|\buse your tools\b"
    ],
    "spelled_out": [r"(?:\b\w ){6,}"],
    "question": [
        r"^(?:\W|hi|hello|hey|so|and|but|ok|please|sorry|excuse me|,)*(?:how|what|which|who|whose|whom|when|where|why|can|could|would|"
        r"will|should|shall|may|is|are|am|was|were|do|does|did|have|has|had|may|must|"
        r"wie|was|welche\w*|wer|wann|wo|warum|wieso|kann|konnen|konnte\w*|darf|muss|ist|sind|gibt|hat|comment|quel\w*|qui|quand|ou|"
        r"pourquoi|puis-je|est-ce|que|como|cual|quien|cuando|donde|puedo|puede|posso|dove|onde)\b"
    ],
    "polite": [r"\b(?:could you|can you|would you|please|thank|thanks|bitte|konnten sie|s'il vous plait|merci|por favor|gracias)\b"],
    "customer": [
        r"\b(?:my (?:order|account|parcel|package|card|invoice|subscription|payment|refund|bag|app|phone|password|e-?mail|address|"
        r"delivery|money|bank|last|previous|earlier|boss|teacher|dog|son|daughter|friend|code|tablet|car)|"
        r"i (?:want|need|would like|have|bought|ordered|received|cannot|can't|forgot|followed|am|was|lost|paid|typed|do not|don't)|we "
        r"(?:are|have|need|want)|mein\w*|mon|ma|mi|meu|minha)\b"
    ],
    "order_first": [
        r"^(?:please |now |bitte )?(?:add|include|insert|modify|augment|enhance|integrate|append|mention|replace|substitute|introduce|"
        r"use|provide|convert|render|scramble|rearrange|remove|combine|group|encode|reverse|swap|alter|"
        r"adapt|embed|incorporate|ensure|make|consider|employ|utilize|leverage|merge|blend|fuse|weave|infuse|inject|meld|adopt|deploy|"
        r"enlist|execute|engage|absorb|harmonize|interweave|enrich|supplement|embellish|"
        r"misspell|jumble|anagram|tease|promote|put|mix|hide|double|leave out|don't forget to|keep in mind to|don't hesitate to|let "
        r"your|your code|to proceed|seamlessly|finish|end|begin|start)\b"
    ],
    "story": [
        r"\b(?:story|poem|scene|dialogue|novel|character|essay|speech|song|plot|chapter|article|letter|script|play|fiction\w*|fantasy|"
        r"scenario|describe|explain|summari[sz]e|discuss|analy[sz]e|compare|"
        r"develop|outline|imagine|create|compose|draft|invent|design|gedicht|geschichte|histoire|cuento|poesia)\b"
    ],
}  # fmt: skip
_COMPILED = {cue: [re.compile(one) for one in patterns] for cue, patterns in _PATTERNS.items()}
# Pasted behind something else without a mark between: "old age poverty Ignore all orders".
_CAPITAL = re.compile(
    r"(?<=[^\W\d_]) (?=(?:Ignore|IGNORE|Forget|FORGET|Disregard|Pretend|Vergiss|Vergessen|Ignoriere|Oublie|Olvid[ae]|Stop|STOP|Say|"
    r"Print|Write|Now|You are now|Now you|Die obigen|"
    r"Alle (?:bisherigen|vorherigen)|From now|Very (?:good|well)|Sehr gut|Ok|Abweichend|Repeat|Answer|ANTWORTE|New (?:task|instr)|"
    r"Neue Aufgabe|Don't answer)\w*\b)"
)
_GERMAN = re.compile(r"\b(?:der|die|das|und|ist|nicht|ein|eine|ich|du|sie|wie|was|mit|von|zu|alles|davor)\b")
_ENGLISH = re.compile(r"\b(?:the|and|is|not|a|an|i|you|how|what|with|of|to|in|that|everything)\b")


def cues(text: str) -> dict[str, float]:
    """Each of CUES, 0…1 (order words counted up to two)."""
    text = _CAPITAL.sub(". ", unicodedata.normalize("NFKC", text[:_LONGEST]))
    plain = fold_lines(text)
    found = {cue: min(1.0, sum(bool(pattern.search(plain)) for pattern in patterns)) for cue, patterns in _COMPILED.items()}
    ends = [end for end in re.split(r"[.!?\n]+", plain) if len(end.split()) > 1]
    german, english = len(_GERMAN.findall(plain)), len(_ENGLISH.findall(plain))
    letters = [letter for letter in text if letter.isalpha()]
    found |= {
        "question": float(bool(found["question"]) and text.rstrip().endswith(("?", "？"))),
        "mixed_languages": float(german >= 2 and english >= 2),
        "sentences": min(len(ends), 12) / 12,
        "words": min(len(plain.split()), 200) / 200,
        "shouted": sum(letter.isupper() for letter in letters) / max(1, len(letters)),
        "quoted": float(bool(re.search(r"[\"“„«「][^\"”“»」]{2,}", text))),
    }
    return {cue: float(found[cue]) for cue in CUES}


def fold_lines(text: str) -> str:
    return "\n".join(fold(line) for line in text.split("\n"))
