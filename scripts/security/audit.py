"""Asks pip-audit about every package of requirements.lock, and tells an answer from no answer.

pip-audit calls a package that its source does not know "skipped" and ends with "no known vulnerabilities" all the same: behind
a mirror without PyPI's advisories it would praise what nobody looked at. Exit 0: all were looked at, none is known. 1: some are
known, named. 3: not done, wholly or for some, which says nothing about them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

NOT_DONE = 3


def judged(report: dict[str, list[dict[str, Any]]]) -> tuple[int, list[str]]:
    """The exit code and the lines to say."""
    packages = report.get("dependencies", [])
    skipped = [str(one["name"]) for one in packages if "skip_reason" in one]
    known = [f"{one['name']} {one['version']}: {trouble['id']}" for one in packages for trouble in one.get("vulns", ())]
    looked = len(packages) - len(skipped)
    lines = [f"{looked} of {len(packages)} packages were looked at, {len(known)} known vulnerabilities", *known]
    if known:
        return 1, lines
    if skipped or not packages:
        told = ", ".join(skipped[:5]) + (" …" if len(skipped) > 5 else "")
        return NOT_DONE, [*lines, f"no advisories are reached from here for {len(skipped)} of them ({told})"]
    return 0, lines


def main() -> int:
    command, lock = sys.argv[1:]
    asked = [command, "--disable-pip", "--require-hashes", "-r", lock, "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    try:
        code, lines = judged(json.loads(done.stdout))
    except ValueError:  # nothing or an error instead of a report: no network, say
        code, lines = NOT_DONE, [f"pip-audit gave no report: {done.stderr.strip()[-300:]}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
