"""The web desk as an ASGI application, alone or mounted under a prefix."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from fastapi import Depends, FastAPI, Request
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from desk.web.faults import DeskError, WrongHostError
from desk.web.guard import Guard, visit_of
from desk.web.identity import Identity, Login, Loopback
from desk.web.pages import articles, mentions, preferences, reviews, runs, sources, today
from desk.web.reading import Reading
from desk.web.rendering import STATIC, render, wording
from desk.web.sessions import Signer, kept_secret
from processing.settings import Settings

_log = logging.getLogger(__name__)

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
"""Names by which a browser on this machine reaches the desk."""


@dataclass(frozen=True)
class Desk:
    """What the pages need beside the request, under ``app.state.desk``."""

    reading: Reading
    identity: Identity
    archive: Path
    """Folder of the WARC segments."""
    airflow_url: str | None
    """Where the Airflow UI is, without a slash at its end; None when that is not known."""


def create_app(
    settings: Settings,
    database_url: str,
    *,
    identity: Identity | None = None,
    hosts: Collection[str] | None = LOOPBACK_NAMES,
    secret: str | None = None,
    airflow_url: str | None = None,
) -> FastAPI:
    """The desk on a migrated database.

    ``identity`` tells who may read and review; without one a password or token of the settings is asked for, and
    without these whoever reaches the desk is let in. ``hosts`` are the names it answers to (None: any), which only
    an identity that asks for something may leave open. ``secret`` signs the cookies; without one it is kept under
    VEDETTE_HOME. Mounted, the prefix is the mount's (``root_path``).
    """
    if identity is None:
        password, token = settings.desk_password, settings.desk_token
        known = Login(
            password.get_secret_value() if password else None, token.get_secret_value() if token else None
        )
        identity = known if password or token else Loopback()
    reading = Reading(database_url)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        reading.close()

    app = FastAPI(
        title="Vedette", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life,
        dependencies=[Depends(_admitted)],
    )  # fmt: skip
    app.state.desk = Desk(reading, identity, settings.archive, airflow_url)
    for page in (today, mentions, articles, sources, runs, reviews, preferences):
        app.include_router(page.router)
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.add_middleware(
        Guard, identity=identity, signer=Signer(secret or kept_secret(settings.home)), hosts=hosts
    )
    app.add_exception_handler(DeskError, _refused)
    app.add_exception_handler(HTTPException, _refused)
    for kind in (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout):
        app.add_exception_handler(kind, _no_database)
    for missing in (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        app.add_exception_handler(missing, _other_schema)
    app.add_exception_handler(psycopg.DataError, _bad_data)
    return app


class _Static(StaticFiles):
    """Files whose address changes with them, so that browsers need not ask again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=604800"
        return response


def _admitted(request: Request) -> None:
    """Raise unless the guard let the request pass as a known person's, or as one for the login page."""
    if request.state.wrong_host:
        raise WrongHostError
    if getattr(request.state, "unknown", False):
        raise HTTPException(401)


def _refused(request: Request, error: Exception) -> Response:
    status: int = getattr(error, "status", 0) or getattr(error, "status_code", 400)
    key, values = getattr(error, "key", f"error.{status}"), getattr(error, "values", {})
    return answer(request, status, key, **values)


def _no_database(request: Request, error: Exception) -> Response:
    _log.warning("%s: %s", type(error).__name__, " ".join(str(error).split()))
    return answer(request, 503, "error.503")


def _other_schema(request: Request, error: Exception) -> Response:
    _log.warning("%s: %s", type(error).__name__, " ".join(str(error).split()))
    return answer(request, 503, "error.schema")


def _bad_data(request: Request, error: Exception) -> Response:
    _log.warning("%s: %s", type(error).__name__, " ".join(str(error).split()))
    return answer(request, 400, "error.400")


def answer(request: Request, status: int, key: str, **values: str) -> Response:
    """A page that says why there is none; JSON for who asks for it."""
    text = wording(request).known(key, "") and wording(request)(key, **values)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"error": text}, status)
    if not hasattr(request.state, "visit") or visit_of(request) is None:
        return Response(text, status, media_type="text/plain")
    return render(request, "error.html", status=status, code=status, text=text)
