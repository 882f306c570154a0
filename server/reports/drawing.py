"""Charts become SVG, by Vega in a process of its own.

Vega's JavaScript engine keeps Python's lock while it draws (a second the first time), so that in a thread of the server
every request would wait. A child of its own can also be ended when it takes too long, and gives its memory back.
"""

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from typing import Any, Final

AT_MOST: Final = 60.0  # seconds
PLACES: Final = re.compile(r' (?:d|transform)="[^"]*"')


async def draw(specs: Sequence[dict[str, Any]]) -> list[str]:
    """Each Vega-Lite specification as an SVG. Raises TimeoutError, or RuntimeError where one cannot be drawn."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(AT_MOST):
            drawn, _ = await child.communicate(json.dumps(list(specs)).encode())
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise RuntimeError(f"drawing ended with {child.returncode}")
    return json.loads(drawn)


def main() -> None:
    """Specifications come as JSON on standard input. Nothing is fetched, whatever they say."""
    import vl_convert  # noqa: PLC0415  (for the child alone)

    specs = json.load(sys.stdin)
    drawn = [vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]) for spec in specs]
    json.dump([PLACES.sub(_rounded, picture) for picture in drawn], sys.stdout)


def _rounded(places: re.Match[str]) -> str:
    """A tenth of a pixel is enough; Vega writes fifteen digits."""
    return re.sub(r"(\.\d)\d+", r"\1", places[0])


if __name__ == "__main__":
    main()
