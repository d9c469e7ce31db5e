"""One measured figure. goal None: no goal yet."""

from dataclasses import dataclass
from statistics import median
from typing import Literal


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    goal: float | None
    better: Literal["less", "more"]
    note: str = ""

    @property
    def missed(self) -> bool:
        return self.goal is not None and (self.value > self.goal if self.better == "less" else self.value < self.goal)

    def __str__(self) -> str:
        met = "" if self.goal is None else "MISSED" if self.missed else "ok"
        goal = "" if self.goal is None else f"goal {'≤' if self.better == 'less' else '≥'} {self.goal}"
        return f"{self.name:<50}{self.value:>10.2f}  {goal:<12}{met:<7}{self.note}"


def p50(values: list[float]) -> float:
    return round(median(values), 4)
