"""THE TABLE: every kind of nudge and notice, in the order in which reminders are decided.

A reminder comes when `find` gives an occasion (its trigger, and what stops it: `occasions.py`), one for each of
`waits` after the occasion's moment, and is of use for `of_use` from then on: later it does not come any more. `every`
is the least time between two of its kind. A notice has no `find`: it comes with its fact (`notices.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.nudges import occasions
from server.nudges.facts import Facts
from server.nudges.occasions import Occasion
from server.suggestions.reasons import Sentence
from server.texts import say

AT_ONCE = timedelta()
DAY = timedelta(days=1)

# What can be answered to each nudge; the rest of `outcomes` does in one call what the nudge asks for (`acting.py`).
ALWAYS = ("done", "dismissed", "snoozed")
ABOUT_SOMEBODY = (*ALWAYS, "person_stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One reason and one action. `label` is its name where somebody chooses whether it comes."""

    label: Sentence
    title: Sentence
    reason: Sentence
    action: Sentence
    operation: str
    of_use: timedelta
    waits: tuple[timedelta, ...] = (AT_ONCE,)
    every: timedelta = AT_ONCE
    outcomes: tuple[str, ...] = ALWAYS
    find: Callable[[Facts, datetime], Iterator[Occasion]] | None = None

    @property
    def notice(self) -> bool:
        """What somebody did: one for each fact, not rationed."""
        return self.find is None


KINDS: Mapping[str, Kind] = {
    "weekly": Kind(
        label=Sentence("your week, if you chose one message a week"),
        title=Sentence("Your week: one thing waits", "Your week: %(count)d things wait"),
        reason=Sentence("You chose to hear from us once a week."),
        action=Sentence("See what waits"),
        operation="list_nudges",
        find=occasions.of_the_week,
        of_use=7 * DAY,
    ),
    "request_expiring": Kind(
        label=Sentence("requests that are about to expire"),
        title=Sentence("%(name)s's request expires on %(when)s"),
        reason=Sentence("Yes, no or another time: any answer is better than none."),
        action=Sentence("Answer the request"),
        operation="accept_interview",
        find=occasions.expiring,
        waits=(-2 * DAY,),
        of_use=2 * DAY,
        outcomes=(*ABOUT_SOMEBODY, "accepted", "declined"),
    ),
    "thank": Kind(
        label=Sentence("saying thank you after a talk"),
        title=Sentence("Thank %(name)s for the talk"),
        reason=Sentence("Two lines today are worth more than ten next week. We drafted them for you."),
        action=Sentence("Say thank you"),
        operation="get_interview_kit",
        find=occasions.to_thank,
        of_use=DAY,
        outcomes=(*ABOUT_SOMEBODY, "thanked", "not_held"),
    ),
    "digest": Kind(
        label=Sentence("your suggestions, the morning after an event"),
        title=Sentence("The morning after %(event)s"),
        reason=Sentence("You remember them best now: whom to talk to again, and why."),
        action=Sentence("See your suggestions"),
        operation="list_suggestions",
        find=occasions.to_discover,
        of_use=7 * DAY,
    ),
    "note": Kind(
        label=Sentence("writing down what you talked about, once a day of an event"),
        title=Sentence("What did you and %(name)s talk about?"),
        reason=Sentence("A word or two now, and you will know next week who was who."),
        action=Sentence("Write a note"),
        operation="update_connection",
        find=occasions.to_note,
        of_use=timedelta(hours=10),
        outcomes=(*ABOUT_SOMEBODY, "noted"),
    ),
    "request_waiting": Kind(
        label=Sentence("requests that wait for your answer"),
        title=Sentence("%(name)s asked you for a talk"),
        reason=Sentence("They wait for your answer. It expires by itself on %(when)s."),
        action=Sentence("Answer the request"),
        operation="accept_interview",
        find=occasions.waiting,
        waits=(3 * DAY, 7 * DAY),
        of_use=DAY,
        outcomes=(*ABOUT_SOMEBODY, "accepted", "declined"),
    ),
    "debrief": Kind(
        label=Sentence("saying what became of a talk"),
        title=Sentence("How was the talk with %(name)s?"),
        reason=Sentence("One tap says whether it was held. What you write down is yours alone."),
        action=Sentence("Say how it was"),
        operation="record_outcome",
        find=occasions.to_debrief,
        waits=(DAY,),
        of_use=6 * DAY,
        outcomes=(*ABOUT_SOMEBODY, "held", "not_held"),
    ),
    "reminder": Kind(
        label=Sentence("suggestions you have not acted on, three and seven days after an event"),
        title=Sentence("You met %(name)s at %(event)s"),
        reason=Sentence("A short talk soon keeps it from ending with a handshake."),
        action=Sentence("Ask for a talk"),
        operation="request_interview",
        find=occasions.to_follow_up,
        waits=(3 * DAY, 7 * DAY),
        of_use=3 * DAY,
        outcomes=ABOUT_SOMEBODY,
    ),
    "in_touch": Kind(
        label=Sentence("staying in touch"),
        title=Sentence("It has been a while: %(name)s"),
        reason=Sentence("You last had to do with each other on %(since)s. A line is enough."),
        action=Sentence("Say hello"),
        operation="get_connection",
        find=occasions.to_keep_in_touch,
        # The band: from the ideal to the most, then silence until there is a contact again.
        waits=(30 * DAY,),
        of_use=30 * DAY,
        every=7 * DAY,
        outcomes=(*ABOUT_SOMEBODY, "contacted"),
    ),
    "talk_asked": Kind(
        label=Sentence("somebody who asks you for a talk, or for another time"),
        title=Sentence("%(name)s waits for your answer about a talk"),
        reason=Sentence("What they ask and when they could is in the request. It expires on %(when)s."),
        action=Sentence("Answer the request"),
        operation="accept_interview",
        of_use=10 * DAY,
        outcomes=(*ABOUT_SOMEBODY, "accepted", "declined"),
    ),
    "talk_near": Kind(
        label=Sentence("a talk that begins within the hour"),
        title=Sentence("Your talk with %(name)s begins soon"),
        reason=Sentence("It begins on %(begins)s. Your questions and the place are ready."),
        action=Sentence("Prepare for the talk"),
        operation="get_interview_kit",
        of_use=timedelta(hours=1),
    ),
    "both_want_to_talk": Kind(
        label=Sentence("somebody who wants to talk to you, too"),
        title=Sentence("%(name)s wants to talk to you, too"),
        reason=Sentence("You both said yes. Whoever proposes a time first makes it easy for the other."),
        action=Sentence("Find a time"),
        operation="find_common_slots",
        of_use=30 * DAY,
    ),
    "introduction_asked": Kind(
        label=Sentence("somebody who asks you to introduce them"),
        title=Sentence("%(name)s hopes that you can introduce them to somebody"),
        reason=Sentence("You may know just the person. If you do not, say nothing: nobody is told."),
        action=Sentence("See who fits"),
        operation="list_introduction_candidates",
        of_use=14 * DAY,
    ),
    "introduction_offered": Kind(
        label=Sentence("somebody who would introduce you to somebody"),
        title=Sentence("%(name)s would introduce you to somebody"),
        reason=Sentence("Read who it is and what they say. If you say nothing, nobody is told."),
        action=Sentence("Read it"),
        operation="agree_to_be_introduced",
        of_use=10 * DAY,
    ),
    "introduced": Kind(
        label=Sentence("somebody who agreed to be introduced to you"),
        title=Sentence("You and %(name)s are introduced"),
        reason=Sentence("You have each other's card now. A line soon keeps it from going cold."),
        action=Sentence("Ask for a talk"),
        operation="request_interview",
        of_use=30 * DAY,
    ),
    "given_at_stand": Kind(
        label=Sentence("what exhibitors noted that you agreed to"),
        title=Sentence("%(exhibitor)s noted that you agreed at their stand"),
        reason=Sentence(
            "At %(event)s they got what your card for exhibitors gives. If you did not agree, take it back."
        ),
        action=Sentence("Take it back"),
        operation="withdraw_release",
        of_use=30 * DAY,
    ),
    "paper_badge": Kind(
        label=Sentence("how many people scanned your badge at an event where you did not use the app"),
        title=Sentence(
            "One person scanned your badge at %(event)s", "%(count)d people scanned your badge at %(event)s"
        ),
        reason=Sentence(
            "To see who it was, claim your place: sign in to the app with this e-mail address, or give it your ticket."
        ),
        action=Sentence("See who it was"),
        operation="claim_attendance",
        of_use=3 * DAY,
    ),
}

REMINDERS = tuple(name for name, kind in KINDS.items() if not kind.notice)


def kind_label(kind: str, language: str) -> str:
    """A kind's name, for whoever chooses whether it comes."""
    return say(KINDS[kind].label.one, language=language)
