"""A call of a model: its limits, what it used, and how it failed."""

from dataclasses import dataclass


class ModelFailure(Exception):
    """kind: unreachable, slow, deadline, refused, rate_limited, server_error, bad_data, empty, cut, length, content_filter, too_long,
    unsupported, breaker_open, out_of_calls, no_model."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind, self.detail = kind, detail[:300]


@dataclass(frozen=True)
class Limits:
    """deadline_s: wall clock of all calls of a turn. first_token_s: until something arrives, and between two pieces. sources: passages
    given to the model at most."""

    deadline_s: float = 30.0
    first_token_s: float = 10.0
    output_chars: int = 6000
    output_tokens: int = 700
    calls: int = 3
    sources: int = 5


@dataclass
class Usage:
    """Of one turn: calls made, probes too; tokens where the server told them."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    first_token_ms: float | None = None

    def count(self, limits: Limits) -> None:
        if self.calls >= limits.calls:
            raise ModelFailure("out_of_calls", f"{limits.calls} calls in one turn")
        self.calls += 1
