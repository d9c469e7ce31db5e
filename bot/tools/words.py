"""What tools say. Every sentence is true whatever a tool found; values stand in it as they were found."""

from datetime import date, datetime

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "failed": "I couldn't look that up just now.",
        "ask_number": "Sure. What is your order number? It is in your order confirmation.",
        "ask_email": "Thanks. Which email address did you order with? I need both to be sure it is your order.",
        "no_order": "I can't find an order with that number and email address. Both must be as in your order confirmation. "
        "Could you send me the order number once more?",
        "no_order_signed": "I can't find an order with that number in your account. Could you check the number?",
        "no_orders": "I can't find any orders in your account.",
        "ask_again_number": "I couldn't read an order number in that. It is in your order confirmation; could you send it to me?",
        "ask_again_email": "I couldn't read an email address in that. Which address did you order with?",
        "too_often": "I couldn't match an order to what you gave me.",
        "order": "Order {0}: {1}",
        "orders": "You have {0} orders under way.",
        "yes_sent": "Yes, your order has been sent.",
        "not_sent": "Your order has not been sent yet.",
        "shipped": "Sent on {0}.",
        "shipped_by": "Sent on {0} with {1}.",
        "expected": "Expected on {0}.",
        "delivered": "Delivered on {0}.",
        "tracking": "Tracking number: {0}.",
        "slots": "These times are free ({0}). Pick one, or tell me another day or time:",
        "slots_only": "These times fit ({0}). Which one do you want?",
        "slot_taken": "That time is not free. These are ({0}):",
        "no_slots": "There are no free appointments in the next two weeks.",
        "booked": "Your appointment is booked for {0} ({1}).",
        "booked_more": "You can put it into your calendar, or cancel it with the link below.",
        "appointment": "You have an appointment on {0} ({1}). You can cancel it with the link below.",
        "appointments_none": "I can't find a coming appointment of yours in this chat.",
        "appointments_full": "You have {0} appointments already, which is the most I can book. Please cancel one first.",
        "never_mind": "All right. Is there anything else I can help with?",
        "not_here": "I can do that only in a conversation, where I know who is asking.",
    },
    "de": {
        "failed": "Das konnte ich gerade nicht nachsehen.",
        "ask_number": "Gern. Wie lautet Ihre Bestellnummer? Sie steht in der Bestellbestätigung.",
        "ask_email": "Danke. Mit welcher E-Mail-Adresse haben Sie bestellt? "
        "Ich brauche beides, um sicher zu sein, dass es Ihre Bestellung ist.",
        "no_order": "Zu dieser Nummer und E-Mail-Adresse finde ich keine Bestellung. Beide müssen wie in der Bestellbestätigung lauten. "
        "Schicken Sie mir die Bestellnummer bitte noch einmal?",
        "no_order_signed": "In Ihrem Konto finde ich keine Bestellung mit dieser Nummer. Können Sie die Nummer prüfen?",
        "no_orders": "In Ihrem Konto finde ich keine Bestellungen.",
        "ask_again_number": "Darin konnte ich keine Bestellnummer lesen. Sie steht in der Bestellbestätigung; schicken Sie sie mir bitte?",
        "ask_again_email": "Darin konnte ich keine E-Mail-Adresse lesen. Mit welcher haben Sie bestellt?",
        "too_often": "Zu Ihren Angaben konnte ich keine Bestellung finden.",
        "order": "Bestellung {0}: {1}",
        "orders": "Sie haben {0} laufende Bestellungen.",
        "yes_sent": "Ja, Ihre Bestellung ist verschickt.",
        "not_sent": "Ihre Bestellung ist noch nicht verschickt.",
        "shipped": "Verschickt am {0}.",
        "shipped_by": "Verschickt am {0} mit {1}.",
        "expected": "Erwartet am {0}.",
        "delivered": "Zugestellt am {0}.",
        "tracking": "Sendungsnummer: {0}.",
        "slots": "Diese Termine sind frei ({0}). Wählen Sie einen, oder nennen Sie mir einen anderen Tag oder eine andere Zeit:",
        "slots_only": "Diese Termine passen ({0}). Welchen möchten Sie?",
        "slot_taken": "Dieser Termin ist nicht frei. Frei sind ({0}):",
        "no_slots": "In den nächsten zwei Wochen ist kein Termin frei.",
        "booked": "Ihr Termin ist gebucht: {0} ({1}).",
        "booked_more": "Sie können ihn in Ihren Kalender übernehmen oder über den Link unten absagen.",
        "appointment": "Sie haben einen Termin: {0} ({1}). Absagen können Sie ihn über den Link unten.",
        "appointments_none": "In diesem Chat finde ich keinen kommenden Termin von Ihnen.",
        "appointments_full": "Sie haben schon {0} Termine, mehr kann ich nicht buchen. Bitte sagen Sie zuerst einen ab.",
        "never_mind": "In Ordnung. Kann ich sonst noch etwas für Sie tun?",
        "not_here": "Das kann ich nur in einem Gespräch tun, in dem ich weiß, wer fragt.",
    },
    "fr": {
        "failed": "Je n'ai pas pu le vérifier à l'instant.",
        "ask_number": "Bien sûr. Quel est votre numéro de commande ? Il figure dans la confirmation.",
        "ask_email": "Merci. Avec quelle adresse e-mail avez-vous commandé ? "
        "Il me faut les deux pour être sûr qu'il s'agit de votre commande.",
        "no_order": "Je ne trouve pas de commande avec ce numéro et cette adresse. Les deux doivent être ceux de la confirmation. "
        "Pouvez-vous me renvoyer le numéro de commande ?",
        "no_order_signed": "Je ne trouve pas de commande avec ce numéro dans votre compte. Pouvez-vous vérifier le numéro ?",
        "no_orders": "Je ne trouve aucune commande dans votre compte.",
        "ask_again_number": "Je n'y lis pas de numéro de commande. Il figure dans la confirmation ; pouvez-vous me l'envoyer ?",
        "ask_again_email": "Je n'y lis pas d'adresse e-mail. Avec laquelle avez-vous commandé ?",
        "too_often": "Je n'ai pas trouvé de commande correspondant à vos indications.",
        "order": "Commande {0} : {1}",
        "orders": "Vous avez {0} commandes en cours.",
        "yes_sent": "Oui, votre commande est partie.",
        "not_sent": "Votre commande n'est pas encore partie.",
        "shipped": "Expédiée le {0}.",
        "shipped_by": "Expédiée le {0} avec {1}.",
        "expected": "Attendue le {0}.",
        "delivered": "Livrée le {0}.",
        "tracking": "Numéro de suivi : {0}.",
        "slots": "Ces créneaux sont libres ({0}). Choisissez-en un, ou dites-moi un autre jour ou une autre heure :",
        "slots_only": "Ces créneaux conviennent ({0}). Lequel voulez-vous ?",
        "slot_taken": "Ce créneau n'est pas libre. Ceux-ci le sont ({0}) :",
        "no_slots": "Aucun rendez-vous n'est libre dans les deux prochaines semaines.",
        "booked": "Votre rendez-vous est pris : {0} ({1}).",
        "booked_more": "Vous pouvez l'ajouter à votre agenda ou l'annuler avec le lien ci-dessous.",
        "appointment": "Vous avez un rendez-vous : {0} ({1}). Vous pouvez l'annuler avec le lien ci-dessous.",
        "appointments_none": "Je ne trouve pas de rendez-vous à venir dans cette conversation.",
        "appointments_full": "Vous avez déjà {0} rendez-vous, je ne peux pas en prendre plus. Annulez-en un d'abord.",
        "never_mind": "Très bien. Puis-je faire autre chose pour vous ?",
        "not_here": "Je ne peux le faire que dans une conversation, où je sais qui demande.",
    },
    "es": {
        "failed": "No he podido consultarlo ahora mismo.",
        "ask_number": "Claro. ¿Cuál es su número de pedido? Está en la confirmación.",
        "ask_email": "Gracias. ¿Con qué correo electrónico hizo el pedido? Necesito ambos para saber que el pedido es suyo.",
        "no_order": "No encuentro ningún pedido con ese número y ese correo. Ambos deben ser los de la confirmación. "
        "¿Puede enviarme otra vez el número de pedido?",
        "no_order_signed": "No encuentro ningún pedido con ese número en su cuenta. ¿Puede comprobar el número?",
        "no_orders": "No encuentro ningún pedido en su cuenta.",
        "ask_again_number": "Ahí no leo un número de pedido. Está en la confirmación; ¿puede enviármelo?",
        "ask_again_email": "Ahí no leo un correo electrónico. ¿Con cuál hizo el pedido?",
        "too_often": "No he encontrado un pedido con los datos que me ha dado.",
        "order": "Pedido {0}: {1}",
        "orders": "Tiene {0} pedidos en curso.",
        "yes_sent": "Sí, su pedido ha sido enviado.",
        "not_sent": "Su pedido aún no se ha enviado.",
        "shipped": "Enviado el {0}.",
        "shipped_by": "Enviado el {0} con {1}.",
        "expected": "Se espera el {0}.",
        "delivered": "Entregado el {0}.",
        "tracking": "Número de seguimiento: {0}.",
        "slots": "Estas horas están libres ({0}). Elija una, o dígame otro día u otra hora:",
        "slots_only": "Estas horas encajan ({0}). ¿Cuál prefiere?",
        "slot_taken": "Esa hora no está libre. Estas lo están ({0}):",
        "no_slots": "No hay citas libres en las próximas dos semanas.",
        "booked": "Su cita está reservada: {0} ({1}).",
        "booked_more": "Puede añadirla a su calendario o cancelarla con el enlace de abajo.",
        "appointment": "Tiene una cita: {0} ({1}). Puede cancelarla con el enlace de abajo.",
        "appointments_none": "No encuentro ninguna cita suya en este chat.",
        "appointments_full": "Ya tiene {0} citas y no puedo reservar más. Cancele una primero.",
        "never_mind": "De acuerdo. ¿Puedo ayudarle en algo más?",
        "not_here": "Eso solo puedo hacerlo en una conversación, donde sé quién pregunta.",
    },
}
WEEKDAYS: dict[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
MONTHS: dict[str, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
}
_DAYS = {"en": "{0} {1}", "de": "{0}. {1}", "fr": "{0} {1}", "es": "{0} de {1}"}


def spoken(language: str) -> str:
    """The language of ours that is nearest."""
    return language[:2].lower() if language[:2].lower() in _WORDS else "en"


def say(name: str, language: str, *values: object) -> str:
    return _WORDS[spoken(language)][name].format(*values)


def day(when: date, language: str) -> str:
    """`26 November 2026`."""
    tongue = spoken(language)
    return f"{_DAYS[tongue].format(when.day, MONTHS[tongue][when.month - 1])} {when.year}"


def moment(when: datetime, language: str) -> str:
    """`Thursday 26 November, 10:00`; the year is the next one that fits."""
    tongue = spoken(language)
    named = _DAYS[tongue].format(when.day, MONTHS[tongue][when.month - 1])
    return f"{WEEKDAYS[tongue][when.weekday()]} {named}, {when:%H:%M}"
