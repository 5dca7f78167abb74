"""From a template and its values to a page: escaping, the words, and what every page shows."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from desk.web import marking
from desk.web.guard import visit_of
from desk.web.language import LANGUAGES, Wording, preferred
from desk.web.why import why
from processing.mentions import CATEGORIES, POLARITIES

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"

THEMES: Final = ("auto", "light", "dark")
KEYS: Final = ("on", "off")
PREFERENCES: Final = {"lang": LANGUAGES, "theme": THEMES, "keys": KEYS}
"""What a person may choose, each kept in a cookie of its own."""
YEAR: Final = 365 * 86400

NAVIGATION: Final = (
    ("today", "/"), ("mentions", "/mentions"), ("search", "/articles"), ("sources", "/sources"),
    ("runs", "/runs"), ("reviews", "/reviews"),
)  # fmt: skip
"""Key in the catalogue (after ``nav.``) and path of each page in the navigation."""

SIGNS: Final = {"affirmed": "+", "denied": "−", "hypothetical": "?", "criticised": "!"}
"""A sign beside the colour of each polarity."""


def external(url: str | None) -> str:
    """``url`` when a browser may follow it (http and https), else nothing: press pages may say ``javascript:``."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return str(url) if parts.scheme in ("http", "https") and parts.netloc else ""


def wording(request: Request) -> Wording:
    """The language of a request: the person's choice, else the browser's."""
    chosen = request.cookies.get("vedette_lang", "")
    return Wording(chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", "")))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["external"] = external
    environment.globals.update(
        navigation=NAVIGATION,
        signs=SIGNS,
        categories=CATEGORIES,
        polarities=POLARITIES,
        why=why,
        sentence=marking.sentence,
        stamp=_stamp(),
    )
    return environment


@cache
def _stamp() -> str:
    """Changes with the static files, so that browsers may keep them."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def render(
    request: Request, template: str, *, status: int = 200, active: str = "", **values: Any
) -> HTMLResponse:
    """A page. ``active`` is its key in the navigation."""
    visit = visit_of(request)
    t = wording(request)
    theme = request.cookies.get("vedette_theme", "auto")
    query = f"?{request.url.query}" if request.url.query else ""
    html = _environment().get_template(template).render(
        t=t,
        theme=theme if theme in THEMES else "auto",
        themes=THEMES,
        keys="off" if request.cookies.get("vedette_keys") == "off" else "on",
        base=visit.base,
        user=visit.user,
        form_token=visit.signer.form_token(visit.session),
        here=request.scope["path"].removeprefix(request.scope.get("root_path", "")) + query,
        active=active,
        **values,
    )  # fmt: skip
    return HTMLResponse(html, status, {"Content-Language": t.language, "Vary": "Accept-Language, Cookie"})


def remember(request: Request, response: Response, name: str, value: str) -> None:
    """Keep a preference in the browser for a year."""
    visit = visit_of(request)
    response.set_cookie(
        f"vedette_{name}",
        value,
        max_age=YEAR,
        path=visit.base or "/",
        httponly=True,
        samesite="lax",
        secure=visit.secure,
    )
