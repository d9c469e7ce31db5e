"""Fits bot/weights/confidence.json: python -m evals.fitting.confidence ../shared/data [--write]

What is asked of the public knowledge bases: evals/fitting/bases.py. All figures printed are out of fold: "in domain" leaves out a fifth of
the questions (all variants of a question in one fold), "unseen base" leaves out the whole base, which is what a new tenant is. `--write`
also keeps the heads fitted without one base, for evals, and the confidences of the questions by those heads, for the risk dial."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import GroupKFold

from bot import fit as fitting
from bot.confidence import WEIGHTS, Head
from evals.calibration import calibration_error
from evals.fitting.bases import BASES, WEIGHTS_OF, Example, examples_of
from evals.fitting.reading import LICENCES, write_weights
from evals.unseen import FOLDER as UNSEEN
from evals.unseen import digest_of
from retrieval.minilm import MiniLM

# Of the L2 norm. From 100 to 300 nothing is lost in AUROC, and unseen bases are better calibrated (ECE .044 and .034).
PENALTY = 300.0
COMMAND = "python -m evals.fitting.confidence ../shared/data --write"
# Below it nothing is answered; handoff asks a person below the same value.
FLOOR = 0.15
# Not there, or meaning something else, without the vectors that the head was fitted with.
OF_VECTORS = ("cosine", "sentence", "spread", "source_margin", "agreement", "overlap5", "window_cosine")


def main(data: Path, write: bool) -> None:
    embedder = MiniLM()
    examples = [example for base in BASES for example in examples_of(data, base, embedder)]
    names = [name for name in sorted(examples[0].features) if name != "degraded"]
    heads = {"full": names, "lexical": [name for name in names if not name.startswith(OF_VECTORS)]}
    unseen = {head: out_of_fold(examples, features, unseen_folds(examples)) for head, features in heads.items()}
    figures("in domain", examples, out_of_fold(examples, names, seen_folds(examples)))
    figures("unseen base", examples, unseen["full"])
    figures("unseen base, lexical head", examples, unseen["lexical"])
    tell_floor(examples, unseen["full"])
    if write:
        fitted = {head: asdict(fit(examples, features)) for head, features in heads.items()}
        content = {"floor": FLOOR, "examples": len(examples), "heads": fitted, "reference": reference(examples, unseen["full"])}
        write_weights(WEIGHTS, embedder, BASES, COMMAND, content)
        write_unseen(data, examples, heads, embedder)


def write_unseen(data: Path, examples: Sequence[Example], heads: dict[str, list[str]], embedder: MiniLM) -> None:
    """For evals: for each base the heads that have seen nothing of it. heads: feature names by head."""
    for base, (train, _) in zip(BASES, unseen_folds(examples), strict=True):
        seen = [example for example, inside in zip(examples, train, strict=True) if inside]
        content = {
            "left_out": base,
            "queries_sha256": digest_of(data / base / "queries.dev.jsonl"),
            "floor": FLOOR,
            "examples": len(seen),
            "heads": {head: asdict(fit(seen, features)) for head, features in heads.items()},
            "reference": reference(seen, out_of_fold(seen, heads["full"], unseen_folds(seen))),
        }
        others = [one for one in BASES if one != base]
        write_weights(UNSEEN / f"{base}.json", embedder, others, COMMAND, content)


def reference(examples: Sequence[Example], unseen: np.ndarray) -> list[tuple[float, bool]]:
    """(confidence, right) of the questions as they were asked, by heads that had not seen their base."""
    return [(round(float(p), 3), e.right) for p, e in zip(unseen, examples, strict=True) if e.kind == "asked"]


def fit(examples: Sequence[Example], names: Sequence[str]) -> Head:
    weight = weights_of(examples)
    return fitting.fit([fitting.Example(e.features, e.right, w) for e, w in zip(examples, weight, strict=True)], names, PENALTY)


def weights_of(examples: Sequence[Example]) -> list[float]:
    """Each base counts by the root of its size, so that the largest does not decide alone."""
    sizes = {base: sum(e.base == base for e in examples) for base in BASES}
    return [WEIGHTS_OF[e.kind] / max(1, sizes[e.base]) ** 0.5 for e in examples]


def out_of_fold(examples: Sequence[Example], names: Sequence[str], folds: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    found = np.full(len(examples), np.nan)
    for train, test in folds:
        head = fit([e for e, inside in zip(examples, train, strict=True) if inside], names)
        found[test] = [head.probability(e.features) for e, inside in zip(examples, test, strict=True) if inside]
    return found


def seen_folds(examples: Sequence[Example]) -> list[tuple[np.ndarray, np.ndarray]]:
    everything = np.arange(len(examples))
    folds = GroupKFold(5).split(everything, groups=[e.question for e in examples])
    return [(np.isin(everything, train), np.isin(everything, test)) for train, test in folds]


def unseen_folds(examples: Sequence[Example]) -> list[tuple[np.ndarray, np.ndarray]]:
    """(examples to fit on, examples of the base) for each base. Neither the base nor its own questions, which were asked of other bases as
    foreign ones, are fitted on."""
    bases, questions = np.array([e.base for e in examples]), np.array([e.question for e in examples])
    asked = np.array([e.kind == "asked" for e in examples])
    there = [base for base in BASES if base in bases]
    return [(~np.isin(questions, questions[asked & (bases == base)]) & (bases != base), bases == base) for base in there]


def figures(label: str, examples: Sequence[Example], found: np.ndarray) -> None:
    print(f"\n{label}: right or not, all variants | of the questions asked as they are | AUROC of answerable against …")
    measured = f"{'AUROC':>8}{'Brier':>8}{'ECE':>8} |"
    against = "".join(f"{name:>9}" for name in ("removed", "unansw.", "foreign", "followed", "tiny rm", "tiny fo"))
    print(f"{'base':22}{'n':>6}{measured}{'n':>6}{'right':>7}{measured}{against}")
    for base in (*BASES, "all"):
        here = np.array([base in (e.base, "all") for e in examples])
        print(f"{base:22}" + _row(examples, found, here))


def _row(examples: Sequence[Example], found: np.ndarray, here: np.ndarray) -> str:
    right, kinds = np.array([e.right for e in examples]), np.array([e.kind for e in examples])
    answerable = here & np.array([e.answerable for e in examples])
    asked = here & (kinds == "asked")
    parts = [f"{here.sum():6}{_measured(right[here], found[here])}"]
    parts.append(f"{asked.sum():6}{right[asked].mean():7.2f}{_measured(right[asked], found[asked])}")
    for against, where in (
        ("removed", "asked"),
        ("asked", "asked"),
        ("foreign", "asked"),
        ("followed", "asked"),
        ("tiny removed", "tiny"),
        ("tiny followed", "tiny"),
    ):
        chosen = (answerable & (kinds == where)) | (here & ~answerable & (kinds == against))
        parts.append(" " + _auroc(answerable[chosen], found[chosen]))
    return "".join(parts)


def _measured(right: np.ndarray, found: np.ndarray) -> str:
    return f"{_auroc(right, found)}{brier_score_loss(right, found):8.3f}{calibration_error(found, right):8.3f} |"


def _auroc(truth: np.ndarray, found: np.ndarray) -> str:
    return f"{roc_auc_score(truth, found):8.3f}" if 0 < truth.sum() < len(truth) else "       –"


def tell_floor(examples: Sequence[Example], found: np.ndarray) -> None:
    right = np.array([e.right and e.kind in ("asked", "terse") for e in examples])
    kinds = np.array([e.kind for e in examples])
    over = ", ".join(f"{kind} {(found[kinds == kind] >= FLOOR).mean():.1%}" for kind in ("foreign", "followed", "tiny followed"))
    print(f"floor {FLOOR}: {(found[right] < FLOOR).mean():.1%} of the right answers to unseen bases lie under it; over it lie: {over}")


LICENCES.update(
    {
        "kb-plausible": "kb-plausible, plausible/docs@208d58c, CC BY-SA 4.0",
        "kb-business-central": "kb-business-central, MicrosoftDocs/dynamics365smb-docs@41aa585, CC BY 4.0",
        "clapnq": "CLAPNQ dev, primeqa/clapnq@eb26840, Apache-2.0",
        "mtrag-un": "MTRAG-UN dev, IBM/mt-rag-benchmark@cc5b1d4, Apache-2.0",
        "wixqa-sample": "WixQA-ExpertWritten dev sample, Wix/WixQA (arXiv 2505.08643), MIT",
        "techqa-sample": "TechQA-RAG-Eval dev sample, nvidia/TechQA-RAG-Eval, Apache-2.0",
    }
)

if __name__ == "__main__":
    main(Path(sys.argv[1]), "--write" in sys.argv)
