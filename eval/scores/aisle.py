"""`python -m eval.scores.aisle …`: the command line of this environment, whatever else is called aisle on the PATH."""

from __future__ import annotations

from channels.command_line.main import main

if __name__ == "__main__":
    main()
