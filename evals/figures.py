"""`make evals`: the figures that the README tells, on the public development sets. `python -m evals.figures ../shared/data [SET …]`

The shipped confidence was fitted on these very sets: what is printed of answers comes from heads that were each fitted without the set.
"""

import sys
import tempfile
from pathlib import Path

import people.tables  # noqa: F401  the throw-away database is made from the whole metadata
import retrieval.tables  # noqa: F401
from core.settings import load_settings
from evals.measures import Figure
from evals.robust import languages, misspelt
from evals.suite import Files, run_suite
from evals.unseen import unseen_confidence
from retrieval.load import load_embedder

# Chosen so that all of it takes some minutes on two cores.
SETS = {
    "kb-plausible": ("corpus.jsonl.gz", "queries.dev.jsonl"),
    "wixqa-sample": ("corpus.jsonl.gz", "queries.dev.jsonl"),
    "techqa-sample": ("corpus.jsonl.gz", "queries.dev.jsonl"),
    "mtrag-un": ("corpus.jsonl.gz", "queries.dev.jsonl"),
}
MISSPELT = ("kb-plausible", "wixqa-sample", "techqa-sample")


def main(data: Path, names: list[str]) -> None:
    settings = load_settings()
    embedder = load_embedder(settings)
    with tempfile.TemporaryDirectory() as folder:
        for name in names or SETS:
            corpus, queries = SETS[name]
            for suite in ("retrieval", "answers"):
                out = Path(folder) / f"{name}.{suite}.jsonl"
                held_out = suite == "answers" and unseen_confidence(data / name / queries)
                head = ", confidence fitted without this set" if held_out else ""
                print(f"\n{suite} on {name} (dev), embedder {embedder.name}{head}", flush=True)
                tell(run_suite(settings, embedder, suite, Files(out, data / name / corpus, data / name / queries)))
    for name in [name for name in names or MISSPELT if name in MISSPELT]:
        print(f"\nmisspelt questions on {name} (dev), embedder {embedder.name}", flush=True)
        tell(misspelt(embedder, *(data / name / file for file in SETS[name])))
    if not names:
        print(f"\nlanguages, a small base of our own, embedder {embedder.name}", flush=True)
        tell(languages(embedder))


def tell(figures: list[Figure]) -> None:
    for figure in figures:
        print(figure, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
