from collections.abc import Sequence

import pytest
from cast import NOW, WORKSPACE, opened, says, shop, visitor

from chat.log import read
from core.clock import FrozenClock
from core.database import Database
from core.errors import Unavailable
from handoff.heads import load, vector_of
from handoff.mood import score
from handoff.scoring import scoring
from retrieval.embedder import Vector
from retrieval.hash_embedder import HashEmbedder
from retrieval.minilm import MiniLM

UPSET = """
    This is ridiculous
    This is absolutely unacceptable!!!
    I AM SO ANGRY RIGHT NOW, WHERE IS MY MONEY
    You people are useless and I have had enough
    Your company is a total scam, give me my money back
    I will file a chargeback and talk to my lawyer
    Worst customer service ever, I am never ordering again
    what the fuck is wrong with you, this is the third time
    Das ist eine absolute Frechheit!
    C'est scandaleux, je suis furieux !
    Esto es inaceptable, son unos estafadores
""".strip().splitlines()
MATTER_OF_FACT = """
    My order is damaged
    My order arrived broken, what can I do?
    The zipper broke after two days. Is that covered by the warranty?
    I was charged twice for order 10234
    My payment failed
    What is your return policy?
    My parcel is late, when will it arrive?
    I want to cancel my subscription
    hello
    Is there a penalty for early termination?
    There is an error when I log in: invalid password
    I lost my gift card, can you block it?
    Meine Bestellung ist beschädigt angekommen
    Mon colis est arrivé cassé, que faire ?
    Mi pedido llegó roto
    注文した商品が届きません
""".strip().splitlines()
HAPPY = """
    Thank you so much, that was perfect!
    great, thanks a lot
    I love these shoes, you guys are awesome
    This fucking thing is amazing, thank you!!!
    Vielen Dank, super!
    Merci, c'est parfait
""".strip().splitlines()


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


@pytest.mark.parametrize("line", UPSET)
def test_anger_is_heard(embedder: MiniLM, line: str) -> None:
    mood = score(line.strip(), embedder.vector(line.strip()))
    assert mood.word == "upset"
    assert mood.negative >= 0.7
    assert mood.score < -0.5


@pytest.mark.parametrize("line", MATTER_OF_FACT)
def test_a_problem_told_calmly_is_not_negative(embedder: MiniLM, line: str) -> None:
    mood = score(line.strip(), embedder.vector(line.strip()))
    assert mood.word == "calm"
    assert mood.negative < 0.45


@pytest.mark.parametrize("line", HAPPY)
def test_thanks_and_praise_are_positive(embedder: MiniLM, line: str) -> None:
    mood = score(line.strip(), embedder.vector(line.strip()))
    assert mood.score > 0.3
    assert mood.negative < 0.3


@pytest.mark.parametrize("line", ["fucking great, another broken parcel, thank you!", "where is my fucking order, thank you"])
def test_swearing_over_trouble_is_no_praise_whatever_it_is_wrapped_in(embedder: MiniLM, line: str) -> None:
    assert score(line, embedder.vector(line)).score < 0


def test_anger_is_told_from_sorrow_and_from_trouble(embedder: MiniLM) -> None:
    lines = ["I am furious, how dare you lie to me", "I am so sad and lonely today", "My parcel is lost", "What are your hours?"]
    angry = [score(line, embedder.vector(line)).anger or 0.0 for line in lines]
    assert angry[0] > 0.5
    assert max(angry[1:]) < 0.3


def test_shouting_and_swearing_make_the_same_words_worse(embedder: MiniLM) -> None:
    lines = ["where is my order", "WHERE IS MY ORDER", "WHERE IS MY FUCKING ORDER!!!"]
    said = [score(line, embedder.vector(line)).negative for line in lines]
    assert said == sorted(said)
    assert said[0] < 0.45 < said[1] < said[2]


def test_an_order_number_is_no_shouting(embedder: MiniLM) -> None:
    line = "HL-20391 SKU ABC-DEF"
    assert score(line, embedder.vector(line)).word == "calm"


@pytest.mark.parametrize("text", ["", " ", "?", "\n\n", "🙂", "a" * 10_000, "!" * 10_000])
def test_any_text_has_a_mood_within_bounds(embedder: MiniLM, text: str) -> None:
    for vector in (embedder.vector(text), None):
        mood = score(text, vector)
        assert -1 <= mood.score <= 1
        assert 0 <= mood.negative <= 1


def test_without_a_vector_the_wording_decides() -> None:
    assert score("This is ridiculous, you are useless", None).word == "upset"
    assert score("How do I return my shoes?", None).word == "calm"
    assert score("thanks, that's great!", None).score > 0.3


def test_the_heads_are_read_only_with_the_embedder_they_were_fitted_on(embedder: MiniLM) -> None:
    vector = vector_of("hello", embedder)
    assert vector is not None
    assert vector_of("hello", HashEmbedder()) is None
    assert score("hello", vector[:100]) == score("hello", None)


@pytest.mark.parametrize("name", ["mood", "asked", "breakdown"])
def test_weights_say_where_they_come_from(embedder: MiniLM, name: str) -> None:
    stored = load(name)
    assert stored["model"] == embedder.model
    assert stored["command"].startswith("python -m evals.fitting.")
    assert stored["fitted_at"]
    assert all(any(licence in line for licence in ("Apache-2.0", "CDLA", "CC BY", "MIT")) for line in stored["fitted_on"])
    assert not any(name in line for name in ("airline", "tweeteval", "User Satisfaction", "meld") for line in stored["fitted_on"])


class Unreachable(HashEmbedder):
    """Its server is down."""

    asked = 0

    def embed_texts(self, texts: Sequence[str], question: bool) -> Vector:
        self.asked += 1
        raise Unavailable("the embeddings server did not answer")


def test_another_embedder_is_not_even_asked() -> None:
    other = Unreachable(384)
    assert vector_of("This is ridiculous!", other) is None
    assert other.asked == 0


@pytest.mark.parametrize("fitted", [True, False])
async def test_moods_are_scored_although_the_embedder_is_down(database: Database, fitted: bool) -> None:
    """Otherwise the follower would stand before the first message for ever."""
    down = Unreachable(384)
    if fitted:
        down.model = load("mood")["model"]
    who = visitor(database, shop(database))
    conversation = opened(database, who)
    says(database, who, conversation, "This is ridiculous!!! You are useless")
    while await scoring(database, down, FrozenClock(NOW)).step():
        pass
    (scored,) = [event for event in database.read_now(read, WORKSPACE, conversation) if event.kind == "message.scored"]
    assert scored.body["sentiment"]["word"] == "upset"
    assert bool(down.asked) == fitted
