"""Who may read and judge, and what a hostile site or page can do to the desk: nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from desk.web.app import create_app
from desk.web.identity import User
from desk.web.listening import is_loopback
from desk.web.sessions import Session, Signer
from processing.settings import load_settings
from tests.desk.web.conftest import Press, served

PASSWORD = "correct horse"
TOKEN = "token-of-a-program"


@pytest.fixture(scope="module")
def locked(press: Press) -> Iterator[str]:
    """The address of a desk that asks for a password."""
    settings = load_settings(
        database_url=press.url, home=press.settings.home, desk_password=PASSWORD, desk_token=TOKEN
    )
    with served(create_app(settings, press.url, hosts=None)) as url:
        yield url


@pytest.fixture
def stranger(locked: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=locked, trust_env=False) as client:
        yield client


def token_of(client: httpx.Client, path: str = "/help") -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def sign_in(client: httpx.Client, password: str = PASSWORD, wanted: str = "/") -> httpx.Response:
    return client.post(
        "/login",
        data={"token": token_of(client, "/login"), "name": "Anne", "password": password, "next": wanted},
    )


def test_nothing_is_read_before_signing_in(stranger: httpx.Client) -> None:
    for path in ("/", "/mentions", "/mentions.csv", "/articles/1/archived", "/reviews"):
        answer = stranger.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=")
    assert stranger.post("/reviews", data={"mention": "1"}).status_code == 401
    assert stranger.get("/static/desk.css").status_code == 200


def test_the_password_opens_and_leads_to_what_was_asked_for(stranger: httpx.Client) -> None:
    assert sign_in(stranger, "wrong password").status_code == 403
    answer = sign_in(stranger, wanted="/mentions?polarity=denied")
    assert answer.headers["location"] == "/mentions?polarity=denied"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Anne" in stranger.get("/mentions").text
    stranger.post("/logout", data={"token": token_of(stranger)})
    assert stranger.get("/mentions").status_code == 303


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(stranger: httpx.Client, wanted: str) -> None:
    assert sign_in(stranger, wanted=wanted).headers["location"] == "/"


def test_a_program_reads_with_the_token_alone(stranger: httpx.Client) -> None:
    assert stranger.get("/mentions.json", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert stranger.get("/mentions.json", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_changed_password_ends_the_sessions_that_the_old_one_opened(press: Press) -> None:
    old = Session(user="Anne", proof="of another password")
    settings = load_settings(database_url=press.url, home=press.settings.home, desk_password=PASSWORD)
    with served(create_app(settings, press.url, hosts=None, secret="s" * 40)) as url:
        cookies = {"vedette_desk": Signer("s" * 40).write(old)}
        assert httpx.get(url, cookies=cookies, trust_env=False).status_code == 303


def test_guessing_is_slowed(press: Press) -> None:
    settings = load_settings(database_url=press.url, home=press.settings.home, desk_password=PASSWORD)
    with (
        served(create_app(settings, press.url, hosts=None)) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        answers = [sign_in(client, f"guess {n}").status_code for n in range(11)]
        assert answers == [403] * 10 + [429]
        assert sign_in(client).status_code == 429


def test_a_form_without_its_token_is_refused(client: httpx.Client, press: Press) -> None:
    mention = press.one("SELECT min(id) FROM press.mention")
    fields = {"mention": str(mention), "verdict": "confirmed"}
    client.get("/")
    before = press.one("SELECT count(*) FROM press.review")
    assert client.post("/reviews", data=fields).status_code == 403
    assert client.post("/reviews", data={**fields, "token": "0" * 64}).status_code == 403
    ours = {**fields, "token": token_of(client)}
    assert client.post("/reviews", data=ours, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    client.cookies.clear()
    assert client.post("/reviews", data=ours).status_code == 403
    assert press.one("SELECT count(*) FROM press.review") == before


def test_every_address_that_takes_a_post_wants_the_token(press: Press) -> None:
    from desk.web.forms import posted

    app = create_app(press.settings, press.url)
    posts = [route for route in _routes(app.routes) if "POST" in (getattr(route, "methods", None) or ())]
    assert len(posts) >= 4
    for route in posts:
        assert posted in [dependency.call for dependency in route.dependant.dependencies], route.path


def _routes(routes: Any) -> Iterator[Any]:
    for route in routes:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        if inner is not None:
            yield from _routes(inner)
        else:
            yield route


def test_another_name_for_this_machine_is_refused(client: httpx.Client) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", ""):
        assert client.get("/mentions", headers={"Host": host}).status_code in (400, 421)
    assert client.get("/mentions", headers={"Host": "localhost:9"}).status_code == 200


def test_every_answer_binds_the_browser(client: httpx.Client, press: Press) -> None:
    for path in ("/", "/x", "/mentions?score=x", "/static/desk.js", "/mentions.csv"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["x-content-type-options"] == "nosniff"
    page = client.get("/").text
    assert " style=" not in page
    assert not re.search(r"<[^>]+\son\w+=", page)
    assert not re.findall(r'(?:src|href)="https?://(?!www\.|neva)[^"]*\.(?:js|css|woff2?)', page)


def test_an_archived_page_is_served_as_a_picture(client: httpx.Client, press: Press) -> None:
    answer = client.get(f"/articles/{press.articles['visite']}/archived")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "<script>" in answer.text
    assert policy.startswith("sandbox;")
    assert "allow-" not in policy
    assert "script-src" not in policy


def test_mounted_under_a_prefix_every_address_stays_under_it(press: Press) -> None:
    app = Starlette(routes=[Mount("/vedette", create_app(press.settings, press.url))])
    with served(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        answer = client.get("/vedette/?since=7d")
        assert answer.status_code == 200
        addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.text)
        assert addresses
        assert all(address.startswith("/vedette/") for address in addresses)
        assert "Path=/vedette" in answer.headers["set-cookie"]
        assert client.get("/vedette/static/desk.css").status_code == 200


def test_who_may_only_read_sees_no_buttons_and_cannot_review(press: Press) -> None:
    class Reader:
        login = False

        async def __call__(self, request: Any, session: Session) -> User | None:
            return None if request.headers.get("x-unknown") else User("Vera", may_review=False)

    with (
        served(create_app(press.settings, press.url, identity=Reader())) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        page = client.get("/mentions").text
        assert 'class="mention ' in page
        assert 'action="/reviews"' not in page
        fields = {"token": token_of(client), "mention": "1", "verdict": "confirmed"}
        assert client.post("/reviews", data=fields).status_code == 403
        assert client.get("/mentions", headers={"X-Unknown": "1"}).status_code == 401


@pytest.mark.parametrize(("host", "own"), [
    ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),  # noqa: S104
    ("192.168.1.5", False), ("desk.example", False),
])  # fmt: skip
def test_loopback_is_told_from_what_others_can_reach(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_on_other_addresses_it_does_not_start_without_a_password(press: Press) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("vedette")), "desk", "--host", "0.0.0.0"],  # noqa: S104
        env={**press.settings.environment(), "VEDETTE_DESK_PASSWORD": "", "VEDETTE_DESK_TOKEN": ""},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(
        "vedette: 0.0.0.0 can be reached from other machines: set VEDETTE_DESK_PASSWORD"
    )


def test_a_short_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from processing.errors import SettingsError

    monkeypatch.setenv("VEDETTE_DESK_PASSWORD", "xyz123")
    with pytest.raises(SettingsError, match="VEDETTE_DESK_PASSWORD") as caught:
        load_settings()
    assert "xyz123" not in str(caught.value)


def test_a_database_that_is_gone_is_a_page_that_says_so(press: Press) -> None:
    gone = "postgresql://127.0.0.1:9/none?connect_timeout=1"
    from desk.web import reading

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "PATIENCE", 1.0)
        with served(create_app(press.settings, gone)) as url:
            answer = httpx.get(f"{url}/mentions", trust_env=False, timeout=30)
    assert answer.status_code == 503
