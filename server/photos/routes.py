"""What a client can ask about photos."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, Router, delete, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import FromPath, QueryParameter

from schemas.people import ProfileOut
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.failures import Fault, InvalidRequest
from server.limits import Limits, RateLimited
from server.photos import actions, errors, queries
from server.photos.darkroom import PHOTOS_A_DAY, Darkroom
from server.photos.rules import LARGEST_PHOTO
from server.requests import Now, etag

PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
Size = Annotated[Literal[96, 384], QueryParameter(description="Pixels a side: 96 on a list, 384 on a page.")]


@dataclass
class TakesPhoto(Operation):
    """Says in the contract what the handler reads itself, after it has seen the proof."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING)
        self.request_body = RequestBody(
            required=True,
            description="The photo as the phone has it, at most 10 MB and 50 megapixels, at least 96 pixels a side.",
            content={media_type: OpenAPIMediaType(schema=file) for media_type in PHOTO_TYPES},
        )


@put(
    "/me/photo",
    request_max_body_size=LARGEST_PHOTO,
    operation_class=TakesPhoto,
    **operation("set_my_photo", "Set my photo", RateLimited),
)
async def set_my_photo(
    *,
    request: Request[Any, Any, Any],
    db: Db,
    me: Me,
    limits: NamedDependency[Limits],
    darkroom: NamedDependency[Darkroom],
    now: Now,
) -> Response[ProfileOut]:
    """For those who may see my name. Kept are small squares from its middle, turned upright, without the place, time
    and device that phones write into photos. What is refused is said at `pointer` "": `photo_type_unknown`,
    `photo_unreadable`, `photo_animated`, `photo_too_small` or `photo_too_many_pixels`."""
    given = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if given not in PHOTO_TYPES:
        fault = Fault("header/content-type", "media_type_unknown", f"One of {', '.join(PHOTO_TYPES)}.")
        raise InvalidRequest(faults=(fault,))
    await limits.take(PHOTOS_A_DAY, str(me.person_id), now=now)
    pictures = await darkroom.develop(await request.body())
    profile = await actions.set_my_photo(db, me, pictures, now=now)
    return Response(ProfileOut.model_validate(profile), headers=etag(profile.version))


@delete("/me/photo", **operation("remove_my_photo", "Take my photo away"))
async def remove_my_photo(db: Db, me: Me, now: Now) -> None:
    """From everywhere, at once."""
    await actions.remove_my_photo(db, me, now=now)


@get(
    "/people/{person_id:str}/photo",
    media_type="image/webp",
    **operation("get_photo", "Read somebody's photo (WebP)", errors.PhotoNotFound),
)
async def get_photo(person_id: FromPath[UUID], db: Db, me: Me, size: Size = 384) -> Response[bytes]:
    """My own, that of somebody I met, or that of somebody listed at an event where I have a place. It changes when
    `photo` of the person does; ask with `If-None-Match`, since who may see it may change at any time."""
    return Response(await queries.get_photo(db, me, person_id, size), media_type="image/webp")


routes = Router("/", tags=["me"], route_handlers=[set_my_photo, remove_my_photo, get_photo])
