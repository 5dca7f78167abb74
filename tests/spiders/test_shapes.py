"""What a source published teaches which of its links are articles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.discovery import parse_section
from spiders.discovery.sections import is_article, looks_like_article
from spiders.discovery.shapes import NOTHING_LEARNED, learn, shapes_of

BASE = "https://gazette.example"
CODES = [f"{BASE}/a/x{number}fz" for number in (7, 8, 9, 12)]
TOPICS = [f"{BASE}/sujet/la-guerre-de-l-acier-{word}" for word in ("russe", "chinois", "lorrain")]


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/monde/2026/11/23/la-marine-russe-au-large-1234.html", "w/Y/M/M/S+N.html"),
        ("/monde/article/2026-11-23", "w/w/D"),
        ("/12345", "N"),
        ("/a/x7fz", "w/c"),
        ("/spip.php?page=article&id_article=12", "w.php?id_article&page"),
        ("/", ""),
    ],
)
def test_a_shape_is_the_kinds_of_its_segments(path: str, shape: str) -> None:
    assert (shapes_of(BASE + path) or ("",))[-1] == shape


@given(st.text())
def test_nothing_is_too_odd_for_a_shape(text: str) -> None:
    assert all(isinstance(shape, str) for shape in shapes_of(text))
    assert NOTHING_LEARNED.say(text) is None


def test_articles_with_addresses_like_nobody_elses_are_found_once_they_are_known() -> None:
    link = f"{BASE}/a/k3pw"
    assert not looks_like_article(link)
    assert is_article(link, learn(CODES, []))
    body = '<a href="/a/k3pw">Un titre</a><a href="/mentions-legales">…</a>'.encode()
    assert [item.url for item in parse_section(body, f"{BASE}/", {}, learn(CODES, [])).items] == [link]


def test_listings_that_look_like_articles_are_left_once_they_are_known() -> None:
    link = f"{BASE}/sujet/la-guerre-de-l-acier-breton"
    assert looks_like_article(link)
    assert not is_article(link, learn(CODES, TOPICS))


def test_a_source_that_cleaning_cannot_read_teaches_nothing() -> None:
    assert is_article(f"{BASE}/sujet/la-guerre-de-l-acier-breton", learn([], TOPICS))


def test_the_first_word_of_the_path_tells_two_kinds_of_one_shape_apart() -> None:
    shapes = learn([topic.replace("/sujet/", "/monde/") for topic in TOPICS], TOPICS)
    assert is_article(f"{BASE}/monde/la-guerre-de-l-acier-breton", shapes)
    assert not is_article(f"{BASE}/sujet/la-guerre-de-l-acier-breton", shapes)


def test_two_pages_prove_nothing() -> None:
    assert learn(CODES[:2], []).say(CODES[2]) is None
    assert learn(CODES[:2], [f"{BASE}/b/x{number}fz" for number in (1, 2)]).say(f"{BASE}/c/x3fz") is None
