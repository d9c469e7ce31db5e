"""Exact intervals for counts, without tables or simulation."""

import math
from collections.abc import Callable

_STEPS = 50


def share_interval(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Of a share, Clopper and Pearson (1934): holds at least `level` whatever the true share is. (0, 1) when `of` is 0."""
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else _cross(lambda p: 1 - _at_most(hits - 1, of, p), tail, rising=True)
    high = 1.0 if hits >= of else _cross(lambda p: _at_most(hits, of, p), tail, rising=False)
    return low, high


def more_than_by_chance(hits: int, of: int, share: float) -> float:
    """Probability of `hits` or more of `of` where each comes with probability `share`: the one-sided binomial test."""
    return 1.0 if hits == 0 else 1 - _at_most(hits - 1, of, share)


def rate_interval(count: int, over: float, level: float = 0.95) -> tuple[float, float]:
    """Of events per unit, `count` of them seen over `over` units: the exact Poisson interval (Garwood 1936)."""
    tail = (1 - level) / 2
    top = count + 10 * math.sqrt(count + 1) + 10
    low = 0.0 if count == 0 else _cross(lambda m: 1 - _poisson_at_most(count - 1, m), tail, rising=True, top=top)
    return low / over, _cross(lambda m: _poisson_at_most(count, m), tail, rising=False, top=top) / over


def _cross(probability: Callable[[float], float], target: float, *, rising: bool, top: float = 1.0) -> float:
    """Where a monotone probability over 0…top meets `target`, by bisection."""
    low, high = 0.0, top
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if (probability(middle) < target) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(hits: int, of: int, p: float) -> float:
    """P(X ≤ hits), X binomial: the shorter of both tails is summed."""
    if hits >= of or p <= 0:
        return 1.0
    if p >= 1:
        return 0.0
    if hits > of * p:
        return 1 - _sum(hits + 1, of, of, p)
    return _sum(0, hits, of, p)


def _sum(first: int, last: int, of: int, p: float) -> float:
    log_p, log_q = math.log(p), math.log1p(-p)
    whole = math.lgamma(of + 1)
    logs = (whole - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * log_p + (of - k) * log_q for k in range(first, last + 1))
    return min(1.0, math.fsum(math.exp(value) for value in logs if value > -745))


def _poisson_at_most(count: int, mean: float) -> float:
    if mean <= 0:
        return 1.0
    return min(1.0, math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1)))
