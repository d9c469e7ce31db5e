"""How the shipped mood does on data it was not fitted on."""

from pathlib import Path

import numpy as np
from sklearn.metrics import recall_score, roc_auc_score

from evals.fitting.reading import lines
from evals.fitting.vectors import embedded
from handoff.decide import Thresholds
from handoff.mood import HAPPY, TENSE, Sentiment, score
from retrieval.embedder import Embedder

MEASURED_ONLY = {"airline-tweets": "airline tweets, dev", "tweeteval-sentiment": "tweeteval sentiment, dev"}
CALM = {"bitext-cs": "queries.train.jsonl", "banking77": "queries.dev.jsonl", "kb-plausible": "queries.dev.jsonl"}
# Bitext marks offensive wording (W) and lets complaints and callers for a person be rude.
RUDE = frozenset({"complaint", "contact_human_agent", "contact_customer_service"})


def moods(embedder: Embedder, rows: list[dict], cache: Path) -> list[Sentiment]:
    texts = [row["text"] for row in rows]
    return [score(text, vector) for text, vector in zip(texts, embedded(embedder, texts, cache), strict=True)]


def measure(embedder: Embedder, data: Path, cache: Path) -> None:
    strong = Thresholds().strongly_negative
    from evals.fitting.mood import NEGATIVE, calibration_error, labelled

    rows = lines(data / "goemotions/queries.dev.jsonl")
    p = np.array([mood.negative for mood in moods(embedder, rows, cache)])
    truth = labelled(rows, NEGATIVE)
    print(f"goemotions dev, shipped: AUROC(negative) {roc_auc_score(truth, p):.3f}, calibration error {calibration_error(p, truth):.3f}")
    for name, title in MEASURED_ONLY.items():
        rows = lines(data / name / "queries.dev.jsonl")
        found = moods(embedder, rows, cache)
        truth = np.array([row["label"] for row in rows])
        p = np.array([mood.negative for mood in found])
        called = np.array(["negative" if m.negative >= TENSE else "positive" if m.score >= HAPPY else "neutral" for m in found])
        print(
            f"{title}: AUROC(negative) {roc_auc_score(truth == 'negative', p):.3f}, "
            f"macro recall {recall_score(truth, called, average='macro'):.3f}, "
            f"strongly negative: {np.mean(p[truth == 'negative'] >= strong):.1%} of negative, "
            f"{np.mean(p[truth != 'negative'] >= strong):.1%} of others"
        )
    for file in ("queries.dev.jsonl", "queries.train.jsonl"):
        rows = lines(data / "tweeteval-emotion" / file)
        angry = [mood.anger for mood in moods(embedder, rows, cache)]
        print(f"tweeteval emotion, {file}: AUROC(anger) {roc_auc_score([row['label'] == 'anger' for row in rows], angry):.3f}")
    for name, file in CALM.items():
        rows = [row for row in lines(data / name / file) if "W" not in row.get("tags", "") and row.get("intent") not in RUDE]
        p = np.array([mood.negative for mood in moods(embedder, rows, cache)])
        print(
            f"{name}, plain support questions ({len(rows)}): tense or worse {np.mean(p >= TENSE):.1%}, "
            f"strongly negative {np.mean(p >= strong):.2%}"
        )
