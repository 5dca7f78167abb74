"""What an analyst reads at the desk, and what its addresses promise."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.web.pages.today import Visits
from tests.desk.web.conftest import COOPERATION, HOSTILE, Press

EVERY_PAGE = (
    "/", "/?since=7d", "/mentions", "/articles", "/articles?q=port", "/sources", "/sources?show=trouble", "/runs",
    "/reviews", "/help",
)  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_is_whole_in_both_languages(client: httpx.Client, path: str, language: str) -> None:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert answer.text.count("<h1") == 1


def test_today_groups_copies_of_one_text_as_one_story(client: httpx.Client) -> None:
    page = client.get("/?since=7d").text
    assert page.count('class="story"') == 3  # the exercise with its copy, the visit, the hostile one
    assert "1 titre indépendant</strong>" in page
    assert "2 articles" in page


def test_today_shows_what_is_new_since_the_last_visit(client: httpx.Client) -> None:
    now = datetime.now(UTC)
    client.cookies.set("vedette_seen", Visits(None, now - timedelta(hours=1)).write())
    first = client.get("/").text
    client.cookies.set("vedette_seen", Visits(None, now + timedelta(seconds=2)).write())
    assert "ma dernière visite" in first
    assert 'class="story"' in first


def test_two_looks_within_half_an_hour_are_one_visit() -> None:
    start = datetime(2026, 11, 25, 8, tzinfo=UTC)
    first = Visits(None, None).look(start)
    again = first.look(start + timedelta(minutes=20))
    next_day = again.look(start + timedelta(days=1))
    assert again.before is None
    assert next_day.before == start + timedelta(minutes=20)
    assert Visits.read(next_day.write()) == next_day


def test_a_filter_narrows_the_list_and_its_address_can_be_shared(client: httpx.Client, press: Press) -> None:
    denied = client.get("/mentions?polarity=denied").text
    assert "démenti</span>" in denied
    assert 'class="mention affirmed"' not in denied
    assert 'class="mention ' in client.get("/mentions?source=neva&state=RU&country=RU&kind=state-media").text
    assert 'class="mention ' not in client.get("/mentions?source=neva&state=CN").text
    assert 'class="mention ' in client.get("/mentions?q=exercice").text
    assert 'class="mention ' not in client.get("/mentions?until=2026-11-18").text
    assert 'class="mention ' in client.get("/mentions?since=2026-11-19&until=2026-11-19").text


def test_pages_follow_one_another_without_a_gap_or_a_repetition(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.web.pages.mentions.PAGE", 1)
    everything = client.get("/mentions.json").json()
    seen = []
    address = "/mentions"
    while True:
        page = client.get(address).text
        seen += re.findall(r'data-mention="(\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if not following:
            break
        address = following[1].replace("&amp;", "&")
    assert [int(key) for key in seen] == [row["mention_id"] for row in everything]
    assert len(seen) >= 5


def test_csv_and_json_hold_exactly_the_list(client: httpx.Client) -> None:
    as_json = client.get("/mentions.json?category=MIL_EXERCISE").json()
    answer = client.get("/mentions.csv?category=MIL_EXERCISE")
    as_csv = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"].startswith('attachment; filename="mentions-')
    assert [row["sentence"] for row in as_csv] == [row["sentence"] for row in as_json]
    assert COOPERATION in {row["sentence"] for row in as_json}
    assert client.get("/mentions.json?story=999999").json() == []


def test_a_cell_that_a_spreadsheet_would_run_is_kept_as_text() -> None:
    from desk.web.pages.mentions import as_csv

    assert "'=cmd()" in "".join(as_csv([{"sentence": "=cmd()"}]))


def test_an_article_marks_its_mentions_and_tells_why(client: httpx.Client, press: Press) -> None:
    page = client.get(f"/articles/{press.articles['mer']}").text
    for words in (
        'class="trigger',
        'data-side="RUS"',
        'data-side="CHN"',
        'role="tooltip"',
        "Lire l’original",
    ):
        assert words in page


def test_search_finds_word_forms_without_accents_and_marks_them(client: httpx.Client) -> None:
    page = client.get("/articles", params={"q": "manoeuvre"}).text
    assert "Manœuvres au large" in page
    assert "<mark>" in client.get("/articles", params={"q": "exercice"}).text
    assert "Aucun article" in client.get("/articles", params={"q": "zzzz"}).text


def test_what_is_not_there_is_a_page_that_says_so(client: httpx.Client) -> None:
    for path in (
        "/x",
        "/articles/999999",
        "/articles/abc",
        "/articles/99999999999999999999",
        "/articles/1/page?revision=7",
    ):
        assert client.get(path).status_code == 404
    answer = client.get("/mentions?category=SPORT")
    assert answer.status_code == 400
    assert "category ne peut valoir « SPORT »" in answer.text


def test_hostile_text_is_shown_as_text(client: httpx.Client, press: Press) -> None:
    pages = (
        f"/articles/{press.hostile}", "/?since=7d", "/mentions?source=neva", "/sources", "/articles?q=document",
        "/mentions",
    )  # fmt: skip
    for path in pages:
        page = client.get(path).text
        assert "<img" not in page, path
        assert "<script>" not in page, path
        assert "javascript:alert(1)" not in re.findall(r'(?:href|src|action)="([^"]*)"', page), path
    assert HOSTILE.replace("<", "&lt;").replace(">", "&gt;")[:12] in client.get(pages[0]).text


def test_language_and_appearance_are_chosen_and_kept(client: httpx.Client) -> None:
    page = client.get("/runs").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    answer = client.post(
        "/preferences", data={"token": token[1], "lang": "en", "theme": "dark", "next": "/runs"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/runs")
    page = client.get("/runs").text
    assert '<html lang="en" data-theme="dark"' in page


PATHS = st.sampled_from([
    "/", "/mentions", "/mentions.csv", "/mentions.json", "/articles", "/sources", "/runs", "/reviews", "/articles/{}",
    "/login", "/articles/{}/page", "/articles/{}/archived", "/help", "/static/{}",
])  # fmt: skip
NAMES = st.sampled_from(
    "since until source country kind category polarity side state review score q story after before stage revision"
    " show next".split()
) | st.text(max_size=5)  # fmt: skip
VALUES = (
    st.text(max_size=40)
    | st.sampled_from([
        "\x00", "1e999", "nan", "-1", str(2**63), "9999-12-31", "0001-01-01", "2026-11-20T00:00:00+23:59", "9999w", "'",
        "2026-11-20T00:00:00.000000Z~1~1~1~1", "2026-11-20T00:00:00.000000Z~9223372036854775807~9~2147483647~0",
        "0.1~5", "nan~1", "1e400~1", "(((", "a & | ! <->", '"', "\ud7ff\ue000", "RUS", "VISIT", "denied",
        "0,5", "-", "or or",
    ])
    | st.integers().map(str)
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, key=VALUES, query=st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_any_address_gives_a_page_or_a_refusal_and_never_a_fault(
    client: httpx.Client, path: str, key: str, query: list[tuple[str, str]]
) -> None:
    from urllib.parse import quote, urlencode

    answer = client.get(path.format(quote(key, safe="")) + "?" + urlencode(query))
    assert answer.status_code < 500
    assert answer.headers["content-security-policy"]


@pytest.mark.parametrize("raw", ["%", "%ff%fe", "q=%00", "q=%ed%a0%80", "after=%f0%9f", "a" * 5000])
def test_broken_encodings_are_no_fault(client: httpx.Client, raw: str) -> None:
    for path in ("/mentions", "/articles", "/"):
        assert client.get(f"{path}?{raw}").status_code < 500
