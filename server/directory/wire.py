"""How is an entry of the directory said on the wire?"""

from schemas.attendees import ListedPersonOut
from server.directory.queries import Listed
from server.people.models import Goals, Profile


def person_out(listed: Listed) -> ListedPersonOut:
    profile, goals = listed.profile or NO_PROFILE, listed.goals or NO_GOALS
    return ListedPersonOut(
        person_id=listed.person_id,
        type=listed.type,
        name=listed.name,
        pronouns=profile.pronouns,
        headline=profile.headline,
        role=profile.role,
        organisation=profile.organisation,
        links=profile.links,
        photo=profile.photo,
        asks=goals.asks,
        offers=goals.offers,
        open_to_talk=goals.takes_talks,
        talk_topics=goals.talk_topics if goals.takes_talks else [],
        badge_digest=listed.badge_digest,
    )


# A person without a row has an empty one.
NO_PROFILE = Profile(pronouns="", headline="", role="", organisation="", links=[], photo=None)
NO_GOALS = Goals(asks=[], offers=[], open_to_talk=False, talks_paused=False, talk_topics=[])
