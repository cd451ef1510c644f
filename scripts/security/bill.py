"""Completes the bill of materials of what is locked with the licences of what is installed, and takes out what says nothing.

`cyclonedx-py requirements` knows version and hashes of every locked package and no licence; `cyclonedx-py environment` knows the
licences of what is here, which may be another version and holds the tools of development as well.
Usage: bill.py LOCKED INSTALLED > BILL
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

READ = {
    "async-timeout": "Apache-2.0",
    "httpx2-jsfetch": "BSD-3-Clause",
    "protobuf": "BSD-3-Clause",
}
"""Of packages whose metadata hold no licence, or which no installation on this system has: as their own files say."""


def completed(locked: dict[str, Any], installed: dict[str, Any]) -> dict[str, Any]:
    """Raises LookupError for a package without a licence."""
    known = {_name(one): one["licenses"] for one in installed["components"] if one.get("licenses")}
    read = {name: [{"license": {"acknowledgement": "concluded", "id": told}}] for name, told in READ.items()}
    parts = []
    for one in locked["components"]:
        licences = known.get(_name(one)) or read.get(_name(one))
        if licences is None:
            raise LookupError(f"{one['name']} says no licence: read it, and name it in {Path(__file__).name}")
        parts.append({key: value for key, value in one.items() if key != "description"} | {"licenses": licences})
    return {**locked, "components": parts}


def _name(component: dict[str, Any]) -> str:
    return re.sub(r"[-_.]+", "-", str(component["name"])).lower()


def main() -> int:
    locked, installed = (json.loads(Path(file).read_text(encoding="utf-8")) for file in sys.argv[1:])
    json.dump(completed(locked, installed), sys.stdout, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
