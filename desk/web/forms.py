"""What browsers post: short forms, each with the token that proves it to be ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.requests import ClientDisconnect, Request

from desk.web.faults import DeskError, NotAllowedError, TooLargeError
from desk.web.guard import visit_of
from processing.clean.decode import readable

MOST: Final = 64 * 1024
"""Bytes of a form at most."""


async def posted(request: Request) -> Mapping[str, str]:
    """The fields of a posted form (application/x-www-form-urlencoded); of a repeated one the last.

    Raises NotAllowedError unless the form carries its token or the sender is known by a bearer token, TooLargeError
    beyond MOST bytes.
    """
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MOST:
                raise TooLargeError
    except ClientDisconnect:
        raise DeskError from None
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise DeskError from None
    form = {name: readable(value).strip() for name, value in fields}
    visit = visit_of(request)
    if visit.user is not None and visit.user.by_token:
        return form
    # Browsers say it themselves (Fetch Metadata); the token holds where they do not.
    if request.headers.get("sec-fetch-site") == "cross-site" or not visit.signer.is_ours(
        visit.session, form.get("token", "")
    ):
        raise NotAllowedError("error.csrf")
    return form


Form = Annotated[Mapping[str, str], Depends(posted)]


def local_path(given: str) -> str:
    """``given`` when it is a path at this desk, else "/": a form must not send people elsewhere."""
    plain = given.isprintable() and "\\" not in given and given.startswith("/") and not given.startswith("//")
    return given if plain else "/"
