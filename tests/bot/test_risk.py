"""The risk dial's arithmetic: exact intervals against scipy's, and thresholds that keep what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bot.bounds import more_than_by_chance, rate_interval, share_interval
from bot.risk import NEVER, curve, point_at, threshold_for

scored = st.lists(st.tuples(st.sampled_from([round(0.05 * step, 2) for step in range(21)]), st.booleans()), max_size=80)


@pytest.mark.parametrize(("hits", "of"), [(0, 12), (1, 12), (7, 40), (40, 40), (3, 1), (150, 3000)])
def test_intervals_are_the_exact_ones(hits: int, of: int) -> None:
    if hits <= of:
        expected = stats.binomtest(hits, of).proportion_ci(method="exact")
        assert share_interval(hits, of) == pytest.approx((expected.low, expected.high), abs=1e-6)
        assert more_than_by_chance(hits, of, 0.05) == pytest.approx(stats.binomtest(hits, of, 0.05, "greater").pvalue, abs=1e-9)
    low = stats.chi2.ppf(0.025, 2 * hits) / 2 if hits else 0.0
    assert rate_interval(hits, 4.0) == pytest.approx((low / 4, stats.chi2.ppf(0.975, 2 * hits + 2) / 8), rel=1e-6)


def test_nothing_counted_says_nothing() -> None:
    assert share_interval(0, 0) == (0.0, 1.0)


@given(scored, st.sampled_from([0.05, 0.1, 0.3]))
def test_the_share_of_wrong_answers_is_at_most_the_limit(answers: list[tuple[float, bool]], limit: float) -> None:
    threshold = threshold_for(limit, answers, 0.0)
    point = point_at(threshold, answers)
    assert point.wrong <= limit
    lower = [confidence for confidence, _ in answers if confidence < threshold]
    for other in set(lower):
        below = point_at(other, answers)
        wrong = round(below.wrong * below.given)
        assert wrong + 1 > limit * (below.given + 1), "a lower threshold would have answered more and kept the limit"


def test_a_calibrated_confidence_keeps_the_limit_on_questions_to_come() -> None:
    """On average over samples of 200 labels: what conformal risk control promises."""
    random = np.random.default_rng(7)
    realised = []
    for _ in range(300):
        said = random.beta(2, 1.2, 1200)
        right = random.random(1200) < said
        threshold = threshold_for(0.1, list(zip(said[:200], right[:200], strict=True)), 0.0)
        given_ = said[200:] >= threshold
        realised.append((given_ & ~right[200:]).sum() / max(1, given_.sum()))
    assert 0.05 < np.mean(realised) <= 0.105


def test_where_every_answer_may_be_wrong_none_is_given() -> None:
    answers = [(0.9, False), (0.8, False), (0.7, True)]
    assert threshold_for(0.1, answers, 0.2) == NEVER
    assert point_at(NEVER, answers).given == 0


def test_the_floor_stays_under_every_threshold() -> None:
    answers = [(0.01 * step, True) for step in range(100)]
    assert threshold_for(0.3, answers, 0.15) == 0.15
    assert all(point.threshold >= 0.15 for point in curve(answers, 0.15))
    assert len(curve(answers, 0.15)) == 40
