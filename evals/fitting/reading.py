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
    "kb-plausible": "kb-plausible, plausible/docs@208d58c, CC BY-SA 4.0",
    "kb-business-central": "kb-business-central, MicrosoftDocs/dynamics365smb-docs@41aa585, CC BY 4.0",
    "mtrag-un": "MTRAG-UN dev, IBM/mt-rag-benchmark@cc5b1d4, Apache-2.0",
    "techqa-sample": "TechQA-RAG-Eval dev sample, nvidia/TechQA-RAG-Eval, Apache-2.0",
    "wixqa-sample": "WixQA-ExpertWritten dev sample, Wix/WixQA (arXiv 2505.08643), MIT",
    "clapnq": "CLAPNQ dev, primeqa/clapnq@eb26840, Apache-2.0",
    "natcs": "NatCS insurance, amazon-science/dstc11-track2-intent-induction@969b95a, CDLA-Permissive-2.0",
    "dbdc3": "Dialogue Breakdown Detection Challenge 3 dev, dbd-challenge/dbdc3@c0927f9, MIT",
    "deepset": "deepset/prompt-injections train, by sinanw/llm-security-prompt-injection@c8af0b0, Apache-2.0 on its page",
    "bipia": "BIPIA training attacks, microsoft/BIPIA@1a2a91d (Yi et al. 2023), MIT",
    "giskard": "Giskard-AI/prompt-injections@ce50a54 (garak and PromptInject prompts), Apache-2.0 on its page",
    "garak": "garak's system prompt extraction, NVIDIA/garak@cafbe992, Apache-2.0",
}


def lines(path: Path, whole: bool = False) -> list[dict]:
    """The rows of a JSON-lines file, `.gz` or not; the one of the two that exists. whole: the file is one object."""
    if whole:
        return [json.loads(path.read_text(encoding="utf-8"))]
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
