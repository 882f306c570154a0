"""What stands in which column. Said once for each kind of export: every format, the dictionary and the contract say
it from here."""

from dataclasses import dataclass
from typing import Literal

from server.exports.rules import NAMEABLE, Kind
from server.texts import say

Type = Literal["text", "integer", "decimal", "boolean", "time"]


@dataclass(frozen=True, slots=True)
class Column:
    """`type`: `text`, `integer`, `decimal`, `boolean` or `time` (UTC, whole seconds)."""

    name: str
    type: Type
    meaning: str


def columns_of(kind: str, people: str) -> list[Column]:
    return _named(kind) if people == "names" else _tables()[kind]


def listing() -> str:
    """All of them, for the contract, in Markdown."""
    tables = [(f"`{kind}`", columns) for kind, columns in _tables().items()]
    tables += [(f"`{kind}` with `names`", _named(kind)) for kind in sorted(NAMEABLE)]
    return "\n\n".join(
        f"{title}: " + "; ".join(f"`{column.name}` ({column.type})" for column in columns) + "."
        for title, columns in tables
    )


def _tables() -> dict[str, list[Column]]:
    tables: dict[Kind, list[Column]] = {
        "connection_stats": [
            Column("figure", "text", say("Which figure, as in the event's connection stats.")),
            Column("type", "text", say("Of which type of attendees, where the figure is cut by type.")),
            Column("other_type", "text", say("The other type, where the figure is about two.")),
            Column("hour", "text", say("Of which hour in the event's time zone, where it is cut by hour.")),
            Column("value", "decimal", say("The figure; empty where it is suppressed or not known.")),
            Column("suppressed", "boolean", say("Whether the value is left empty.")),
            Column("meaning", "text", say("What the figure counts.")),
        ],
        "follow_up": [
            Column("step", "text", say("A step on the way from an encounter to a talk, in order.")),
            Column("pairs", "integer", say("Pairs of people who came so far; empty where suppressed.")),
            Column("share_of_met", "decimal", say("The same as a share of all pairs who met, 0 to 1.")),
            Column("share_of_step_before", "decimal", say("The same as a share of the step before, 0 to 1.")),
            Column(
                "median_days",
                "decimal",
                say(
                    "Days from the encounter to this step, for half of the pairs at most; empty for fewer than five "
                    "people."
                ),
            ),
            Column("meaning", "text", say("What the step counts.")),
        ],
        "leads": [
            Column("exhibitor", "text", say("The exhibitor's name.")),
            Column("booth", "text", say("Where its stand is.")),
            Column(
                "leads",
                "integer",
                say("Visitors whose leads stand, rounded down to fives; withdrawn ones do not count."),
            ),
        ],
        "attendees": [
            _person("person"),
            _type("type", say("The person's type; empty where it would tell of fewer than five people.")),
            Column(
                "encounters_from",
                "integer",
                say("The person met so many others at least; a range that five people or more share."),
            ),
            Column("encounters_to", "integer", say("And so many at most; empty for no upper bound.")),
        ],
        "connections": [
            _person("person_a"),
            _person("person_b"),
            _type("type_a", say("The type of `person_a`; empty where it would tell of fewer than five people.")),
            _type("type_b", say("The type of `person_b`; empty where it would tell of fewer than five people.")),
            Column(
                "first_met_hour",
                "time",
                say("The hour of their first scan, in UTC; empty where fewer than five people share it."),
            ),
            Column("mutual", "boolean", say("Whether each scanned the other.")),
        ],
        "scans": [
            Column(
                "hour",
                "time",
                say("The hour in which it was captured, in UTC; empty where fewer than five people share it."),
            ),
            Column(
                "purpose",
                "text",
                say("`meet`, `entry`, `exit` or `lead`; what fewer than five people share is left out."),
            ),
            _person("scanner"),
            _person("scanned"),
            _type("scanner_type", say("The scanner's type; empty where it would tell of fewer than five people.")),
            _type(
                "scanned_type",
                say("The type of who was scanned; empty where it would tell of fewer than five people."),
            ),
        ],
    }  # fmt: skip
    return {**tables}


def _named(kind: str) -> list[Column]:
    if kind == "attendees":
        return [
            Column("name", "text", say("The person's name, as on the event's list.")),
            Column("organisation", "text", say("The person's organisation, as on the event's list.")),
            Column("role", "text", say("The person's role, as on the event's list.")),
            Column("type", "text", say("The person's type.")),
            Column("encounters", "integer", say("How many others the person met.")),
        ]
    return [
        Column("name_a", "text", say("One person's name, as on the event's list.")),
        Column("organisation_a", "text", say("Their organisation, as on the event's list.")),
        Column("name_b", "text", say("The other person's name.")),
        Column("organisation_b", "text", say("The other person's organisation.")),
        Column("first_met_hour", "time", say("The hour of their first scan, in UTC.")),
        Column("mutual", "boolean", say("Whether each scanned the other.")),
    ]


def _person(name: str) -> Column:
    return Column(
        name,
        "text",
        say("A name that holds in this one file only; empty where the person could be told by it."),
    )


def _type(name: str, meaning: str) -> Column:
    return Column(name, "text", meaning)
