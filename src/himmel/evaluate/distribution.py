"""Do a model's clips, taken together, look like renders? The kernel distance KID on two sets of features.

KID (Binkowski and others, 2018) is the squared maximum mean discrepancy with a cubic kernel; its
estimate is unbiased, so it is 0 on average, and below 0 at times, where nothing differs. Values depend
on the features and say nothing beside those of other features.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from himmel.core.rng import derive, numpy_rng
from himmel.evaluate.adherence import OnDone, questions, render_questions
from himmel.evaluate.codec import reconstruct
from himmel.evaluate.drawn import draw_questions
from himmel.evaluate.features import Points, extractors, points
from himmel.evaluate.intervals import Metric
from himmel.generate.system import System
from himmel.models.judge import Judge

_SUBSETS = 200
_LEAST = 4  # clips without which two sets cannot be compared and their subsets neither


def distribution(
    system: System, judges: dict[str, Judge], n: int, seed: int, on_done: OnDone
) -> dict[str, Metric]:
    """`kid.FEATURES` of drawn clips against renders of other questions, the ceiling being renders of the
    same questions against these; `kid.FEATURES.codec` against their reconstructions; `kid.FEATURES.lost`
    what the codec alone costs: reconstructions of renders against other renders."""
    n = max(n, _LEAST)
    asked = questions(n, seed)
    renders = render_questions(asked, system, on_done)
    others = render_questions(questions(n, derive(seed, "other renders")), system, on_done)
    clips = draw_questions(asked, system, on_done)
    named = extractors(next(iter(judges.values())))
    drawn, true, same = (points(named, s) for s in (clips, others, renders))
    read, other_read = (
        points(named, (reconstruct(system.codec, clip) for clip in s)) for s in (renders, others)
    )
    metrics: dict[str, Metric] = {}
    for name in named:
        best = kid(same[name], true[name], seed).value
        metrics |= {
            f"kid.{name}": kid(drawn[name], true[name], seed, best),
            f"kid.{name}.codec": kid(drawn[name], other_read[name], seed, best),
            f"kid.{name}.lost": kid(read[name], true[name], seed, best),
        }
    return metrics


def kernel(x: Points, y: Points) -> NDArray[np.float64]:
    """(x . y / D + 1) ** 3 of points (N, D) and (M, D): (N, M)."""
    result: NDArray[np.float64] = (x @ y.T / x.shape[1] + 1) ** 3
    return result


def mmd2(x: Points, y: Points) -> float:
    """The unbiased estimate of the squared discrepancy of two sets of at least 2 points each."""
    return _mmd2(kernel(x, x), kernel(y, y), kernel(x, y))


def _mmd2(xx: NDArray[np.float64], yy: NDArray[np.float64], xy: NDArray[np.float64]) -> float:
    within = sum(float(k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in (xx, yy))
    return within - 2 * float(xy.mean())


def kid(x: Points, y: Points, seed: int = 0, ceiling: float | None = None) -> Metric:
    """The estimate from all points, with a 95 % interval from subsets of half of them.

    All features are moved and scaled as one, until those of `y`, the truth, have mean 0 and spread 1 on
    the whole. A subset of m of n points strays sqrt(n / m) times as far as the whole, so its quantiles
    are drawn in by that (subsampling: Politis and Romano, 1994).
    """
    middle, spread = y.mean(0), float(np.sqrt(y.var(0).mean())) or 1.0
    x, y = ((points - middle) / spread for points in (x, y))
    xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
    rng, half = numpy_rng(seed, "kid"), max(2, min(len(x), len(y)) // 2)
    values = []
    for _ in range(_SUBSETS):
        i, j = (rng.permutation(len(k))[:half] for k in (xx, yy))
        values.append(_mmd2(xx[np.ix_(i, i)], yy[np.ix_(j, j)], xy[np.ix_(i, j)]))
    strayed = np.asarray(values) - np.mean(values)
    drawn_in = (half / min(len(x), len(y))) ** 0.5
    low, high = np.percentile(strayed, [2.5, 97.5]) * drawn_in
    value = _mmd2(xx, yy, xy)
    return Metric(
        value=value,
        low=value + float(low),
        high=value + float(high),
        ceiling=ceiling,
        unit="squared discrepancy",
    )
