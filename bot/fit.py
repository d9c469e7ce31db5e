"""Fitting a head of confidence: the shipped one from the public sets, a workspace's own from what was said of its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.confidence import Head

# More words make a question neither easier nor harder.
EITHER_WAY = frozenset({"log_terms"})
STEPS = 3000
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """weight: how much it counts against others."""

    features: Mapping[str, float]
    right: bool
    weight: float = 1.0


def fit(examples: Sequence[Example], names: Sequence[str], penalty: float, start: Head | None = None) -> Head:
    """Logistic regression with an L2 penalty in which evidence never counts against an answer: without that bound, correlated signals got
    opposite signs that did not carry over to other knowledge bases.

    start: a head of the same names to stay close to: the penalty is then on the distance from it (a Gaussian prior around it). Solved by
    accelerated projected gradient steps (Beck and Teboulle 2009, FISTA), which need nothing but numpy."""
    rows = np.array([[example.features[name] for name in names] for example in examples], float)
    right, weight = np.array([e.right for e in examples], float), np.array([e.weight for e in examples], float)
    weight = weight / weight.mean()
    mean, scale = (np.array(start.mean), np.array(start.scale)) if start else (rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6))
    scaled = np.column_stack([(rows - mean) / scale, np.ones(len(rows))])
    prior = np.append(start.weights, start.bias) if start else np.zeros(len(names) + 1)
    pull = np.full(len(prior), penalty)
    pull[-1] = 0.0 if start is None else penalty / 10
    bounded = np.array([name not in EITHER_WAY for name in names] + [False])
    theta = _descend(scaled, right, weight, prior, pull, bounded)
    return Head(tuple(names), _plain(mean), _plain(scale), _plain(theta[:-1]), round(float(theta[-1]), 6))


def _plain(column: Array) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in column)


def _descend(rows: Array, right: Array, weight: Array, prior: Array, pull: Array, bounded: NDArray[np.bool_]) -> Array:
    step = 1 / (np.linalg.eigvalsh(rows.T @ (rows * weight[:, None]))[-1] / 4 + pull.max())
    theta = ahead = prior.copy()
    momentum = 1.0
    for _ in range(STEPS):
        off = weight * (1 / (1 + np.exp(-np.clip(rows @ ahead, -30, 30))) - right)
        moved = ahead - step * (rows.T @ off + pull * (ahead - prior))
        moved[bounded] = np.maximum(0, moved[bounded])
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = moved + (momentum - 1) / following * (moved - theta)
        if np.abs(moved - theta).max() < 1e-7:
            return moved
        theta, momentum = moved, following
    return theta
