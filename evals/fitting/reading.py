"""Reading the development data sets, which lie outside the repository, and writing weights with their origin."""

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from retrieval.embedder import Embedder

LICENCES = {
    "goemotions": "GoEmotions, monologg/GoEmotions-pytorch@b75f9d3 (Demszky et al. 2020), Apache-2.0",
    "bitext-cs": "Bitext customer support intent detection training dataset, bitext@e970229, CDLA-Sharing-1.0",
    "banking77": "BANKING77, PolyAI-LDN/task-specific-datasets@57ec275 (Casanueva et al. 2020), CC BY 4.0",
    "clinc150": "CLINC150, clinc/oos-eval@828f809 (Larson et al. 2019), CC BY 3.0",
}


def lines(path: Path) -> list[dict]:
    """The rows of a JSON-lines file, `.gz` or not; the one of the two that exists."""
    if not path.exists():
        path = path.with_name(path.name + ".gz")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_weights(path: Path, embedder: Embedder, fitted_on: Iterable[str], command: str, content: dict) -> None:
    head = {
        "model": embedder.model,
        "fitted_at": datetime.now(UTC).date().isoformat(),
        "fitted_on": [LICENCES[name] for name in fitted_on],
        "command": command,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(head | content, indent=None, separators=(",", ":")).replace('],"', '],\n"') + "\n", encoding="utf-8")
    print(f"wrote {path} ({path.stat().st_size} bytes)")
