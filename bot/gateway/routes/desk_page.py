"""The agents' console: its page, and the files that it is made of."""

import aiohttp_jinja2
from aiohttp import web

from bot.desk.agent_sessions import COOKIE
from bot.gateway.errors import NotFoundError
from bot.gateway.routes.pages import WEB
from bot.gateway.visitors import language_of

FILES = WEB / "static" / "desk"


async def desk_page(request: web.Request) -> web.Response:
    """Draw the console; who is signed in is found out by its script, so that the page holds nothing private."""
    language = language_of(request)
    view = {"language": language, "has_session": COOKIE in request.cookies}
    response: web.Response = aiohttp_jinja2.render_template("desk.html", request, view)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    response.headers["X-Robots-Tag"] = "noindex"
    return response


async def desk_file(request: web.Request) -> web.StreamResponse:
    """Return a script or style sheet of the console; checked anew each time, so that they always fit together."""
    path = FILES / request.match_info["name"]
    if not path.is_file():
        raise NotFoundError("no such file")
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


ROUTES = (
    web.get("/desk", desk_page),
    web.get(r"/desk/static/{name:[a-z_]+\.(?:js|css)}", desk_file),
)
