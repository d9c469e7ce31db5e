"""How tests ask the bot, and what the customer sees meanwhile."""

import json
from pathlib import Path

from conftest import WORKSPACE

from bot.answer import Answer, Answerer, Page, Question, Turn
from bot.call import Limits
from retrieval.query import Filters

ARTICLES = (
    "return-policy", "refund-timing", "gift-cards", "fjell-trail-shoe-sizing", "tarn-rain-boot-sizing", "drift-canvas-sneaker-sizing",
    "delivery-times", "reset-password", "warranty", "promo-codes", "return-a-gift", "handbook-goodwill-limits",
)  # fmt: skip
FILTERS = Filters(WORKSPACE)
QUICK = Limits(deadline_s=4.0, first_token_s=1.0, output_chars=1500)


def article(name: str) -> tuple[str, str, str]:
    """(title, audience, Markdown)."""
    raw = (Path(__file__).parents[1] / "demo" / "shop" / "articles" / f"{name}.md").read_text(encoding="utf-8")
    _, head, body = raw.split("---\n", 2)
    facts = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return facts["title"].strip('"'), facts["audience"], body


def asked(
    text: str, history: tuple[Turn, ...] = (), page: Page | None = None, language: str = "en", filters: Filters = FILTERS
) -> Question:
    return Question(text, filters, history, page, language)


class Screen:
    """What the customer sees while the answer comes."""

    def __init__(self) -> None:
        self.text = ""
        self.pieces = 0
        self.withdrawn: list[str] = []

    def __call__(self, piece: str) -> None:
        if piece == "":
            self.withdrawn.append(self.text)
            self.text = ""
        self.text += piece
        self.pieces += 1


async def ask(answerer: Answerer, question: Question) -> tuple[Answer, Screen]:
    screen = Screen()
    answer = await answerer.answer(question, screen)
    json.dumps(answer.decision, allow_nan=False)
    assert screen.text.strip() == answer.text.strip(), "what was shown is what is kept"
    return answer, screen
