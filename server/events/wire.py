"""How is one's place at an event said on the wire?"""

from schemas.attendees import AttendanceOut
from schemas.consents import AgreedWordsOut
from server.events.consents import AgreedWords
from server.events.models import Attendance


def attendance_out(attendance: Attendance, words: AgreedWords) -> AttendanceOut:
    return AttendanceOut(
        attendance_id=attendance.id,
        event_id=attendance.event_id,
        person_id=attendance.person_id,
        name=attendance.name,
        pronouns=attendance.pronouns,
        organisation=attendance.organisation,
        role=attendance.role,
        type=attendance.type,
        status=attendance.status,
        listed=attendance.listed,
        exhibitors_may_scan=attendance.exhibitors_may_scan,
        named_in_exports=attendance.named_in_exports,
        paused=attendance.paused,
        agreed_words=AgreedWordsOut.model_validate(words),
        claimed_at=attendance.claimed_at,
        checked_in_at=attendance.checked_in_at,
        version=attendance.version,
    )
