"""What could one ask? Questions by theme, written to be said aloud, each for the talks in which it makes sense.

`Sentence` marks them for translation (`server/texts/update.py`).
"""

from dataclasses import dataclass
from enum import StrEnum, auto

from server.interviews.states import Side
from server.suggestions.reasons import Sentence


class Theme(StrEnum):
    """In the order in which they are best asked: what is easily told first, whom to meet next last."""

    PATH = auto()
    ENJOYMENT = auto()
    CHALLENGES = auto()
    PRACTICES = auto()
    TRENDS = auto()
    WHO_ELSE = auto()


class Edition(StrEnum):
    """For whom: somebody who thinks about the next step, or somebody who is content. The reader's alone."""

    SEEKING = auto()
    SETTLED = auto()


class Ground(StrEnum):
    """What the two have in common that a question can be about: they offer what I ask, they ask, we share a field."""

    OFFER = auto()
    ASK = auto()
    INDUSTRY = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """Without side or edition: for both; without `purposes`: for every one."""

    theme: Theme
    sentence: Sentence
    side: Side | None = None
    purposes: tuple[str, ...] = ()
    edition: Edition | None = None
    ground: Ground | None = None


ASKER, HOST = Side.ASKER, Side.HOST
SEEKING, SETTLED = Edition.SEEKING, Edition.SETTLED

_PATH = Theme.PATH
_ENJOYMENT = Theme.ENJOYMENT
_CHALLENGES = Theme.CHALLENGES
_PRACTICES = Theme.PRACTICES
_TRENDS = Theme.TRENDS
_WHO_ELSE = Theme.WHO_ELSE

SUBJECT = ("learn", "exchange")
WORK = ("explore_role", "job_search")

BANK: tuple[Question, ...] = (
    # How they came to where they are.
    Question(_PATH, Sentence("How did you come to do what you do now? How much of it was chance?"), ASKER),
    Question(_PATH, Sentence("What keeps you where you are?"), ASKER, edition=SETTLED),
    Question(
        _PATH,
        Sentence("What do you know now that you wish you had known at the start?"),
        ASKER,
        (*SUBJECT, *WORK),
    ),
    Question(_PATH, Sentence("What helped you most to get into this work?"), ASKER, WORK),
    Question(_PATH, Sentence("If you were starting over today, how would you get in?"), ASKER, WORK, SEEKING),
    Question(
        _PATH,
        Sentence("Who or what helped you when you had to decide something like this?"),
        ASKER,
        ("advice",),
    ),
    Question(
        _PATH,
        Sentence("Why did you choose the job you have over the others you could have had?"),
        ASKER,
        ("hiring",),
    ),
    Question(_PATH, Sentence("What made you curious about this?"), HOST, (*SUBJECT, "explore_role")),
    Question(_PATH, Sentence("Where would you like this to take you?"), HOST, (*SUBJECT, *WORK)),
    Question(_PATH, Sentence("What would a good next step look like for you, a year from now?"), HOST, WORK),
    Question(_PATH, Sentence("How did this question come up?"), HOST, ("advice",)),
    Question(_PATH, Sentence("What became of the last person who did this job?"), HOST, ("hiring",)),
    # What they enjoy.
    Question(
        _ENJOYMENT, Sentence("When did you last lose track of time at work? What were you doing?"), ASKER
    ),
    Question(_ENJOYMENT, Sentence("Which part of your week do you look forward to?"), ASKER),
    Question(
        _ENJOYMENT,
        Sentence("What would you do more of if your week had room for it?"),
        ASKER,
        edition=SETTLED,
    ),
    Question(_ENJOYMENT, Sentence("What would you miss most if you left tomorrow?"), ASKER, edition=SEEKING),
    Question(_ENJOYMENT, Sentence("What do the people who love this work have in common?"), ASKER, WORK),
    Question(
        _ENJOYMENT,
        Sentence("What was the best team you were ever part of? What made it so good?"),
        ASKER,
        ("hiring",),
    ),
    Question(_ENJOYMENT, Sentence("Which part of your work would you never give away?"), HOST),
    Question(_ENJOYMENT, Sentence("What are you proud of from this past year?"), HOST),
    Question(
        _ENJOYMENT, Sentence("What do people in your team like best about working there?"), HOST, ("hiring",)
    ),
    # What is hard.
    Question(
        _CHALLENGES,
        Sentence("What is hard about your work that nobody outside sees?"),
        ASKER,
        (*SUBJECT, *WORK),
    ),
    Question(_CHALLENGES, Sentence("Which problem has been on your mind this month?"), ASKER, SUBJECT),
    Question(
        _CHALLENGES,
        Sentence("What have you tried that did not work? What did it teach you?"),
        ASKER,
        ("exchange",),
    ),
    Question(_CHALLENGES, Sentence("What surprised you most in your first months?"), ASKER, WORK),
    Question(_CHALLENGES, Sentence("Why do people leave this kind of work?"), ASKER, WORK),
    Question(_CHALLENGES, Sentence("Where do people in my place usually go wrong?"), ASKER, ("advice",)),
    Question(
        _CHALLENGES, Sentence("What would make a good person say no to a job like this?"), ASKER, ("hiring",)
    ),
    Question(
        _CHALLENGES,
        Sentence("What have you tried so far, and where did you get stuck?"),
        HOST,
        (*SUBJECT, "advice"),
    ),
    Question(_CHALLENGES, Sentence("What do you wish were easier than it is?"), HOST, SUBJECT),
    Question(
        _CHALLENGES, Sentence("What would hold you back from doing this work?"), HOST, ("explore_role",)
    ),
    Question(_CHALLENGES, Sentence("What is the hardest part of looking just now?"), HOST, ("job_search",)),
    Question(_CHALLENGES, Sentence("What makes this job hard to fill?"), HOST, ("hiring",)),
    Question(
        _CHALLENGES, Sentence("You have been asking for “%(topic)s”. How is that going?"), ground=Ground.ASK
    ),
    # How they go about it.
    Question(
        _PRACTICES,
        Sentence("What do the best people you work with do differently?"),
        ASKER,
        (*SUBJECT, *WORK),
    ),
    Question(
        _PRACTICES, Sentence("Which habit has made the biggest difference for you?"), ASKER, (*SUBJECT, *WORK)
    ),
    Question(_PRACTICES, Sentence("What should my team try first?"), ASKER, SUBJECT, SETTLED),
    Question(
        _PRACTICES,
        Sentence("If you were beginning with this today, what would you try first?"),
        ASKER,
        ("learn",),
    ),
    Question(
        _PRACTICES, Sentence("Could you walk me through the last time you did this?"), ASKER, ("exchange",)
    ),
    Question(_PRACTICES, Sentence("If you were in my place, what would you learn first?"), ASKER, WORK),
    Question(
        _PRACTICES,
        Sentence("How do people around you hear of a job before it is advertised?"),
        ASKER,
        ("job_search",),
    ),
    Question(
        _PRACTICES,
        Sentence("If this were yours to decide, what would you find out first?"),
        ASKER,
        ("advice",),
    ),
    Question(
        _PRACTICES,
        Sentence("How do you find out whether you will be happy in a job?"),
        ASKER,
        ("hiring",),
    ),
    Question(_PRACTICES, Sentence("How do you go about it today?"), HOST, SUBJECT),
    Question(
        _PRACTICES, Sentence("What has worked so well for you that I should try it too?"), HOST, SUBJECT
    ),
    Question(_PRACTICES, Sentence("How have you been going about it so far?"), HOST, WORK),
    Question(_PRACTICES, Sentence("What are you good at that your job titles do not show?"), HOST, WORK),
    Question(_PRACTICES, Sentence("What have you ruled out already, and why?"), HOST, ("advice",)),
    Question(_PRACTICES, Sentence("How do people in your team learn from each other?"), HOST, ("hiring",)),
    Question(
        _PRACTICES,
        Sentence("You know your way around “%(topic)s”. What would you do first in my place?"),
        ground=Ground.OFFER,
    ),
    # What is coming.
    Question(_TRENDS, Sentence("What is changing in your field that outsiders have not noticed yet?"), ASKER),
    Question(_TRENDS, Sentence("What do you think will be quite different three years from now?"), ASKER),
    Question(
        _TRENDS,
        Sentence("Which skills will be wanted more, do you think, and which less?"),
        ASKER,
        edition=SEEKING,
    ),
    Question(
        _TRENDS,
        Sentence("Which new way of working is here to stay, and which will pass?"),
        ASKER,
        ("exchange",),
    ),
    Question(_TRENDS, Sentence("What do you see from where you sit that I may be missing?"), HOST),
    Question(_TRENDS, Sentence("What is everybody around you talking about at the moment?"), HOST),
    Question(
        _TRENDS,
        Sentence("We both work in “%(topic)s”. What do you see coming that I may be missing?"),
        ground=Ground.INDUSTRY,
    ),
    # Whom to meet next.
    Question(
        _WHO_ELSE,
        Sentence("Who else should I talk to if I want to understand this?"),
        ASKER,
        ("learn", "explore_role"),
    ),
    Question(
        _WHO_ELSE,
        Sentence("Whose work do you admire? Do you think they would talk to me?"),
        ASKER,
        (*SUBJECT, *WORK),
    ),
    Question(_WHO_ELSE, Sentence("If I talk to one more person, who should it be?"), ASKER, ("learn", *WORK)),
    Question(_WHO_ELSE, Sentence("Who does this really well, in your eyes?"), ASKER, ("exchange",)),
    Question(
        _WHO_ELSE, Sentence("Who has been through this and might tell me about it?"), ASKER, ("advice",)
    ),
    Question(_WHO_ELSE, Sentence("Who comes to mind that might enjoy this job?"), ASKER, ("hiring",)),
    Question(_WHO_ELSE, Sentence("Whom would you like to meet that I might know?"), HOST),
    Question(
        _WHO_ELSE,
        Sentence("Who else have you asked, and what did they say?"),
        HOST,
        ("learn", "advice", "job_search"),
    ),
    Question(
        _WHO_ELSE, Sentence("Is there somebody around you whom I should get to know?"), HOST, edition=SEEKING
    ),
    Question(_WHO_ELSE, Sentence("What kind of person are you hoping to find?"), HOST, ("hiring",)),
)
