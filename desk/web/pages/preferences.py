"""Signing in and out, the choices of language and appearance, and the page of keys."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.web.faults import BadValueError, MissingError, TooOftenError
from desk.web.forms import Form, local_path
from desk.web.guard import visit_of
from desk.web.identity import Login
from desk.web.pages.common import desk_of
from desk.web.rendering import PREFERENCES, remember, render
from desk.web.sessions import Session

router = APIRouter()

NAME_LENGTH: Final = 100


@router.get("/help")
def help_page(request: Request) -> Response:
    """The keys, for who has no script to show them."""
    return render(request, "help.html")


@router.post("/preferences")
def preferences(request: Request, form: Form) -> Response:
    """Remember a choice and go back."""
    response = RedirectResponse(f"{visit_of(request).base}{local_path(form.get('next', '/'))}", 303)
    for name, allowed in PREFERENCES.items():
        if value := form.get(name):
            if value not in allowed:
                raise BadValueError(name, value)
            remember(request, response, name, value)
    return response


@router.get("/login")
def login_page(request: Request) -> Response:
    """The form; where no login is asked for, there is none."""
    _login(request)
    return render(
        request, "login.html", next=local_path(request.query_params.get("next") or "/"), wrong=False
    )


@router.post("/login")
def login(request: Request, form: Form) -> Response:
    """Open a session with a fresh cookie, or show the form again."""
    known = _login(request)
    visit = visit_of(request)
    wanted = local_path(form.get("next", "/"))
    if known.tired():
        raise TooOftenError("login.too_often")
    name = " ".join(form.get("name", "").split())[:NAME_LENGTH]
    if not name or not known.opens(form.get("password", "")):
        return render(request, "login.html", status=403, next=wanted, wrong=True)
    visit.renew(Session(user=name, proof=known.proof()))
    return render_redirect(f"{visit.base}{wanted}")


@router.post("/logout")
def logout(request: Request, form: Form) -> Response:
    """Forget who it was."""
    visit = visit_of(request)
    visit.renew(Session())
    return render_redirect(f"{visit.base}/login")


def render_redirect(address: str) -> Response:
    """A redirection that may bring a cookie: the guard adds it to pages."""
    response = RedirectResponse(address, 303)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


def _login(request: Request) -> Login:
    identity = desk_of(request).identity
    if not isinstance(identity, Login):
        raise MissingError
    return identity
