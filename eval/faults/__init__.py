"""The fault matrix, F1 to F15: each fault against real servers, and a history checker that judges what is left of the log.

`aisle eval faults` runs it; docs/faults.md has the table. Below: eval.kill, eval.servers, the public channels.
"""
