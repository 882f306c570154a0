"""What we build on may be given away under our MIT licence."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

FREE = re.compile(
    r"(MIT|MIT-0|MIT-CMU|BSD|BSD-[23]-Clause|0BSD|ISC|ISCL|Apache|Apache-2\.0|PSF-2\.0|Python Software Foundation|Zlib"
    r"|CC0-1\.0|The Unlicense|Unlicense|MPL-2\.0|Mozilla Public|OSI Approved|dependency licenses)\b.*"
)
KNOWN = {"qrcode": "BSD; its other licence is that of the name 'QR code', which is Denso Wave's trademark"}


def licences_of(package: str) -> list[str]:
    """As the package says: by SPDX, else by its classifiers, else by the first line of its text."""
    said = metadata(package)
    classified = [
        name.rsplit(" :: ", 1)[-1] for name in said.get_all("Classifier", []) if name.startswith("License ::")
    ]
    text = said.get("License-Expression") or "; ".join(classified) or said.get("License", "").splitlines()[0]
    return [one.strip("()") for one in re.split(r" AND | OR |; |, ", text)]


def test_every_package_that_is_pinned_here_is_free():
    pinned = re.findall(r"^([a-z0-9][\w.-]*)==", Path("requirements-dev.txt").read_text(), re.MULTILINE)
    wrong = {}
    for package in set(pinned) - set(KNOWN):
        try:
            licences = licences_of(package)
        except PackageNotFoundError:  # for another system than this
            continue
        if not licences or not all(FREE.fullmatch(licence) for licence in licences):
            wrong[package] = licences
    assert wrong == {}
