"""How `handoff.entangled` does on lines held back while it was written: python -m evals.fitting.complex_issue --data ../shared/data

Lines go in pairs, an entangled issue and a plain question about the same; every second pair was held back.
"""

import argparse
from pathlib import Path

from evals.fitting.reading import lines
from evals.measures import Figure, mean_with_interval
from handoff.entangled import entangled

OWN = Path(__file__).parent / "lines" / "complex_issue.txt"
OTHERS = {"banking77": "queries.dev.jsonl", "bitext-cs": "queries.dev.jsonl", "natcs": "queries.dev.insurance.jsonl"}


def halves() -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """(seen, held back): text, entangled or not."""
    rows = [(text, mark == "1") for mark, text in (line.split("\t") for line in OWN.read_text(encoding="utf-8").splitlines())]
    return [row for n, row in enumerate(rows) if n // 2 % 2 == 0], [row for n, row in enumerate(rows) if n // 2 % 2]


def figures(rows: list[tuple[str, bool]]) -> list[Figure]:
    judged = [(entangled(text), truth) for text, truth in rows]
    return [
        mean_with_interval("complex issue precision", [float(truth) for found, truth in judged if found]),
        mean_with_interval("complex issue recall", [float(found) for found, truth in judged if truth]),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    for title, rows in zip(("seen", "held back"), halves(), strict=True):
        print(f"our own lines, {title}: {len(rows)}")
        for figure in figures(rows):
            print(figure)
    for name, file in OTHERS.items():
        texts = [row["text"] for row in lines(data / name / file)]
        found = [text for text in texts if entangled(text)]
        print(f"{name}, plain questions: {len(found)} of {len(texts)} taken for a complex issue", *found, sep="\n    ")


if __name__ == "__main__":
    main()
