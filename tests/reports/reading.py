"""A report's page as figures and tables again."""

import html
import re


def figures_on(page: str) -> dict[str, float | None]:
    found = re.findall(r'<data id="([^"]+)" value="([^"]*)">', page)
    return {name: float(value) if value else None for name, value in found}


def table_on(page: str, section: str) -> list[list[str]]:
    """The rows under the table's head, as they are read."""
    found = re.search(rf'<table id="{section}-table">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert found, f"no table of {section}"
    return [
        [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", found[1])
    ]


def whole(said: str) -> int | None:
    return None if said == "not shown" else int(said.replace(",", ""))


def bounds(said: str) -> range:
    """What a cell of the distribution covers: "nobody", one number to another, "55 or more"."""
    if said == "nobody":
        return range(1)
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    return range(numbers[0], numbers[1] + 1 if len(numbers) == 2 else 1_000_000)
