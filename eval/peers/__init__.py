"""Aisle's search beside those of LangChain, txtai, LanceDB and Qdrant: same products, same vectors, one run.

`setup.sh` makes the peers' own environment; `python -m eval.peers --data DIR` measures. Each system runs in a process of its
own, whose side is `searching` with one module a system; `comparison` starts them and compares.
"""
