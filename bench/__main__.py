import json
import sys
import tempfile
from pathlib import Path

from bench import install, messages, search, streams, turns
from bench.figure import Figure

RESULTS = Path(__file__).parent / "results.json"
PARTS = {
    "search": search.measure,
    "messages": messages.measure,
    "turns": turns.measure,
    "streams": streams.measure,
    "install": install.measure,
}


def main(names: list[str]) -> None:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder:
        for name in names or PARTS:
            print(f"-- {name}", flush=True)
            for figure in PARTS[name](Path(folder)):
                figures.append(figure)
                print(figure, flush=True)
    # Parts that were not measured now keep their figures.
    before = json.loads(RESULTS.read_text()) if RESULTS.exists() and names else {}
    now = {f.name: {"value": f.value, "goal": f.goal, "better": f.better} for f in figures}
    RESULTS.write_text(json.dumps(before | now, indent=2) + "\n")
    print(f"written: {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")
    sys.exit(any(figure.missed for figure in figures))


main(sys.argv[1:])
