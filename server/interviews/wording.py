"""What to say before, at the end of and after a talk: words to use as they are, decided without I/O.

Honest ones: a job offer is not to be expected, and who needs something says so. They are the reader's own to say;
nothing here goes anywhere by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.interviews.question_bank import Edition
from server.interviews.states import Side
from server.suggestions.reasons import Sentence

ASKER, HOST = Side.ASKER, Side.HOST
SEEKING, SETTLED = Edition.SEEKING, Edition.SETTLED

OPENINGS: Mapping[tuple[Side, str], Sentence] = {
    (ASKER, "learn"): Sentence(
        "Thank you for taking the time. I would like to learn how you do this. I brought a few questions, and I will "
        "watch the clock so that you need not."
    ),
    (ASKER, "explore_role"): Sentence(
        "Thank you for taking the time. I would like to know what this work is really like, and I would rather ask "
        "somebody who does it than guess."
    ),
    (ASKER, "job_search"): Sentence(
        "Thank you for taking the time. To be open with you: I am looking for a job. I do not expect one from you. "
        "What would help me is to hear how things look from the inside."
    ),
    (ASKER, "exchange"): Sentence(
        "I am glad this worked out. Shall we each say how we do it, and see what is worth borrowing?"
    ),
    (ASKER, "advice"): Sentence(
        "Thank you for taking the time. There is something I have to decide, and I would like to hear how you see it. "
        "Please be frank."
    ),
    (ASKER, "hiring"): Sentence(
        "Thank you for taking the time. To be open with you: I am looking for somebody to work with us. I would like "
        "to hear what matters to you, and whom you would think of. Nothing has to be decided today."
    ),
    (HOST, "learn"): Sentence(
        "Good to see you again. I read what you asked. Tell me what you know already, and I will go on from there."
    ),
    (HOST, "explore_role"): Sentence(
        "Good to see you again. I am happy to tell you what this work is like, on good days and on bad ones. Where "
        "shall I begin?"
    ),
    (HOST, "job_search"): Sentence(
        "Good to see you again. I cannot promise you a job, but I can tell you what I know, and perhaps whom to ask. "
        "What are you looking for?"
    ),
    (HOST, "exchange"): Sentence(
        "Good to see you again. Shall I tell you first how we do it, or will you begin?"
    ),
    (HOST, "advice"): Sentence(
        "Good to see you again. Tell me the whole story first. Then I will say what I would look at."
    ),
    (HOST, "hiring"): Sentence(
        "Good to see you again. Tell me about the work and the people. Then I will say honestly whether it is for me, "
        "or for somebody I know."
    ),
}

BEGIN_WITH_NOTE = Sentence("You noted something when you met. It makes a good beginning.")
OPENING_HINTS: Mapping[tuple[Side, Edition], Sequence[Sentence]] = {
    (ASKER, SEEKING): (
        Sentence("Say in one sentence what you hope to take home, then ask."),
        Sentence(
            "If you are looking for work, say so once, early, and leave it there. Do not expect a job offer: what you "
            "get today is knowledge, and perhaps a name."
        ),
    ),
    (ASKER, SETTLED): (
        Sentence("Say in one sentence what you hope to take home, then ask."),
        Sentence("Nothing hangs on this talk, so be curious. And listen for something you could do for them."),
    ),
    (HOST, SEEKING): (
        Sentence("They asked, so let them begin. Ask back whatever you would like to know."),
        Sentence("If you could use something yourself, say so once their question is answered."),
    ),
    (HOST, SETTLED): (
        Sentence("They asked, so let them begin. Ask back whatever you would like to know."),
        Sentence("You need not have an answer to everything. “I do not know, but I know who does” helps too."),
    ),
}  # fmt: skip

CLOSINGS: Mapping[Side, Sentence] = {
    ASKER: Sentence(
        "Our time is nearly up. Thank you, this helped me. May I tell you how it goes? And is there anything I can do "
        "for you?"
    ),
    HOST: Sentence(
        "Our time is nearly up. Did you get what you came for? If I think of something later, I will send it to you."
    ),
}
CLOSING_HINTS: Mapping[Side, Sequence[Sentence]] = {
    ASKER: (
        Sentence("If you need something, say what: a name, a document, ten minutes in a month."),
        Sentence("Stop on time, also when it goes well. They will gladly talk to you again."),
    ),
    HOST: (
        Sentence("Promise only what you will do this week."),
        Sentence("Stop on time, also when it goes well."),
    ),
}

THANKS: Mapping[tuple[Side, str], Sentence] = {
    (ASKER, "learn"): Sentence(
        "Thank you for our talk. I came with questions and left with things to try, and I will tell you how they go. "
        "If there is something I can do for you, just say so."
    ),
    (ASKER, "explore_role"): Sentence(
        "Thank you for our talk. Now I can picture your work, the hard parts too, and that is just what I was missing. "
        "If there is something I can do for you, just say so."
    ),
    (ASKER, "job_search"): Sentence(
        "Thank you for our talk, and for being so open. I know better now where to look, and I will tell you where I "
        "end up. If there is something I can do for you, just say so."
    ),
    (ASKER, "exchange"): Sentence(
        "Thank you for our talk. There are things in how you work that I want to try here. If you try something of "
        "ours, I would love to hear how it went."
    ),
    (ASKER, "advice"): Sentence(
        "Thank you for our talk. I see it more clearly now, and I will tell you what I decide. If there is something "
        "I can do for you, just say so."
    ),
    (ASKER, "hiring"): Sentence(
        "Thank you for our talk, and for being so frank. If somebody comes to mind, or if you would like to know more "
        "yourself, a line is enough. And if there is something I can do for you, just say so."
    ),
    (HOST, "learn"): Sentence("It was good to talk. Tell me how it goes, and write if you get stuck."),
    (HOST, "explore_role"): Sentence(
        "It was good to talk. I hope you can picture it better now. If another question comes up, write to me."
    ),
    (HOST, "job_search"): Sentence(
        "It was good to talk. I will keep my ears open, and I would like to hear where you end up."
    ),
    (HOST, "exchange"): Sentence(
        "It was good to talk. There are things in how you work that I want to try here. If you try something of ours, "
        "I would love to hear how it went."
    ),
    (HOST, "advice"): Sentence(
        "It was good to talk. You know your situation better than I do, so trust yourself. I would like to hear what "
        "you decide."
    ),
    (HOST, "hiring"): Sentence(
        "It was good to hear about the work and the people. I will think about whom it might suit, and write if "
        "somebody comes to mind."
    ),
}
GREETING = Sentence("Hello %(name)s,")
GREETING_WITHOUT_NAME = Sentence("Hello,")
THANKS_HINT = Sentence("Add one thing they said that stayed with you, and send it within a day.")

DEBRIEF: Mapping[tuple[Side, Edition], Sequence[Sentence]] = {
    (ASKER, SEEKING): (
        Sentence("What did I not expect to hear?"),
        Sentence("Can I see myself doing this? What speaks for it, what against?"),
        Sentence("What did I promise, and until when?"),
    ),
    (ASKER, SETTLED): (
        Sentence("What did I not expect to hear?"),
        Sentence("What will I do differently, and who at work should hear of it?"),
        Sentence("What did I promise, and until when?"),
    ),
    (HOST, SEEKING): (
        Sentence("What did I learn from them?"),
        Sentence("What did they say that matters for my own next step?"),
        Sentence("What did I promise, and until when?"),
    ),
    (HOST, SETTLED): (
        Sentence("What did I learn from them?"),
        Sentence("Who among those I know would they enjoy meeting?"),
        Sentence("What did I promise, and until when?"),
    ),
}

WHO_NEXT: Mapping[Side, Sentence] = {
    ASKER: Sentence("Did they name somebody? Write it down now, and ask for an introduction while they remember."),
    HOST: Sentence("Did you think of somebody they should meet? Ask that person first, then introduce the two."),
}  # fmt: skip
GIVE_WHAT_THEY_ASK = Sentence("They ask for “%(ask)s”, and you offer “%(offer)s”: take the first step.")
HELP_WITH = Sentence("They ask for “%(ask)s”. Can you help, or do you know who can?")
SMALL_THING = Sentence(
    "Think of one small thing that would help them: a link, a name, a second pair of eyes."
)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and what it names."""

    sentence: Sentence
    facts: Mapping[str, str]


def opening_hints(side: Side, edition: Edition, *, noted: bool) -> list[Sentence]:
    return [*([BEGIN_WITH_NOTE] if noted else []), *OPENING_HINTS[side, edition]]


def what_i_can_do(asks: Sequence[str], match: Mapping[str, str] | None) -> list[Line]:
    """`asks`: theirs, as I may see them; `match`: one of them that an offer of mine meets."""
    lines = [Line(GIVE_WHAT_THEY_ASK, match)] if match else []
    others = [ask for ask in asks if match is None or ask != match["ask"]]
    lines += [Line(HELP_WITH, {"ask": ask}) for ask in others[: 2 - len(lines)]]
    return lines or [Line(SMALL_THING, {})]
