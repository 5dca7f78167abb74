"""A plugin of Airflow: the desk as a page in the navigation of its UI, behind its login.

Airflow asks nobody who comes to an application that a plugin brings, so the desk asks Airflow's auth manager
itself: whoever may look at DAGs may read, whoever may change them may review.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from desk.web.identity import User
    from desk.web.sessions import Session

PREFIX: Final = "/vedette"
"""Where Airflow mounts the desk."""


class AirflowIdentity:
    """Who Airflow's auth manager says it is, by its cookie or by a bearer token."""

    login = False

    async def __call__(self, request: Request, session: Session) -> User | None:
        from airflow.api_fastapi.app import get_auth_manager
        from airflow.api_fastapi.core_api.security import get_user
        from fastapi import HTTPException
        from fastapi.security import HTTPAuthorizationCredentials

        from desk.web.identity import User

        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        bearer = HTTPAuthorizationCredentials(scheme=scheme, credentials=token.strip()) if token else None
        try:
            user = await get_user(request, None, bearer)
        except HTTPException:
            return None
        manager = get_auth_manager()
        if not manager.is_authorized_dag(method="GET", user=user):
            return None
        return User(
            user.get_name(),
            may_review=manager.is_authorized_dag(method="PUT", user=user),
            by_token=bearer is not None and scheme.lower() == "bearer",
        )


class MountedDesk:
    """The desk, made at its first request: every Airflow process loads the plugin, only the API server serves it."""

    def __init__(self) -> None:
        self._desk: ASGIApp | None = None
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._desk is None:
            async with self._making:
                if self._desk is None:
                    self._desk = await _made()
        await (self._desk or _unset)(scope, receive, send)


class DeskPlugin(AirflowPlugin):
    """What the desk adds to Airflow's UI."""

    name = "vedette_desk"
    fastapi_apps = [{"app": MountedDesk(), "url_prefix": PREFIX, "name": "Vedette"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012 - how a plugin declares them
        {
            "name": "Vedette",
            "href": f"{PREFIX.removeprefix('/')}/",
            "destination": "nav",
            "url_route": "vedette",
            "icon": f"{PREFIX}/static/icon.svg",
            "nav_top_level": True,
        }
    ]


async def _made() -> ASGIApp | None:
    """The desk; None, and a line in the log, while nothing says where the database is."""
    from airflow.sdk.exceptions import AirflowNotFoundException

    from processing.errors import VedetteError

    try:
        return await asyncio.to_thread(_make)
    except (VedetteError, AirflowNotFoundException) as error:
        logging.getLogger(__name__).warning("the desk cannot be opened: %s", error)
        return None


async def _unset(scope: Scope, receive: Receive, send: Send) -> None:
    from starlette.responses import PlainTextResponse

    text = "The desk needs VEDETTE_DATABASE_URL, or Airflow's connection « vedette »; see the log of the API server.\n"
    await PlainTextResponse(text, 503)(scope, receive, send)


def _make() -> ASGIApp:
    from airflow.configuration import conf

    from desk.night.connection import address
    from desk.web.app import create_app
    from processing.settings import load_settings

    return create_app(
        load_settings(),
        address(),
        identity=AirflowIdentity(),
        hosts=None,
        secret=f"vedette-desk {conf.get('api', 'secret_key')}",
        airflow_url=urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/"),
    )
