"""A fitted forest of small decision trees, kept as JSON and run on numpy alone."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Trees:
    """Arrays are [trees, nodes]; node 0 is a tree's root, a leaf leads to itself. p = 1 / (1 + exp(−(bias + Σ leaves)))."""

    names: tuple[str, ...]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    depth: int
    bias: float

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Trees":
        """stored: names, bias, depth, and trees as lists of nodes [feature, threshold, left, right, value]."""
        size = max(len(nodes) for nodes in stored["trees"])
        table = np.zeros((len(stored["trees"]), size, 5))
        for at, nodes in enumerate(stored["trees"]):
            table[at, : len(nodes)] = nodes
        whole = table.astype(np.int64)
        names, bias, depth = tuple(stored["names"]), float(stored["bias"]), int(stored["depth"])
        return cls(names, whole[:, :, 0], table[:, :, 1], whole[:, :, 2], whole[:, :, 3], table[:, :, 4], depth, bias)

    def probability(self, features: Mapping[str, float] | Sequence[float]) -> float:
        row = np.array([features[name] for name in self.names] if isinstance(features, Mapping) else features)
        trees = np.arange(len(self.feature))
        at = np.zeros(len(trees), np.int64)
        for _ in range(self.depth):
            goes_left = row[self.feature[trees, at]] <= self.threshold[trees, at]
            at = np.where(goes_left, self.left[trees, at], self.right[trees, at])
        logit = self.bias + float(self.value[trees, at].sum())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
