"""The demo shop's pages, and the files that pages and widget are made of."""

from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web
from yarl import URL

from bot.gateway.errors import NotFoundError
from bot.gateway.keys import DATABASE, SETTINGS, SHOP_FRONT
from bot.gateway.visitors import LANGUAGE_COOKIE, is_secure, language_of, session_of
from catalog.repositories.customers import get_customer, list_demo_customers

WEB = Path(__file__).parents[2] / "web"
PICTURES = Path(__file__).parents[3] / "catalog" / "demo" / "pictures"
_DEMO_CUSTOMERS = 6
_MAX_QUERY = 200
_LANGUAGE_LIFE_S = 365 * 86400


def set_up_templates(app: web.Application) -> None:
    """Let handlers draw the templates of bot/web, everything escaped."""
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(WEB / "templates"),
        autoescape=True,
        enable_async=False,
        undefined=jinja2.StrictUndefined,
    )


async def shop_page(request: web.Request) -> web.Response:
    """Draw a page of the product grid."""
    category = request.query.get("category") or None
    query = " ".join(request.query.get("q", "").split())[:_MAX_QUERY]
    page = request.query.get("page", "1")
    if not page.isascii() or not page.isdigit() or len(page) > 6:
        raise NotFoundError("no such page")
    language = language_of(request)
    view = await request.app[DATABASE].read(request.app[SHOP_FRONT].list_page, language, category, query, int(page))
    return await draw(request, "shop.html", view)


async def product_page(request: web.Request) -> web.Response:
    """Draw one product's page."""
    product_id = request.match_info["product_id"]
    view = await request.app[DATABASE].read(request.app[SHOP_FRONT].product_page, language_of(request), product_id)
    return await draw(request, "product.html", view)


async def draw(request: web.Request, template: str, view: dict[str, Any], status: int = 200) -> web.Response:
    """Draw a template with what every page needs; the language that was chosen is remembered."""
    language = language_of(request)
    context = await _frame(request, language) | view
    response: web.Response = aiohttp_jinja2.render_template(template, request, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    if request.query.get("lang") == language:
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=_LANGUAGE_LIFE_S, samesite="Lax", secure=is_secure(request), path="/"
        )
    return response


async def _frame(request: web.Request, language: str) -> dict[str, Any]:
    database, session = request.app[DATABASE], session_of(request)
    customer = await database.read(get_customer, session.customer_id) if session and session.customer_id else None
    demo = request.app[SETTINGS].demo
    people = await database.read(list_demo_customers, limit=_DEMO_CUSTOMERS) if demo else []
    asked = request.rel_url  # one slash: a browser takes `//elsewhere` for another site
    here = URL.build(path=f"/{asked.raw_path.lstrip('/')}", query_string=asked.raw_query_string, encoded=True)
    return {
        "language": language,
        "demo": demo,
        "shop_name": request.app[SETTINGS].shop_name,
        "telegram": request.app[SETTINGS].telegram_mode != "off",
        "language_urls": {code: str(here.update_query(lang=code)) for code in ("en", "zh")},
        "customer": {"id": customer.customer_id, "name": customer.name} if customer else None,
        "demo_customers": [{"id": person.customer_id, "name": person.name} for person in people],
        "departments": [],
        "query": "",
        "category": None,
    }


async def picture(request: web.Request) -> web.StreamResponse:
    """Return a drawing of the demo shop."""
    path = PICTURES / f"{request.match_info['name']}.svg"
    if not path.is_file():
        raise NotFoundError("no such picture")
    return web.FileResponse(path, headers={"Cache-Control": "public, max-age=86400", "Content-Type": "image/svg+xml"})


async def static_file(request: web.Request) -> web.StreamResponse:
    """Return a file of the widget or of the shop's pages; merchants' pages may load the widget's."""
    folder, name = request.match_info.get("folder", ""), request.match_info["name"]
    path = WEB / "static" / folder / name
    if not path.is_file():
        raise NotFoundError("no such file")
    headers = {"Cache-Control": "public, max-age=300"}
    if folder == "widget" or name == "widget.js":
        headers |= {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return web.FileResponse(path, headers=headers)


_NAME = r"[a-zA-Z0-9_-]+"
_FILE = rf"{_NAME}\.(?:js|css|svg|png|ico|woff2)"
ROUTES = (
    web.get("/", shop_page),
    web.get("/products/{product_id}", product_page),
    web.get(f"/images/{{name:{_NAME}}}.svg", picture),
    web.get(r"/{name:widget\.js}", static_file),
    web.get(f"/{{folder:widget}}/{{name:{_FILE}}}", static_file),
    web.get(f"/static/{{name:{_FILE}}}", static_file),
)
