"""An answer without a conversation, as `POST /v1/answers` and `warmline ask --json` show it."""

from collections.abc import Sequence
from typing import Any

from bot.question import Answer
from handoff.mood import Sentiment


def answer_view(made: Answer, citations: Sequence[dict[str, Any]], sentiment: Sentiment) -> dict[str, Any]:
    """sentiment: of the question, as one number from −1 to 1. Citations in the order of their numbers; `article` is an id."""
    return {
        "action": made.action,
        "text": made.text,
        "citations": list(citations),
        "confidence": round(made.confidence, 4),
        "sentiment": round(sentiment.score, 3),
        "reason": made.reason,
    }
