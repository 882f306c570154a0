"""A process that draws one print and ends: drawing keeps a core busy for seconds, which no server has time for.

Standard input: a line of JSON with the file's path and the looks, then a line for each badge. Standard output: a line
of JSON for each step done, the last with what came of it. It ends when nobody listens to it any more.
"""

import json
import os
import sys
from pathlib import Path

from server.badges.printing.layout import Wearer
from server.badges.printing.order import filed
from server.badges.printing.sheet import print_sheets

STEP = 200  # badges between two words about how far it is


def main() -> None:
    os.nice(5)  # requests come first
    looks = json.loads(sys.stdin.readline())
    path, order = Path(looks.pop("path")), looks.pop("order")
    places = [json.loads(line) for line in sys.stdin]
    badges = sorted(
        ((Wearer(*facts), place) for place, *facts in places), key=lambda badge: filed(badge[0], order)
    )
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        if done >= told + STEP:
            told = done
            say({"done": done})

    with path.open("wb") as file:
        printed = print_sheets(file, [wearer for wearer, _ in badges], told=tell, **looks)
    incomplete = [badges[n][1] for n in printed.incomplete]
    say({"done": printed.badges, "pages": printed.pages, "incomplete": incomplete})


def say(facts: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
