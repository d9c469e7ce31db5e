"""The wish for a person, measured on data that nothing was fitted on: bitext's dev part, and 30 lines of our own each in de, fr and es.

Our lines were written without a look at the rules and none is among those of evals/fitting/asked_lines.py or test_asked.py, so what is
printed is what a customer may expect. A rule made for one of the missed lines makes it a training line: then write a new one here.
"""

import json
from pathlib import Path

import pytest

from handoff.signals import EpisodeTurn, gather
from retrieval.minilm import MiniLM

INTENT = "contact_human_agent"
WISHES = {
    "de": """
        Ich hätte gern einen richtigen Menschen am anderen Ende
        Kann mich bitte ein Mensch beraten?
        Verbinden Sie mich mit dem Kundenservice
        Bitte an einen Kollegen weiterleiten
        Ich möchte jetzt mit jemandem vom Support sprechen
        Gibt es hier auch echte Menschen?
        Mensch bitte!
        Ich will mit einer Person reden, nicht mit einem Computer
        Könnten Sie mich an einen Berater durchstellen?
        Mit Ihnen komme ich nicht weiter, ich brauche einen Mitarbeiter
        Gebt mich mal an jemanden weiter, der sich auskennt
        Darf ich mit Ihrem Chef sprechen?
        Kundenbetreuer bitte
        Ich bestehe darauf, mit einem Menschen zu sprechen
        Rufen Sie mich bitte zurück
        Ist da jemand, mit dem ich chatten kann?
        Ich wünsche ein Gespräch mit der Teamleitung
        Schluss mit dem Bot, ich will einen Menschen
        Kann ich bitte einen Agenten haben?
        Wie komme ich zu einem echten Mitarbeiter?
        Leiten Sie mich an einen Menschen weiter
        Ich würde lieber mit einem Menschen schreiben
        Bitte einen Kollegen aus Fleisch und Blut
        Lassen Sie mich mit einem Kundenberater sprechen
        Ich möchte telefonisch mit jemandem sprechen
        Können wir das am Telefon mit einem Mitarbeiter klären?
        Ich habe ein Problem mit meiner Rechnung und möchte mit einem Mitarbeiter reden
        hallo ich will mit nem menschen reden
        Sie verstehen mich nicht. Bitte einen echten Menschen.
        Ich will, dass sich ein Mensch darum kümmert
    """,
    "fr": """
        J'aimerais parler à une vraie personne
        Puis-je discuter avec quelqu'un de votre équipe ?
        Je préférerais traiter ça avec une personne
        Je voudrais échanger avec un humain
        Un humain, s'il vous plaît
        Est-ce que je peux avoir un conseiller ?
        Transférez-moi vers un agent
        Je ne veux pas parler à un robot
        Y a-t-il quelqu'un à qui je peux parler ?
        Je demande à parler à votre supérieur
        Laissez-moi parler à une personne
        Pouvez-vous me passer un collègue ?
        Je veux un agent tout de suite
        Rappelez-moi s'il vous plaît
        Est-il possible d'avoir un humain au bout du fil ?
        Comment faire pour parler à un humain ?
        Ce bot ne comprend rien, passez-moi quelqu'un
        Je préfère discuter avec un vrai conseiller
        Quelqu'un peut-il m'appeler ?
        Je souhaite parler au responsable
        Connectez-moi à une personne réelle
        Dirigez-moi vers un de vos collègues
        opérateur svp
        Besoin d'un conseiller humain
        J'ai un souci avec ma commande, je veux parler à quelqu'un
        Puis-je être mis en contact avec un employé ?
        Arrêtez avec vos réponses automatiques, je veux une personne
        Je voudrais qu'un conseiller me rappelle
        bonjour je veux parler a un conseiller
        Donnez-moi un agent humain
    """,
    "es": """
        Me gustaría hablar con un ser humano
        Póngame con un agente, por favor
        ¿Puedo hablar con una persona real?
        Quiero que me atienda un humano
        Quisiera que una persona revise mi caso
        Derívenme a un agente
        ¿Hay alguien con quien pueda hablar?
        No quiero hablar con una máquina
        Un agente, por favor
        Comuníqueme con un representante
        Quiero hablar con el encargado
        ¿No hay nadie de carne y hueso por ahí?
        Deseo hablar con su jefe
        Conécteme con un asesor
        ¿Podría pasarme con un compañero?
        Déjeme hablar con una persona
        Este bot no sirve, quiero un humano
        ¿Cómo puedo hablar con un agente humano?
        asesor humano
        Llámenme, por favor
        Preferiría que me ayude una persona de verdad
        ¿Puede ponerme en contacto con alguien del equipo?
        Exijo hablar con un supervisor
        Tengo un problema con mi pedido y quiero hablar con alguien
        Transfiérame con un operador
        ¿Se puede chatear con una persona?
        Basta de respuestas automáticas, quiero hablar con una persona
        kiero hablar con una persona
        Solicito hablar con un ejecutivo
        Que me llame alguien de soporte
    """,
}
OTHERS = {
    "de": """
        Wann kommt mein Paket an?
        Unter welcher Nummer erreiche ich den Kundenservice?
        Wie viele Mitarbeiter hat Ihre Firma?
        Ihr Mitarbeiter im Laden hat mir die falsche Größe gegeben
        Kann meine Frau das Paket annehmen?
        Bin ich hier mit einem Bot verbunden?
        Ich möchte meine Adresse ändern
        Wie spreche ich den Namen der Marke aus?
        Gibt es Rabatt für Menschen mit Behinderung?
        Danke, das war alles
    """,
    "fr": """
        Quand vais-je recevoir mon colis ?
        Quel est le numéro du service client ?
        Combien d'employés avez-vous ?
        Le vendeur m'a donné la mauvaise taille
        Ma femme peut-elle réceptionner le colis ?
        Est-ce que je parle à un robot ?
        Je voudrais changer mon adresse
        Avez-vous des chaussures pour une personne de petite taille ?
        Puis-je payer en trois fois ?
        Merci, c'est tout
    """,
    "es": """
        ¿Cuándo llega mi paquete?
        ¿Cuál es el teléfono de atención al cliente?
        ¿Cuántos empleados tienen?
        El vendedor me dio la talla equivocada
        ¿Puede mi mujer recibir el paquete?
        ¿Estoy hablando con un robot?
        Quiero cambiar mi dirección
        ¿Tienen zapatos para personas con pies anchos?
        ¿Puedo pagar a plazos?
        Gracias, eso es todo
    """,
}


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


def asked(text: str, embedder: MiniLM) -> bool:
    """As a turn of the bot finds it out."""
    return gather([], EpisodeTurn("customer", text, embedder.vector(text))).asked_for_human


def test_on_the_dev_part_of_bitext(shared_data: Path, embedder: MiniLM) -> None:
    lines = (shared_data / "data" / "bitext-cs" / "queries.dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found = [(row["intent"] == INTENT, asked(row["text"], embedder), row["text"]) for row in rows]
    caught = [heard for wanted, heard, _ in found if wanted]
    false = [text for wanted, heard, text in found if heard and not wanted]
    others = len(found) - len(caught)
    print(
        f"bitext dev: recall {sum(caught)}/{len(caught)} = {sum(caught) / len(caught):.3f}, false {len(false)}/{others}", *false, sep="\n  "
    )
    assert len(caught) >= 20
    assert sum(caught) >= 0.95 * len(caught), [text for wanted, heard, text in found if wanted and not heard]
    assert len(false) <= 0.01 * others


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_on_our_own_lines_of_other_languages(language: str, embedder: MiniLM) -> None:
    wishes, others = ([line.strip() for line in lines[language].strip().splitlines()] for lines in (WISHES, OTHERS))
    assert len(set(wishes)) == 30
    missed = [line for line in wishes if not asked(line, embedder)]
    false = [line for line in others if asked(line, embedder)]
    print(f"{language}: recall {30 - len(missed)}/30, false {len(false)}/{len(others)}", *missed, *false, sep="\n  ")
    # Heard at the first measurement: de 24, fr 27, es 26 of 30; bitext's .95 is promised for English.
    assert len(missed) <= 6, missed
    assert not false, false
