"""How are numbers, hours and groups said?"""

from datetime import datetime

from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_decimal, format_percent

from server.stats.distribution import Met
from server.texts import say

LANGUAGE = "en"


def number(value: float | None) -> str:
    return say("not shown") if value is None else format_decimal(value, locale=LANGUAGE)


def share(value: float) -> str:
    """As whole per cents; below ten, where they tell more, with a decimal."""
    return format_percent(value, format="0.#%" if value < 0.1 else "0%", locale=LANGUAGE)


def day_name(local: str) -> str:
    return format_skeleton("EEEEMMMMd", datetime.fromisoformat(local), locale=LANGUAGE)


def days(first: datetime, last: datetime) -> str:
    return format_interval(first.date(), last.date(), "yMMMMd", locale=LANGUAGE)


def moment(local: datetime) -> str:
    return say("%(day)s, %(time)s", day=format_date(local, "long", locale=LANGUAGE), time=f"{local:%H:%M}")


def clock(local: str) -> str:
    return say("%(time)s on %(day)s", time=local[11:16], day=day_name(local))


def group_name(kind: str | None) -> str:
    return say("small groups") if kind is None else kind


def encounters_each(met: Met) -> str:
    if met.fewest == 0:
        return say("nobody")
    if met.most is None:
        return say("%(fewest)s or more", fewest=met.fewest)
    return f"{met.fewest}–{met.most}"  # noqa: RUF001  (an en dash, as ranges are printed)
