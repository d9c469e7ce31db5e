"""Knowledge bases of the public sets, and what is asked of them to fit the confidence: imported, split and searched by the code that serves
customers."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.confidence import features_of
from bot.windows import PASSAGES, ask, best_windows
from bot.words import content, words
from bot.worth import Worth, load_worth
from core.database import Database
from core.sqlite import SqliteStore
from core.tables import metadata
from core.tables import workspace as workspace_table
from core.wakes import Wakes
from evals.fitting.reading import lines
from evals.unseen import UNSEEN_WORTH
from knowledge.split import split
from retrieval.embedder import Embedder
from retrieval.passages import NewPassage, prepare, replace
from retrieval.query import Filters, Query, Results
from retrieval.search import Searcher
from retrieval.sentences import split_sentences

BASES = ("kb-plausible", "clapnq", "wixqa-sample", "techqa-sample", "mtrag-un", "kb-business-central")
# Sentences of these are embedded when a question needs them: all would take half an hour.
LARGE = frozenset({"kb-business-central"})
FOLDER = Path(tempfile.gettempdir()) / "warmline-fitting" / "bases"
WORKSPACE = "wsp_fitting"
QUESTIONS = 600
FOREIGN = 40
# Follow-ups and tiny bases: of so many of a base's questions.
SOME = 100
TINY = 8
# What an example counts in fitting. asked: as it was. terse: in a few words. removed: its articles taken out (another may hold the answer
# too). foreign: of another base. followed: foreign, after a question of this base. switched: after another question of this base. tiny and
# so on: where eight articles are all there is.
WEIGHTS_OF = {
    "asked": 1.0, "terse": 0.15, "removed": 0.25, "foreign": 0.25, "followed": 0.5, "switched": 0.1,
    "tiny": 0.1, "tiny removed": 0.1, "tiny followed": 1.0,
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """right: the first citation is one of the question's gold articles. answerable: it has such articles, and they are there."""

    base: str
    question: str
    kind: str
    features: dict[str, float]
    right: bool
    answerable: bool


class Asker:
    """Asks one base. Its windows are those of somebody who was not fitted on it."""

    def __init__(self, data: Path, base: str, embedder: Embedder) -> None:
        self.base, self.embedder, self.data = base, embedder, data
        self.database = opened(data, base, embedder)
        self.searcher = Searcher(self.database, embedder, FOLDER / base / "index")
        self.searcher.sync(WORKSPACE)
        self.searcher.wait_ready(WORKSPACE, 600)
        self.articles = sorted({row["id"] for row in lines(data / base / "corpus.jsonl")})
        self.questions = lines(data / base / "queries.dev.jsonl")[:QUESTIONS]
        held_out = UNSEEN_WORTH / f"{base}.json"
        self.worth: Worth | None = load_worth(held_out) if held_out.exists() else None

    def close(self) -> None:
        self.searcher.close()
        self.database.close()

    def ask(self, kind: str, row: dict[str, Any], gold: frozenset[str], among: Sequence[str] | None = None) -> Example:
        """among: the articles that are there; None: all of them."""
        history = tuple(turn["text"] for turn in row.get("history") or () if turn["role"] == "user")[-3:]
        query = Query(row["text"], history)
        results = self.searcher.search(query, Filters(WORKSPACE, None if among is None else frozenset(among)), 20)
        asked = ask(query, results)
        windows = best_windows(asked, results.hits, self._sentences(results), self.worth)
        right = bool(windows) and windows[0].hit.source in gold
        return Example(self.base, row["id"], kind, features_of(asked, results, windows), right, bool(gold))

    def _sentences(self, results: Results) -> dict[int, Any]:
        known = dict(self.searcher.sentence_vectors([hit.passage for hit in results.hits[:PASSAGES]]))
        for hit in results.hits[:PASSAGES]:
            spans = split_sentences(hit.text)
            if hit.passage not in known and spans:
                known[hit.passage] = (spans, np.stack([self.embedder.vector(hit.text[begin:end]) for begin, end in spans]))
        first = [known[hit.passage][1] for hit in results.hits[:3] if hit.passage in known]
        results.signals["sentence_top"] = max((float((rows @ results.vector).max()) for rows in first), default=0.0)
        return known


def examples_of(data: Path, base: str, embedder: Embedder) -> Iterator[Example]:
    asker = Asker(data, base, embedder)
    random = np.random.default_rng(7)
    for number, row in enumerate(asker.questions):
        gold = frozenset(row.get("relevant_ids") or ()) if row.get("answerable") is not False else frozenset[str]()
        yield asker.ask("asked", row, gold)
        yield asker.ask("terse", row | {"text": terse(row["text"])}, gold)
        if gold:
            yield asker.ask("removed", row, frozenset(), [one for one in asker.articles if one not in gold])
        if number < SOME:
            before = asker.questions[(number * 7 + 3) % len(asker.questions)]["text"]
            few = [str(one) for one in random.choice(asker.articles, TINY, replace=False)]
            if not row.get("history"):
                yield asker.ask("switched", row | {"history": [{"role": "user", "text": before}]}, gold)
            yield asker.ask("tiny", row, gold, [*few, *gold])
            yield asker.ask("tiny removed", row, frozenset(), [one for one in few if one not in gold])
    yield from _foreign(asker, random)
    asker.close()


def _foreign(asker: Asker, random: np.random.Generator) -> Iterator[Example]:
    for other in BASES:
        for row in lines(asker.data / other / "queries.dev.jsonl")[7::7][: FOREIGN if other != asker.base else 0]:
            yield asker.ask("foreign", row, frozenset())
            before = asker.questions[int(random.integers(len(asker.questions)))]
            followed = row | {"history": [{"role": "user", "text": before["text"]}]}
            yield asker.ask("followed", followed, frozenset())
            few = [str(one) for one in random.choice(asker.articles, TINY, replace=False)]
            yield asker.ask("tiny followed", followed, frozenset(), [*few, *(before.get("relevant_ids") or ())])


def terse(text: str) -> str:
    """As customers in a hurry put it: the question's longest one to three words, in their order."""
    spoken = [word for word in words(text) if content(word)]
    kept = sorted(spoken, key=len)[-1 - sum(map(ord, text)) % 3 :]
    return " ".join(word for word in spoken if word in kept) or text


def opened(data: Path, base: str, embedder: Embedder) -> Database:
    """The base's database, filled the first time."""
    folder = FOLDER / base
    fresh = not (folder / "done").exists()
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(SqliteStore(folder / "warmline.db", Wakes()))
    # Also for a base that an older version filled.
    metadata.create_all(database.store.engine)
    if fresh:
        print(f"importing {base} …", file=sys.stderr, flush=True)
        row = {"id": WORKSPACE, "name": base, "position": 0, "demo": False, "created_at": 0}
        database.write_now(lambda connection: connection.execute(workspace_table.insert().values(row)))
        for article in lines(data / base / "corpus.jsonl"):
            title = article.get("title") or ""
            passages = [NewPassage(piece.text, title, piece.heading, article["id"]) for piece in split(title, article["text"])]
            prepared = prepare(embedder, lambda shas: set(), passages, with_sentences=base not in LARGE)
            database.write_now(replace, WORKSPACE, article["id"], prepared)
        (folder / "done").touch()
    return database
