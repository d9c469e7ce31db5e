"""What the bot says in its own words. Every sentence is true whatever the knowledge base holds."""

_PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "greeting": "Hello! What can I help you with?",
        "thanks": "You're welcome! Is there anything else I can help with?",
        "bye": "Goodbye, and have a good day!",
        "fine": "Good to hear. Is there anything else I can help with?",
        "self": "I'm an automated assistant. I answer from our help articles and show my sources; I can also bring in a person.",
        "symbol": "I'm here to help. Tell me in a few words what you need, or ask for a person.",
        "empty": "Could you tell me in a few words what you need help with?",
        "no_answer": "I couldn't find an answer to that in our help articles. Would you like me to bring in a person from our team?",
        "which": "I want to be sure I help with the right thing: do you mean “{0}” [1] or “{1}” [2]?",
        "correction": "Correction: what I began to write before does not hold; please go by this instead.",
        "partial": "On “{0}” our help articles say nothing I could find. Shall I bring in a person for that?",
        "handoff": "That needs a person from our team, so I'm passing you on together with our conversation.",
    },
    "de": {
        "greeting": "Hallo! Wobei kann ich Ihnen helfen?",
        "thanks": "Gern geschehen! Kann ich sonst noch etwas für Sie tun?",
        "bye": "Auf Wiedersehen und einen schönen Tag!",
        "fine": "Das freut mich. Kann ich sonst noch etwas für Sie tun?",
        "self": "Ich bin ein automatischer Assistent. Ich antworte aus unseren Hilfeartikeln und kann einen Menschen dazuholen.",
        "symbol": "Ich helfe gern. Schreiben Sie mir in ein paar Worten, was Sie brauchen, oder fragen Sie nach einem Menschen.",
        "empty": "Können Sie mir in ein paar Worten sagen, wobei Sie Hilfe brauchen?",
        "no_answer": "Dazu habe ich in unseren Hilfeartikeln keine Antwort gefunden. Soll ich jemanden aus unserem Team dazuholen?",
        "which": "Damit ich beim Richtigen helfe: Meinen Sie „{0}“ [1] oder „{1}“ [2]?",
        "correction": "Korrektur: Was ich eben zu schreiben begonnen hatte, stimmt so nicht; bitte halten Sie sich an Folgendes.",
        "partial": "Zu „{0}“ habe ich in unseren Hilfeartikeln nichts gefunden. Soll ich dafür jemanden dazuholen?",
        "handoff": "Dafür braucht es einen Menschen aus unserem Team; ich gebe Sie mit unserem Gespräch weiter.",
    },
    "fr": {
        "greeting": "Bonjour ! Comment puis-je vous aider ?",
        "thanks": "Avec plaisir ! Puis-je faire autre chose pour vous ?",
        "bye": "Au revoir et bonne journée !",
        "fine": "Très bien. Puis-je faire autre chose pour vous ?",
        "self": "Je suis un assistant automatique. Je réponds à partir de nos articles d'aide et peux appeler une personne.",
        "symbol": "Je suis là pour vous aider. Dites-moi en quelques mots ce qu'il vous faut, ou demandez une personne.",
        "empty": "Pouvez-vous me dire en quelques mots ce dont vous avez besoin ?",
        "no_answer": "Je n'ai pas trouvé de réponse dans nos articles d'aide. Voulez-vous que j'appelle une personne de notre équipe ?",
        "which": "Pour bien vous aider : voulez-vous dire « {0} » [1] ou « {1} » [2] ?",
        "correction": "Correction : ce que j'avais commencé à écrire ne tient pas ; fiez-vous plutôt à ceci.",
        "partial": "Sur « {0} », je n'ai rien trouvé dans nos articles d'aide. Voulez-vous que j'appelle une personne ?",
        "handoff": "Il faut pour cela une personne de notre équipe ; je lui transmets notre conversation.",
    },
    "es": {
        "greeting": "¡Hola! ¿En qué puedo ayudarle?",
        "thanks": "¡De nada! ¿Puedo ayudarle en algo más?",
        "bye": "¡Adiós y que tenga un buen día!",
        "fine": "Me alegro. ¿Puedo ayudarle en algo más?",
        "self": "Soy un asistente automático. Respondo con nuestros artículos de ayuda y puedo llamar a una persona.",
        "symbol": "Estoy aquí para ayudarle. Dígame en pocas palabras qué necesita, o pida hablar con una persona.",
        "empty": "¿Puede decirme en pocas palabras en qué necesita ayuda?",
        "no_answer": "No he encontrado una respuesta en nuestros artículos de ayuda. ¿Quiere que llame a una persona de nuestro equipo?",
        "which": "Para ayudarle con lo correcto: ¿se refiere a «{0}» [1] o a «{1}» [2]?",
        "correction": "Corrección: lo que empecé a escribir antes no es válido; guíese por esto.",
        "partial": "Sobre «{0}» no he encontrado nada en nuestros artículos de ayuda. ¿Quiere que llame a una persona?",
        "handoff": "Para eso hace falta una persona de nuestro equipo; le paso con nuestra conversación.",
    },
}


# Said in the customer's own language, also where the bot speaks it no further.
_NO_LANGUAGE = {
    "en": "I have no help articles in English. Would you like me to bring in a person from our team?",
    "de": "Auf Deutsch habe ich leider keine Hilfeartikel. Soll ich jemanden aus unserem Team dazuholen?",
    "fr": "Je n'ai malheureusement pas d'articles d'aide en français. Voulez-vous que j'appelle une personne de notre équipe ?",
    "es": "Lamentablemente no tengo artículos de ayuda en español. ¿Quiere que llame a una persona de nuestro equipo?",
    "pt": "Infelizmente não tenho artigos de ajuda em português. Quer que eu chame uma pessoa da nossa equipe?",
    "it": "Purtroppo non ho articoli di aiuto in italiano. Vuole che chiami una persona del nostro team?",
    "nl": "Ik heb helaas geen hulpartikelen in het Nederlands. Zal ik iemand van ons team erbij halen?",
    "ja": "申し訳ありませんが、日本語のヘルプ記事がありません。担当者におつなぎしましょうか？",
    "zh": "抱歉，我没有中文的帮助文章。需要我为您转接人工客服吗？",
    "ko": "죄송합니다. 한국어 도움말 문서가 없습니다. 담당자를 연결해 드릴까요?",
    "ru": "К сожалению, у меня нет справочных статей на русском языке. Позвать человека из нашей команды?",
}
_NO_LANGUAGE_ELSE = "I have no help articles in your language. Would you like me to bring in a person from our team?"


def no_language(language: str) -> str:
    return _NO_LANGUAGE.get(language, _NO_LANGUAGE_ELSE)


def phrase(name: str, language: str, *values: str) -> str:
    """In English where the language is not spoken here."""
    return _PHRASES.get(language[:2].lower(), _PHRASES["en"])[name].format(*values)
