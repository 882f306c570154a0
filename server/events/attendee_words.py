"""What do the words in the columns type, ticket and status mean?"""

import re
from typing import Literal

from server.events.attendee_columns import plain

AttendanceType = Literal["attendee", "speaker", "staff", "sponsor", "exhibitor", "press", "organizer"]
AttendanceStatus = Literal["active", "cancelled"]
Pending = Literal["pending"]

_TYPES: dict[AttendanceType, str] = {
    "attendee": """
        attendee; attendees; participant; participants; participante; delegate; guest; visitor; regular;
        standard; vip; general; student; teilnehmer; teilnehmerin; teilnehmende; teilnehmender; gast;
        besucher; besucherin; invité; invitée; visiteur; visiteuse""",
    "speaker": """
        speaker; speakers; presenter; panelist; panellist; keynote; moderator; redner; rednerin; sprecher;
        sprecherin; referent; referentin; vortragende; vortragender; intervenant; intervenante; conférencier;
        conférencière; orateur; oratrice""",
    "staff": """
        staff; crew; team; volunteer; volunteers; helper; helfer; helferin; mitarbeiter; mitarbeiterin;
        bénévole; bénévoles; équipe""",
    "sponsor": "sponsor; sponsors; sponsorin; partner; partners; partenaire; partenaires; parrain",
    "exhibitor": "exhibitor; exhibitors; aussteller; ausstellerin; exposant; exposante; exposants",
    "press": "press; media; journalist; presse; medien; journalistin; journaliste",
    "organizer": """
        organizer; organizers; organiser; organisers; organisator; organisatorin; veranstalter; organisateur;
        organisatrice""",
}
_STATUSES: dict[AttendanceStatus | Pending, str] = {
    "active": """
        active; attending; checked in; confirmed; registered; paid; approved; accepted; valid; complete;
        completed; going; yes; ok; free; free order; manual; offline; partially refunded;
        nimmt teil; aktiv; bestätigt; angemeldet; bezahlt; gültig; eingecheckt; ja;
        actif; confirmé; confirmée; inscrit; inscrite; payé; payée; validé; validée; présent; oui""",
    "cancelled": """
        cancelled; canceled; cancelled (paid fee); canceled (paid fee); deleted; refunded; refunded/canceled;
        not attending; not going; transferred; withdrawn; declined; rejected; inactive; void; expired; no;
        nimmt nicht teil; storniert; abgesagt; abgemeldet; gelöscht; erstattet; abgelaufen; inaktiv; nein;
        annulé; annulée; remboursé; remboursée; désinscrit; désinscrite; inactif; expiré; expirée; non""",
    "pending": """
        pending; unpaid; waiting; waitlist; waitlisted; on waitlist; invited; approval pending;
        awaiting approval; tentative; abandoned; ausstehend; offen; unbezahlt; warteliste; eingeladen;
        en attente; impayé""",
}


def type_named(word: str) -> AttendanceType | None:
    """The type a cell of the column "type" names."""
    return _TYPE_OF.get(plain(word))


def type_of_product(product: str) -> AttendanceType | None:
    """The type that a ticket's name speaks of ("Speaker, both days"); None for none or several."""
    exact = type_named(product)
    if exact is not None:
        return exact
    spoken_of = {kind for word in re.split(r"[\W_]+", product) if (kind := type_named(word)) is not None}
    return spoken_of.pop() if len(spoken_of) == 1 else None


def status_named(word: str) -> AttendanceStatus | Pending | None:
    """The status a cell names; `pending` is somebody who may still pay, be approved or answer."""
    return _STATUS_OF.get(plain(word))


_TYPE_OF = {plain(word): kind for kind, words in _TYPES.items() for word in words.split(";")}
_STATUS_OF = {plain(word): status for status, words in _STATUSES.items() for word in words.split(";")}
