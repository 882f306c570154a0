"""GraphML (graphml.graphdrawing.org), as Gephi and networkx read it: people as nodes, encounters as edges."""

import re
from pathlib import Path
from typing import BinaryIO, TextIO
from xml.sax.saxutils import escape, quoteattr

from server.exports.columns import Column
from server.exports.writing.about import About, read_rows

TYPES = {"text": "string", "integer": "long", "decimal": "double", "boolean": "boolean", "time": "string"}
# What XML 1.0 has no way to write (section 2.2, Char); surrogates and U+0000 come from no database.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_graphml(path: Path, about: About, rows: BinaryIO) -> None:
    """Of `about.columns` those that begin with `node.` belong to nodes, after the first, their id; the others to edges,
    after the ids of their two ends."""
    nodes = [column for column in about.columns if column.name.startswith("node.")][1:]
    edges = [column for column in about.columns if not column.name.startswith("node.")][2:]
    with path.open("w", encoding="utf-8") as file:
        _head(file, about, nodes, edges)
        read = read_rows(rows)
        for row in read:
            if not row:
                break
            file.write(f"<node id={_attribute(row[0])}>{_data('n', row[1:])}</node>\n")
        for row in read:
            file.write(
                f"<edge source={_attribute(row[0])} target={_attribute(row[1])}>{_data('e', row[2:])}</edge>\n"
            )
        file.write("</graph>\n</graphml>\n")


def _head(file: TextIO, about: About, nodes: list[Column], edges: list[Column]) -> None:
    file.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation='
        '"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
        f"<desc>{_text(' '.join([about.title + '.', *about.notes]))}</desc>\n"
    )
    for side, letter, columns in (("node", "n", nodes), ("edge", "e", edges)):
        for place, column in enumerate(columns):
            name = column.name.removeprefix("node.")
            file.write(
                f'<key id="{letter}{place}" for="{side}" attr.name={_attribute(name)} '
                f'attr.type="{TYPES[column.type]}"><desc>{_text(column.meaning)}</desc></key>\n'
            )
    file.write('<graph id="encounters" edgedefault="undirected">\n')


def _data(letter: str, cells: list[str]) -> str:
    return "".join(
        f'<data key="{letter}{place}">{_text(cell)}</data>' for place, cell in enumerate(cells) if cell
    )


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("", text))
