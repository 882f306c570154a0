"""`make audit`: is anything that we pin known to be vulnerable? Ends with 1 if so; says it if nobody could be asked."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PINNED = ("requirements.txt", "requirements-dev.txt", "requirements-contract.txt", "requirements-uv.txt")
PATIENCE = 300  # seconds for a file


def asked(pins: str) -> list[dict[str, Any]]:
    """What pip-audit found of each package; nothing at all if it came to no end."""
    program = Path(sys.executable).with_name("pip-audit")
    words = (
        "--requirement",
        pins,
        "--disable-pip",
        "--require-hashes",
        "--format=json",
        "--progress-spinner=off",
    )
    try:
        ended = subprocess.run(  # noqa: S603
            [program, *words], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return json.loads(ended.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return []


def report(pins: str, packages: Sequence[dict[str, Any]]) -> tuple[bool, list[str]]:
    """Whether it is sound as far as is known, and what to print."""
    answered = [package for package in packages if "vulns" in package]
    found = [
        f"{pins}: {package['name']} {package['version']}: {flaw['id']}, mended in {flaw['fix_versions']}"
        for package in answered
        for flaw in package["vulns"]
    ]
    lines = [*found, f"{pins}: {len(answered)} packages audited, {len(found)} advisories."]
    if len(answered) < len(packages) or not packages:
        missing = f"{len(packages) - len(answered)} packages" if packages else "all of it"
        lines.append(f"{pins}: NOT AUDITED: {missing}; the index's advisories could not be asked.")
    return not found, lines


def main() -> None:
    sound = True
    for pins in PINNED:
        good, lines = report(pins, asked(pins))
        sound &= good
        print("\n".join(lines))  # noqa: T201
    sys.exit(not sound)


if __name__ == "__main__":
    main()
