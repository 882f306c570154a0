"""What a browser gets: the page that a stranger's camera opens."""

from litestar import Response, route
from litestar.params import FromPath

from server.badges.page import HEADERS, strangers_page


@route(
    ["/b/{code:str}", "/B/{code:str}"],
    http_method=["GET", "HEAD"],
    media_type="text/html",
    include_in_schema=False,
    opt={"public": True},
)
async def open_badge(code: FromPath[str]) -> Response[str]:  # noqa: ARG001
    """A stranger's camera: the same page for every code, whether anybody wears it or not."""
    return Response(strangers_page(), headers=HEADERS)


handlers = (open_badge,)
