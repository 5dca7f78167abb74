"""No link, redirect or name leads the crawl off the public internet."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from processing.settings import Settings
from tests.spiders.looking import Conn, look_at, pages, polls
from tests.spiders.website import Reply, Website

SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "localhost",
    "a.localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "127.0.0.1.",
    "１２７.0.0.1",
    "%31%32%37.0.0.1",
    "0.0.0.0",  # noqa: S104
)
"""Loopback, as hostile servers write it."""

ELSEWHERE = ("169.254.169.254", "10.0.0.1", "192.168.1.1", "[fd00:ec2::254]", "metadata.google.internal")
NO_WEB = (
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "data:text/html,<p>x",
    "gopher://127.0.0.1/",
    "javascript:1",
)


def ask(urls: list[str], *, allow: bool = False, **more: dict[str, str]) -> dict[str, str]:
    """What came of each address, asked for by the crawl's downloader in a process of its own."""
    order = json.dumps({"urls": urls, "names": {}, "moved": {}} | more)
    done = subprocess.run(
        [sys.executable, "-m", "tests.spiders.private_child", "1" if allow else "0"],
        input=order, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2], timeout=60,
    )  # fmt: skip
    return dict(json.loads(line) for line in done.stdout.splitlines())


def test_no_spelling_of_a_private_address_is_connected_to() -> None:
    with Website() as site:
        port = site.base.rpartition(":")[2]
        urls = [f"http://{host}:{port}/" for host in SPELLINGS] + [f"http://{host}/" for host in ELSEWHERE]
        came = ask(urls)
        assert site.log == []
        assert set(came) == set(urls)
        assert {said for said in came.values() if not said.startswith(("Refused", "CannotResolve"))} == set()
        # The check can fail: the same addresses reach the server where they are allowed to.
        assert ask([f"http://127.0.0.1:{port}/", f"http://2130706433:{port}/"], allow=True).keys() == {
            f"http://127.0.0.1:{port}/",
            f"http://2130706433:{port}/",
        }
        assert len(site.log) == 2


def test_a_redirect_from_a_public_host_to_a_private_one_is_not_followed() -> None:
    with Website() as site:
        port = site.base.rpartition(":")[2]
        targets = [f"http://{host}:{port}/" for host in SPELLINGS] + [
            f"http://{h}/latest/" for h in ELSEWHERE
        ]
        moved = {f"http://public.example/{n}": target for n, target in enumerate(targets)}
        moved |= {
            "http://public.example/loin": "http://public.example/0",
            "http://public.example/nu": f"//127.1:{port}/",
        }
        moved |= {f"http://public.example/sans-{n}": target for n, target in enumerate(NO_WEB)}
        came = ask(list(moved), moved=moved, names={"public.example": "93.184.215.14"})
        assert site.log == []
    for n in range(len(targets)):
        assert came[f"http://public.example/{n}"].startswith(("Refused", "CannotResolve"))
    for path in ("loin", "nu"):
        assert came[f"http://public.example/{path}"].startswith("Refused")
    for n in range(len(NO_WEB)):
        assert came[f"http://public.example/sans-{n}"].startswith(("HTTP 302", "ValueError: Missing scheme"))


def test_the_address_that_was_checked_is_the_address_connected_to() -> None:
    """A name whose answer turns private (DNS rebinding) is refused by the resolver that the connection uses."""
    with Website() as site:
        url = f"http://rebinding.example:{site.base.rpartition(':')[2]}/"
        assert ask([url], allow=True, names={"rebinding.example": "127.0.0.1"})[url] == "HTTP 404"
        assert len(site.log) == 1
        refused = ask([url], names={"rebinding.example": "127.0.0.1"})[url]
        assert refused == "Refused: rebinding.example leads to the private address 127.0.0.1"
        assert len(site.log) == 1


def test_a_crawl_that_may_not_reach_private_hosts_asks_one_for_nothing(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    with Website() as site:
        site.announce("/article-1")
        look_at(settings.model_copy(update={"allow_private_hosts": False}), tmp_path, {"site": site})
        assert site.log == []
    outcome, reason = polls(connection)["site"]
    assert outcome == "failed"
    assert "127.0.0.1 is a private address" in (reason or "")


def test_links_and_redirects_that_lead_to_no_web_address_are_told(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    with Website() as site, Website(host="127.0.0.2") as channel:
        site.announce(*(f"/vers-{n}" for n in range(len(NO_WEB))), *NO_WEB)
        for n, target in enumerate(NO_WEB):
            site.answers[f"/vers-{n}"] = Reply(302, headers={"Location": target})
        channel.answers["/rss.xml"] = Reply(301, headers={"Location": "file:///etc/passwd"})
        look_at(settings, tmp_path, {"site": site, "channel": channel})
    found = pages(connection)
    assert len(found) == len(NO_WEB)
    for state, reason in found.values():
        assert state == "failed"
        assert (reason or "").startswith("redirects to what is no web address")
    assert polls(connection)["channel"] == (
        "failed",
        "HTTP 301 to what is no web address: 'file:///etc/passwd'",
    )


def test_loops_and_chains_of_redirects_end_after_five(
    settings: Settings, connection: Conn, tmp_path: Path
) -> None:
    with Website() as site, Website(host="127.0.0.2") as channel:
        for n in range(40):
            site.answers[f"/chaine-{n}"] = Reply(302, headers={"Location": f"/chaine-{n + 1}"})
            channel.answers[f"/c-{n}"] = Reply(302, headers={"Location": f"/c-{n + 1}"})
        site.answers["/soi"] = Reply(301, headers={"Location": "/soi"})
        site.announce("/chaine-0", "/soi")
        channel.answers["/rss.xml"] = Reply(302, headers={"Location": "/c-0"})
        channel.answers["/robots.txt"] = Reply(404)
        look_at(settings, tmp_path, {"site": site, "channel": channel})
        assert len(site.paths()) < 20
        assert len(channel.paths()) < 10
    found = pages(connection)
    assert found["/chaine-0"] == ("failed", "more than 5 redirects, the last to /chaine-6")
    assert found["/soi"][0] == "failed"
    assert polls(connection)["channel"] == ("failed", "max redirections reached")
