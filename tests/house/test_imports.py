"""A process that serves holds nothing that few requests, or only workers and children, have a use for."""

import subprocess
import sys

SELDOM = ("alembic", "jinja2", "markdown_it", "networkx", "reportlab", "typer", "vl_convert", "xlsxwriter")


def test_the_app_imports_nothing_heavy_that_few_requests_need():
    said = subprocess.check_output(  # noqa: S603  (our own program)
        [sys.executable, "-c", f"import sys, server.app; print([m for m in {SELDOM} if m in sys.modules])"],
        text=True,
    )
    assert said == "[]\n"
