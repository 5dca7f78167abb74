"""A WARC file elsewhere comes whole or not at all, goes on where it broke off, and never from inside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from processing.archive import fetching
from processing.archive.fetching import Fetching, place
from processing.archive.public import PublicTransport
from processing.errors import ArchiveError, PrivateAddressError, ServerAwayError
from tests.spiders.website import Reply, Website

FILE = b"WARC/1.0\r\n" + bytes(range(256)) * 4000
PATH = "/crawl-data/CC-NEWS/2026/11/CC-NEWS-20261122.warc.gz"


@pytest.fixture
def site() -> Iterator[Website]:
    with Website() as site:
        yield site


@pytest.fixture
def fetcher(tmp_path: Path) -> Fetching:
    return Fetching(tmp_path, "Vedette/test", allow_private_hosts=True, timeout=5, waits=(0.0,))


class Breaking:
    """A server that breaks off after so many bytes of each answer, and honours Range."""

    def __init__(
        self, file: bytes = FILE, *, after: int, etag: str | None = '"v1"', ranges: bool = True
    ) -> None:
        self.file, self.after, self.etag, self.ranges = file, after, etag, ranges

    def __call__(self, asked: Mapping[str, str]) -> Reply:
        start = 0
        if self.ranges and "Range" in asked and asked.get("If-Range") == self.etag:
            start = int(asked["Range"].removeprefix("bytes=").removesuffix("-"))
        headers = {"ETag": self.etag} if self.etag else {}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(self.file) - 1}/{len(self.file)}"
        rest = self.file[start:]
        return Reply(206 if start else 200, rest[: self.after], headers, promise=len(rest))


def ranges(site: Website) -> list[str | None]:
    return [asked.headers.get("Range") for asked in site.log]


def test_a_file_comes_whole_with_its_digest_and_says_who_asks(site: Website, fetcher: Fetching) -> None:
    site.answers[PATH] = Reply(200, FILE)
    told: list[tuple[int, int | None]] = []
    whole = fetcher.fetch(site.base + PATH, lambda have, of: told.append((have, of)))
    assert whole.path.read_bytes() == FILE
    assert whole.sha256 == hashlib.sha256(FILE).digest()
    assert whole.path.name.endswith("-CC-NEWS-20261122.warc.gz")
    assert told[-1] == (len(FILE), len(FILE))
    assert site.log[0].headers["User-Agent"] == "Vedette/test"
    assert site.log[0].headers["Accept-Encoding"] == "identity"
    assert [path.name for path in whole.path.parent.iterdir()] == [whole.path.name]


def test_what_is_there_whole_is_not_asked_for_again(site: Website, fetcher: Fetching) -> None:
    site.answers[PATH] = Reply(200, FILE)
    first = fetcher.fetch(site.base + PATH)
    assert fetcher.fetch(site.base + PATH).path == first.path
    assert len(site.log) == 1


def test_a_server_that_breaks_off_is_asked_for_the_rest(site: Website, fetcher: Fetching) -> None:
    site.answers[PATH] = Breaking(after=300_000)
    whole = fetcher.fetch(site.base + PATH)
    assert whole.path.read_bytes() == FILE
    assert whole.sha256 == hashlib.sha256(FILE).digest()
    assert ranges(site) == [None, "bytes=300000-", "bytes=600000-", "bytes=900000-"]


def test_a_later_process_goes_on_where_an_earlier_one_stopped(site: Website, fetcher: Fetching) -> None:
    site.answers[PATH] = Breaking(after=300_000)

    def killed(have: int, of: int | None) -> None:
        if have >= 400_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetcher.fetch(site.base + PATH, killed)
    assert not place(fetcher.archive, site.base + PATH).exists()
    site.log.clear()
    assert fetcher.fetch(site.base + PATH).sha256 == hashlib.sha256(FILE).digest()
    begun = ranges(site)[0]
    assert begun is not None
    assert 400_000 <= int(begun.removeprefix("bytes=").removesuffix("-")) <= 600_000


def test_a_file_that_changed_since_comes_from_its_beginning(site: Website, fetcher: Fetching) -> None:
    site.answers[PATH] = Breaking(after=300_000)

    def changed(have: int, of: int | None) -> None:
        site.answers[PATH] = Breaking(
            FILE[::-1].replace(FILE[::-1][:10], FILE[:10], 1), after=10**9, etag='"v2"'
        )

    whole = fetcher.fetch(site.base + PATH, changed)
    assert whole.path.read_bytes() == FILE[:10] + FILE[::-1][10:]
    assert ranges(site) == [None, "bytes=300000-"]


@pytest.mark.parametrize(("etag", "honours"), [(None, True), ('W/"v1"', True), ('"v1"', False)])
def test_without_a_strong_etag_or_ranges_it_begins_again_and_gives_up_in_the_end(
    site: Website, fetcher: Fetching, etag: str | None, honours: bool
) -> None:
    site.answers[PATH] = Breaking(after=300_000, etag=etag, ranges=honours)
    with pytest.raises(ServerAwayError, match="cannot be fetched now"):
        fetcher.fetch(site.base + PATH)
    assert len(site.log) == 1 + fetching.TRIES
    assert not place(fetcher.archive, site.base + PATH).exists()


def test_a_server_in_trouble_is_tried_again_and_what_was_there_is_kept(
    site: Website, fetcher: Fetching
) -> None:
    answers = iter([Breaking(after=300_000), Reply(503), Reply(429), Breaking(after=10**9)])

    def one(asked: Mapping[str, str]) -> Reply:
        answer = next(answers)
        return answer if isinstance(answer, Reply) else answer(asked)

    site.answers[PATH] = one
    assert fetcher.fetch(site.base + PATH).path.read_bytes() == FILE
    assert ranges(site) == [None] + ["bytes=300000-"] * 3


def test_a_range_that_is_not_the_one_asked_for_is_not_put_together(site: Website, fetcher: Fetching) -> None:
    wrong = Reply(206, FILE[10:], {"Content-Range": f"bytes 10-{len(FILE) - 1}/{len(FILE)}", "ETag": '"v1"'})
    answers = iter([Breaking(after=300_000)({}), wrong, Reply(200, FILE)])
    site.answers[PATH] = lambda asked: next(answers)
    assert fetcher.fetch(site.base + PATH).path.read_bytes() == FILE


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_told_and_not_tried_again(site: Website, fetcher: Fetching, status: int) -> None:
    site.answers[PATH] = Reply(status)
    with pytest.raises(ArchiveError, match=f"cannot be fetched: HTTP {status}") as caught:
        fetcher.fetch(site.base + PATH)
    assert not isinstance(caught.value, ServerAwayError)
    assert len(site.log) == 1


def test_a_page_in_place_of_the_file_is_told_and_not_kept(site: Website, fetcher: Fetching) -> None:
    site.answers[PATH] = Reply(200, b"<!doctype html><title>Sorry</title>")
    with pytest.raises(ArchiveError, match=r"is no WARC file: it begins with b'<!doctype html"):
        fetcher.fetch(site.base + PATH)
    site.answers[PATH] = Reply(200, FILE)
    assert fetcher.fetch(site.base + PATH).path.read_bytes() == FILE


def test_a_redirect_is_followed(site: Website, fetcher: Fetching) -> None:
    site.answers["/latest"] = Reply(302, headers={"Location": PATH})
    site.answers[PATH] = Reply(200, FILE)
    assert fetcher.fetch(site.base + "/latest").path.read_bytes() == FILE


def test_a_file_is_fetched_by_one_process_at_a_time(site: Website, fetcher: Fetching) -> None:
    site.answers[PATH] = Reply(200, FILE)

    def meanwhile(have: int, of: int | None) -> None:
        with pytest.raises(ServerAwayError, match="by another process"):
            fetcher.fetch(site.base + PATH)

    assert fetcher.fetch(site.base + PATH, meanwhile).path.read_bytes() == FILE


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "169.254.169.254", "10.0.0.1"])
def test_a_private_address_is_refused_unless_allowed(site: Website, tmp_path: Path, host: str) -> None:
    site.answers[PATH] = Reply(200, FILE)
    port = site.base.rpartition(":")[2]
    with pytest.raises(PrivateAddressError, match="VEDETTE_ALLOW_PRIVATE_HOSTS=1 would allow it"):
        Fetching(tmp_path, "Vedette/test").fetch(f"http://{host}:{port}{PATH}")
    assert site.log == []


def test_a_public_name_that_leads_inside_is_refused(site: Website) -> None:
    transport = PublicTransport(lambda host, port: ["93.184.216.34", "127.0.0.1"])
    with (
        httpx.Client(transport=transport) as client,
        pytest.raises(
            PrivateAddressError, match=r"archive\.example leads to the private address 127\.0\.0\.1"
        ),
    ):
        client.get(f"http://archive.example:{site.base.rpartition(':')[2]}/")
    assert site.log == []


def test_the_address_that_was_checked_is_the_one_that_is_asked(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("processing.archive.public.is_private_address", lambda address: False)
    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    site.answers["/"] = Reply(302, headers={"Location": "/there"})
    site.answers["/there"] = Reply(200, b"here")
    with httpx.Client(transport=PublicTransport(once), follow_redirects=True) as client:
        address = f"http://archive.example:{site.base.rpartition(':')[2]}"
        answer = client.get(f"{address}/")
    assert (answer.text, str(answer.url)) == ("here", f"{address}/there")
    assert asked == ["archive.example"] * 2
    assert {one.headers["Host"] for one in site.log} == {address.removeprefix("http://")}


def test_names_from_outside_stay_in_the_folder(tmp_path: Path) -> None:
    for address in (
        "https://a.example/../../etc/passwd",
        "https://a.example/%2e%2e",
        "https://..:80/..",
        "http://a/é ?x",
    ):
        at = place(tmp_path, address)
        assert at.resolve().is_relative_to(tmp_path / "ingested")
        assert at.parent.parent == tmp_path / "ingested"
    assert place(tmp_path, "http://a.example/x?1") != place(tmp_path, "http://a.example/x?2")
