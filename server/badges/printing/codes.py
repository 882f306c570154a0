"""What is dark in each code? Drawn in a process beside, since that is more than half of the work on a print.

`python -m server.badges.printing.codes`: the address on the first line of standard input, then a code on each; on
standard output a line of PDF operators for each. It ends when nobody listens to it any more.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence

from server.badges.drawing import dark_rectangles, qr_matrix

FEW = 200  # badges that are drawn sooner than another process starts


def code_path(url_prefix: str, code: str) -> bytes:
    """A badge's code as one path of few rectangles, in units of a module from the lower left: one fill, so that no
    seams show. Raises CodeTooLong where the public address does not fit, which the server refuses to start with."""
    matrix = qr_matrix(url_prefix, code)
    modules = len(matrix)
    return b" ".join(
        b"%d %d %d %d re" % (left, modules - top - height, width, height)
        for left, top, width, height in dark_rectangles(matrix)
    )


def code_paths(url_prefix: str, codes: Sequence[str]) -> Iterator[bytes]:
    """The path of each code, in order; many are drawn ahead while the rest of a badge is drawn here."""
    if len(codes) <= FEW:
        yield from (code_path(url_prefix, code) for code in codes)
        return
    command = [sys.executable, "-m", "server.badges.printing.codes"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as beside:  # noqa: S603
        assert beside.stdin is not None  # noqa: S101  (pipes, as asked for)
        assert beside.stdout is not None  # noqa: S101
        beside.stdin.write("\n".join((url_prefix, *codes)).encode())
        beside.stdin.close()
        yield from (line.rstrip() for line in beside.stdout)


def main() -> None:
    url_prefix, *codes = sys.stdin.read().split("\n")
    for code in codes:
        sys.stdout.buffer.write(code_path(url_prefix, code) + b"\n")


if __name__ == "__main__":
    main()
