"""What a file says of itself, from the code that makes it."""

from collections.abc import Iterator

from server.csv_writer import write_rows
from server.exports.columns import Column, columns_of
from server.exports.models import Export
from server.exports.rules import ROWS_OF_PEOPLE
from server.exports.writing.about import About
from server.texts import say


def about(export: Export) -> About:
    return About(export.kind.replace("_", " ").capitalize(), columns(export), list(notes(export)))


def columns(export: Export) -> list[Column]:
    """Those of the table; those of a graph's nodes and edges."""
    table = columns_of(export.kind, export.people)
    if export.format != "graphml":
        return table
    names = say("The node's name: one that holds in this one file only.")
    nodes = [Column("node.id", "text", names)]
    if export.people == "names":
        nodes.append(Column("node.label", "text", say("The person's name, as on the event's list.")))
    nodes.append(
        Column(
            "node.type",
            "text",
            say("The person's type; absent where it would tell of fewer than five people."),
        )
    )
    ends = [Column("source", "text", names), Column("target", "text", names)]
    return [*nodes, *ends, *(column for column in table if column.name in {"first_met_hour", "mutual"})]


def notes(export: Export) -> Iterator[str]:
    if export.read_at is not None:
        yield say("As of %(moment)s.", moment=f"{export.read_at:%Y-%m-%dT%H:%M:%SZ}")
    if export.cut_type is not None:
        yield say(
            "Only rows in which everybody is of the type “%(type)s”; the whole file says nothing else of them.",
            type=export.cut_type,
        )
    if export.people == "names":
        yield say(
            "Only rows in which everybody agreed to be named; %(count)d others are left out. Whoever is named was told,"
            " and can take it back.",
            count=export.left_out or 0,
        )
        yield say(
            "Where one to four people of a type did not agree, some who did are left out with them, so that nobody is"
            " found by counting."
        )
    elif export.kind in ROWS_OF_PEOPLE:
        yield say(
            "People have names that hold in this file only, from a key that nobody kept: no other file and no list of"
            " ours can be joined to it. Rows are in no order."
        )
        yield say(
            "What fewer than five people share is left empty, also where it could be had by subtracting."
        )
    else:
        yield say("Every figure tells of five people or more; smaller ones are suppressed.")
    if export.kind == "scans":
        yield say(
            "Who came through a door or visited a stand bears no name: they are known there, and would tell who the"
            " others are."
        )


def as_csv(export: Export) -> bytes:
    """The dictionary as a file beside a CSV, which has no place for it."""
    told = about(export)
    rows = [(column.name, column.type, column.meaning) for column in told.columns]
    rows += [("", "", note) for note in told.notes]
    return b"".join(write_rows(("column", "type", "meaning"), rows))
