"""How many threads one search takes: one. Several queries at a time take one each.

A team of BLAS threads spins between products of matrices: at 19,406 products a hundred results took 17 ms of CPU with two
threads and 6 with one, and four queries at once were answered twice as slowly. Above lies `live`.
"""

from __future__ import annotations

from functools import cache

from threadpoolctl import threadpool_limits


@cache
def one_blas_thread() -> None:
    """For the whole process, once: numpy is used for nothing else in it."""
    threadpool_limits(limits=1, user_api="blas")
