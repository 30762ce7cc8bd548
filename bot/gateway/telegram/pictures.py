"""Pictures that Telegram takes: photos by their address, the demo shop's drawings as PNG."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit

from resvg_py import svg_to_bytes

from bot.gateway.routes.pages import PICTURES

SIDE_PX = 640
_DRAWING = re.compile(r"/images/([a-zA-Z0-9_-]+)\.svg")
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its public address, or (None) a drawing of this server by its name."""

    name: str
    url: str | None = None


def picture_of(image_url: str | None, public_url: str) -> Picture | None:
    """Return the picture of a card, None where Telegram could not show it (no address, or an SVG of elsewhere)."""
    if not image_url:
        return None
    drawing = _DRAWING.fullmatch(image_url.removeprefix(public_url))
    if drawing and (PICTURES / f"{drawing[1]}.svg").is_file():
        return Picture(drawing[1])
    url = public_url + image_url if image_url.startswith("/") and public_url else image_url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.lower().endswith((".svg", ".svgz")):
        return None
    return Picture(url, url)


class PictureShelf:
    """What is handed to Telegram for a picture: an address, a file that Telegram has already, or the file."""

    def __init__(self) -> None:
        self._file_ids: OrderedDict[str, str] = OrderedDict()

    def source(self, picture: Picture) -> str | bytes:
        """Return a file id or an address, else the PNG of the drawing."""
        known = self._file_ids.get(picture.name)
        if known is not None or picture.url is not None:
            return known or picture.url or ""
        return draw(picture.name)

    def remember(self, picture: Picture, file_id: str) -> None:
        """Keep the id under which Telegram has the picture."""
        self._file_ids[picture.name] = file_id
        self._file_ids.move_to_end(picture.name)
        while len(self._file_ids) > _KEPT:
            self._file_ids.popitem(last=False)


def draw(name: str) -> bytes:
    """Return a drawing of the demo shop as PNG, on white; it takes some hundredths of a second."""
    svg = (PICTURES / f"{name}.svg").read_text("utf-8")
    return svg_to_bytes(svg_string=svg, background="#ffffff", width=SIDE_PX, height=SIDE_PX, skip_system_fonts=True)
