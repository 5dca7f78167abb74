"""However a page is damaged or made to hurt, cleaning gives a result or its own error, within the page's time."""

from __future__ import annotations

import random
import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.clean import Article, Rejected, extract_page
from processing.deadline import TooLong, at_most
from processing.errors import PageError
from processing.extraction import PAGE_SECONDS
from tests.newsstand import Newsstand
from tests.processing.clean.mutations import MUTATIONS, Mutation, mutated

URL = "https://www.exemple.fr/monde/2026/11/20/article-1.html"
TYPES = ("text/html; charset=utf-8", "text/html", "text/html; charset=utf-16", "text/html; charset=rien")


@cache
def pages() -> tuple[bytes, ...]:
    """The longest page of each site of the newsstand: its templates are as the press makes them."""
    with Newsstand() as stand:
        stand.release(len(stand.articles))
        by_site: dict[str, bytes] = {}
        for article in stand.out():
            site = article.partition("/")[0]
            body = stand.answer(site, stand.url_of(article).removeprefix(stand.base(site))).body
            by_site[site] = max(by_site.get(site, b""), body, key=len)
    return tuple(by_site.values())


def clean(page: bytes, content_type: str) -> Article | Rejected | None:
    """What becomes of it; None for one of our own errors."""
    begun = time.process_time()
    try:
        with at_most(PAGE_SECONDS):
            return extract_page(page, url=URL, content_type=content_type)
    except (PageError, TooLong):
        return None
    finally:
        assert time.process_time() - begun < PAGE_SECONDS + 2


@settings(max_examples=120)
@given(st.data())
def test_a_damaged_page_gives_a_result_or_a_page_error_in_time(data: st.DataObject) -> None:
    page = data.draw(st.sampled_from(pages()))
    chance = data.draw(st.randoms(use_true_random=True))
    _, damaged = mutated(page, chance)
    found = clean(damaged, data.draw(st.sampled_from(TYPES)))
    if isinstance(found, Article):
        kept = "".join(
            (found.title, found.lead, found.body, found.section or "", *found.authors, *found.keywords)
        )
        assert "\0" not in kept
        kept.encode()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_every_kind_of_damage_changes_a_page(mutation: Mutation) -> None:
    assert any(mutation(page, random.Random(seed)) != page for seed, page in enumerate(pages()))  # noqa: S311
