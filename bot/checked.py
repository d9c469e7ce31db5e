"""A model's sentences, checked one by one while they arrive: the supported ones are shown, the doubtful ones wait, the rest is dropped."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.call import ModelFailure
from bot.policy import cited, plain, without_marks
from bot.prompt import Prompt
from bot.question import Citation, Question
from bot.reading import Decision
from bot.rulebook import rulebook
from bot.source import Source
from bot.support import COVER, DOUBTFUL, SUPPORTED, contradicts, cover_of, is_opening, nearest_sentence, support_of
from bot.words import content
from bot.writer import Written

# Less than this share of the sentences supported, and the rest is not trusted either.
SUPPORTED_SHARE = 0.5
LIMIT_CLARIFY = 300


@dataclass(frozen=True)
class Waiting:
    """A sentence from the first doubtful one on; number: of a doubtful one, by which the model is asked."""

    opening: str
    text: str
    end: str
    source: int
    number: int | None


class Checked:
    """Numbers the citations anew, in order of appearance. Nothing is shown behind a doubtful sentence until it is settled, so that the
    order stays the model's."""

    def __init__(self, question: Question, prompt: Prompt, on_delta: Callable[[str], None]) -> None:
        self._question, self._prompt, self._on_delta = question, prompt, on_delta
        self._sources: list[Source] = [Source(hit.title, hit.text) for hit in prompt.hits]
        self._known = "\n".join(f"{source.title}\n{source.text}" for source in self._sources)
        self._rules = rulebook(question.policy)
        self._numbers: dict[int, int] = {}
        self._quotes: dict[int, str] = {}
        self._kept: list[str] = []
        self._waiting: list[Waiting] = []
        self._claims = 0
        self._dropped = 0
        self._opening = ""

    @property
    def doubtful(self) -> list[str]:
        """In order of their numbers, 1 … n."""
        return [one.text for one in self._waiting if one.number is not None]

    def add(self, sentence: str, decision: Decision | None) -> None:
        if decision in ("clarify", "handoff"):
            self._kept.append(sentence)
            return
        end = "\n" if "\n" in sentence[len(sentence.rstrip()) :] else " "
        text = plain(sentence.replace(self._prompt.fence, ""), self._known)
        bare = without_marks(text).strip()
        if is_opening(bare):
            # Claims nothing; shown only before something that does.
            self._opening = f"{bare}{end}"
            return
        if not content(bare):
            # "Yes." alone: what makes it right or wrong comes after it.
            return
        self._claims += 1
        source, support = self._best(bare, cited(text))
        opening, self._opening = self._opening, ""
        if support < DOUBTFUL:
            self._dropped += 1
        elif support < SUPPORTED or self._waiting:
            number = len(self.doubtful) + 1 if support < SUPPORTED else None
            self._waiting.append(Waiting(opening, bare, end, source, number))
        else:
            self._show(opening, bare, end, source)

    def _best(self, sentence: str, named: list[int]) -> tuple[int, float]:
        """The source that says it, and how surely: one the model named when it does, else the one that says it best."""
        if contradicts(sentence, self._sources) or self._rules.guards(sentence, self._question.text, self._known):
            return 0, 0.0
        shares = [support_of(sentence, source, self._question.text) for source in self._sources]
        for number in named:
            if 1 <= number <= len(shares) and shares[number - 1] >= SUPPORTED:
                return number - 1, shares[number - 1]
        best = max(range(len(shares)), key=lambda at: shares[at], default=0)
        return best, shares[best] if shares else 0.0

    def _show(self, opening: str, bare: str, end: str, source: int) -> None:
        if source not in self._numbers:
            self._numbers[source] = len(self._numbers) + 1
            self._quotes[source] = nearest_sentence(bare, self._sources[source])
        self._kept.append(f"{opening}{bare} [{self._numbers[source]}]{end}")
        self._on_delta(self._kept[-1])

    def settle(self, confirmed: Collection[int]) -> None:
        """Shows what waited, without the doubtful sentences that are not confirmed."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if one.number is None or one.number in confirmed:
                self._show(one.opening, one.text, one.end, one.source)
            else:
                self._dropped += 1

    def written(self, decision: Decision, model: str) -> Written:
        """After settle. Raises ModelFailure where too little is supported."""
        if decision == "handoff":
            return Written(decision, "", (), model, self._dropped)
        if decision == "clarify":
            return Written(decision, self._clarifying(), (), model, self._dropped)
        if not self._claims or not self._numbers or 1 - self._dropped / self._claims < SUPPORTED_SHARE:
            raise ModelFailure("unsupported", f"{self._dropped} of {self._claims} sentences are not in the sources")
        return Written(decision, "".join(self._kept).strip(), self._citations(), model, self._dropped)

    def _clarifying(self) -> str:
        """One question, in words alone. It claims nothing, but may carry nothing either that the sources or the customer did not say."""
        text = without_marks(plain("".join(self._kept).replace(self._prompt.fence, ""), self._known))
        asked = " ".join(text.split())[:LIMIT_CLARIFY]
        support = max((cover_of(asked, source, self._question.text) for source in self._sources), default=0.0)
        if set(content(asked)) <= set(content(self._question.text)):
            raise ModelFailure("unsupported", "the customer's own question")
        if not asked.endswith("?") or asked.count("?") > 1 or support < COVER / 2:
            raise ModelFailure("unsupported", "not one question about the sources")
        return asked

    def _citations(self) -> tuple[Citation, ...]:
        hits = self._prompt.hits
        return tuple(Citation(n, hits[at].source, hits[at].passage, hits[at].title, self._quotes[at]) for at, n in self._numbers.items())
