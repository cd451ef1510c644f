"""Whether two rankings differ by more than chance: paired randomisation over queries (pure).

Smucker, Allan and Carterette 2007: under the null hypothesis each query's two scores might as well be swapped.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_ROUNDS = 10_000
_AT_ONCE = 1000


def randomisation_p(first: Sequence[float], second: Sequence[float], *, seed: int = 7, rounds: int = _ROUNDS) -> float:
    """Two-sided: the share of random swaps whose mean difference is at least the one seen. 1.0 of nothing."""
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} scores are no pairs")
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    if not differences.any():
        return 1.0
    seen = abs(float(differences.sum())) - 1e-12
    chance = np.random.default_rng(seed)
    as_far = 0
    for start in range(0, rounds, _AT_ONCE):
        signs = chance.choice((-1.0, 1.0), size=(min(_AT_ONCE, rounds - start), len(differences)))
        as_far += int(np.count_nonzero(np.abs(signs @ differences) >= seen))
    return (as_far + 1) / (rounds + 1)
