"""My booked talks as a calendar to subscribe to."""

import hashlib

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from schemas.calendar_feeds import CalendarFeedOut, RotateFeedIn
from server.accounts.access import Me, SignedIn
from server.contract import operation
from server.database import Db
from server.interviews import errors, feeds
from server.interviews.feed_secrets import write_feed_secret
from server.requests import Now
from server.settings import Settings

UNKEPT = {"cache-control": "no-store"}


@get("/me/calendar_feed", **operation("get_calendar_feed", "Read where my calendar feed is"))
async def get_calendar_feed(db: Db, me: Me, settings: NamedDependency[Settings]) -> Response[CalendarFeedOut]:
    """An address for calendar programs to subscribe to. Whoever has it reads my talks: it is a secret."""
    return _feed_out(me, await feeds.get_feed(db, me), settings)


@post(
    "/me/calendar_feed/rotate",
    status_code=200,
    **operation("rotate_calendar_feed", "Replace the address of my calendar feed"),
)
async def rotate_calendar_feed(
    data: JSONBody[RotateFeedIn], db: Db, me: Me, settings: NamedDependency[Settings], now: Now
) -> Response[CalendarFeedOut]:
    """The old one ends at once. Asked again with the same `rotation`, it answers with the address that took its
    place."""
    feed = await feeds.rotate_feed(db, me, rotation=data.rotation, now=now)
    return _feed_out(me, feed, settings)


@get(
    "/calendar_feeds/{secret:str}/talks.ics",
    media_type="text/calendar",
    **operation("read_calendar_feed", "Read a calendar feed", errors.CalendarFeedNotFound, public=True),
)
async def read_calendar_feed(
    secret: FromPath[str], db: Db, settings: NamedDependency[Settings], now: Now
) -> Response[bytes]:
    """iCalendar (RFC 5545), METHOD:PUBLISH: booked talks, and those cancelled in the last 30 days as cancelled, in
    their owner's zone, under the UIDs of the mails. Nobody's address but Hallway's is in it."""
    body = await feeds.read_feed(db, secret, settings, now=now)
    digest = hashlib.sha256(body).hexdigest()[:32]
    return Response(body, media_type="text/calendar", headers={**UNKEPT, "etag": f'"{digest}"'})


def _feed_out(me: SignedIn, feed: feeds.Feed, settings: Settings) -> Response[CalendarFeedOut]:
    secret = write_feed_secret(settings.secret("session"), me.account_id, rotation=feed.rotation)
    out = CalendarFeedOut(
        url=f"{settings.public_url.rstrip('/')}/v1/calendar_feeds/{secret}/talks.ics",
        rotation=feed.rotation,
        rotated_at=feed.rotated_at,
    )
    return Response(out, headers=UNKEPT)


handlers = [get_calendar_feed, rotate_calendar_feed, read_calendar_feed]
